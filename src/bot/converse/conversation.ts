import type { Config } from "../../config/config.ts";
import type { Log } from "../../log.ts";
import type { Notice } from "../../nouns/card.ts";
import type { ChannelId } from "../../nouns/channel.ts";
import type { Dialog } from "../../nouns/dialog.ts";
import type { Principal } from "../../nouns/principal.ts";
import type { Store } from "../../store/store.ts";
import type { Clock } from "../../work/clock.ts";
import type { People } from "../people.ts";
import type { Orders } from "./orders.ts";
import type { PersonLimit } from "./person-limit.ts";

/** A press on a button. */
export interface Click {
  readonly requestId: string;
  readonly who: Principal;
  readonly channel: ChannelId;
  /** The platform's id of the message that was clicked. */
  readonly externalId: string;
  /** As the client sent it: it means only what the store says it means. */
  readonly reference: string;
}

/** A dialog that was filled in. */
export interface Submission {
  readonly requestId: string;
  readonly who: Principal;
  readonly reference: string;
  readonly values: Readonly<Record<string, string>>;
}

/** A word for one person; it may have a button of its own (`suggest`). */
export interface Private {
  readonly kind: "private";
  readonly notice: Notice;
  /** Nothing was done: said where it cannot be overlooked. */
  readonly isRefusal?: true;
}

export type ClickAnswer = { readonly kind: "dialog"; readonly dialog: Dialog } | Private;

export type SubmitAnswer =
  /** `asked`: it is on its way and the card shows it; else the card shows nothing of it (`told`), or not yet. */
  | {
      readonly kind: "accepted";
      readonly as: "asked" | "told" | "observed" | "later";
      readonly notice: Notice;
    }
  | { readonly kind: "refused"; readonly notice: Notice }
  /** By input id, in words for the person; the dialog to ask again with, where a platform has to show it anew. */
  | {
      readonly kind: "errors";
      readonly errors: Readonly<Record<string, string>>;
      readonly dialog: Dialog | undefined;
    };

/** What clicks and submissions are answered with. */
export interface ClickDeps {
  readonly store: Store;
  readonly config: () => Config;
  readonly people: People;
  /** Words to people who may not ask at all cost calls that members need, and lines of the audit. */
  readonly strangerLimit: PersonLimit;
  readonly orders: Orders;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly log: Log;
}
