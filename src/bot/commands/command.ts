import type { Config } from "../../config/config.ts";
import type { Log } from "../../log.ts";
import { type Notice, notice } from "../../nouns/card.ts";
import type { ChannelId } from "../../nouns/channel.ts";
import type { Principal } from "../../nouns/principal.ts";
import type { Wish } from "../../nouns/request.ts";
import { text } from "../../nouns/text.ts";
import type { Plan } from "../../operations/target-port.ts";
import type { Known } from "../../policy/roles.ts";
import type { RegistryAccess } from "../../registry/registries.ts";
import type { Store } from "../../store/store.ts";
import type { Clock } from "../../work/clock.ts";
import type { Orders } from "../converse/orders.ts";
import type { PingLimit } from "./ping-limit.ts";

/** What commands may use. Reading goes to the store or the registry, acting only through `ask`. */
export interface CommandDeps {
  readonly store: Store;
  readonly config: () => Config;
  readonly orders: Orders;
  /** For reading only: what changes something goes through `ask`. */
  readonly accessTo: (registry: string) => Pick<RegistryAccess, "reader" | "management">;
  /** Makes an artifact known that no event has told of, by reading the registry; false: it has none. */
  readonly discover: (image: {
    registry: string;
    repository: string;
    digest: string;
    tag?: string;
  }) => Promise<boolean>;
  /** What a wish would change, read from its target now; undefined: it has none that I know. */
  readonly planOf: (wish: Wish, askedBy: Principal, signal: AbortSignal) => Promise<Plan | undefined>;
  readonly pingLimit: PingLimit;
  readonly clock: Clock;
  readonly log: Log;
}

/** One command as somebody typed it. */
export interface CommandCall {
  readonly known: Known;
  readonly channel: ChannelId | undefined;
  /** The platform's own id of the request. */
  readonly requestId: string;
  readonly words: readonly string[];
  /** How the command is called here: `/acr`. */
  readonly prefix: string;
  readonly signal: AbortSignal;
}

/** An answer: private, unless it tells of a change that concerns everybody there and shows on no card. */
export type Answer = Notice & { readonly isPublic?: true };

/** What a command is: how it is written, what it does in one line, and the doing. */
export interface Command {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  /** Whether help names it to somebody; absent: to everybody. Whether they may is decided when it is run. */
  readonly isFor?: (known: Known, config: Config) => boolean;
  run(call: CommandCall, deps: CommandDeps): Promise<Answer>;
}

/** An answer to input that is not understood: why, and how it is written. */
export function usageNotice(
  command: Pick<Command, "usage">,
  call: Pick<CommandCall, "prefix">,
  why: string,
): Notice {
  return notice("warning", "❔", [
    why,
    text("Usage: ", { kind: "code", text: `${call.prefix} ${command.usage}` }),
  ]);
}
