import { createHash } from "node:crypto";
import type { Card, Notice } from "../../nouns/card.ts";
import type { ChannelId, ChannelKind } from "../../nouns/channel.ts";
import type { Pace, PacedCall } from "../pace.ts";

/** What a message shows: a card (edited in place) or a notice (a reply in its thread). */
export type Content =
  | { readonly kind: "card"; readonly card: Card }
  | { readonly kind: "notice"; readonly notice: Notice };

/** Hash of what a platform would show, as its renderer made it: equal hashes need no edit. */
export function hashOfShown(rendered: unknown): string {
  return createHash("sha256").update(JSON.stringify(rendered)).digest("base64url");
}

export interface OutgoingMessage {
  /** Our opaque id of the message, kept in the platform's metadata where there is such a thing. */
  readonly id: string;
  readonly channel: ChannelId;
  readonly content: Content;
  /** The platform's id of the message whose thread this belongs to. */
  readonly thread?: string;
  /** It calls for people who may not follow the thread: the channel sees it too, where the platform can. */
  readonly isCall?: boolean;
  /** Text alone: the platform refused the full form. */
  readonly plain?: boolean;
}

/** The answer to "was it posted?" of a message whose post got no answer. */
export type Found =
  | { readonly kind: "posted"; readonly externalId: string }
  | { readonly kind: "absent" }
  /** This place cannot be searched: nobody can know. */
  | { readonly kind: "unknown" };

/**
 * Where cards go: one narrow port for every platform. Every failure is a ChatopsError: `chat-later` (nothing
 * happened, and it passes), `chat-in-doubt` (a post was sent, its answer lost), `chat-message-gone`,
 * `chat-channel-unavailable`, `chat-unauthorized` (until somebody changes something), `chat-content-refused`,
 * `chat-refused` (for good), `chat-answer-unknown` (nobody knows whether it passes).
 */
export interface ChannelPort {
  readonly kind: ChannelKind;
  /** The channels that the configuration of now has; absent: it serves every one of its kind. */
  readonly channels?: () => readonly ChannelId[];
  /** Whether a posted message can be edited; if not, it is posted once and never again. */
  readonly editable: boolean;
  /** Whether a post in doubt can be looked for. */
  readonly searchable: boolean;
  /** Counts what the platform is asked, by everybody: a place is taken in it before each post and each edit. */
  readonly pace: Pace;
  /** What a post or an edit there is counted as. */
  countedAs(call: "post" | "update", channel: ChannelId): PacedCall;
  /** Hash of what this platform would show: equal hashes need no edit. */
  contentHash(content: Content): string;
  /** Gives the platform's id of the new message. */
  post(message: OutgoingMessage): Promise<{ readonly externalId?: string }>;
  update(externalId: string, message: OutgoingMessage): Promise<void>;
  /** Looks for a post in doubt that was begun at `since` (ms). */
  findPosted(message: OutgoingMessage, since: number): Promise<Found>;
}
