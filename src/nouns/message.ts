import type { ChannelId } from "./channel.ts";

/**
 * Which message of a card: its root, one reply in its thread per operation, call for approval and suggestion, or a
 * message of its own (`alert`; `glass`: somebody went past the rules; `held`: how many cards are held back; `lock` and
 * `halt`, which are about no image).
 */
export type Slot =
  | "root"
  | `operation:${string}`
  | `approval:${string}`
  | `suggestion:${string}`
  | `glass:${string}`
  | `alert:${string}`
  | `held:${string}`
  | `lock:${string}`
  | "halt:on"
  | "halt:off";

/** What messages are about that are about no image: locks, and the kill switch (each time it is on has an incarnation). */
export const lockSubject = "locks";
export const haltSubject = "kill switch";

/** One thing that a card shows in chat. */
export interface MessageKey {
  readonly channel: ChannelId;
  /** `registry/repository@digest`. */
  readonly subject: string;
  readonly incarnation: number;
  readonly slot: Slot;
}

/**
 * `waiting`: not posted yet · `shown` · `in-doubt`: a post whose answer was lost · `gone`: can no longer be edited ·
 * `dead`: the platform refuses the content for good.
 */
export type MessageState = "waiting" | "shown" | "in-doubt" | "gone" | "dead";

/** A message, level-triggered: delivery brings `shownVersion` to `wantedVersion`. */
export interface Message extends MessageKey {
  /** Opaque id of the message, put into the platform's metadata so that a lost post can be found again. */
  readonly id: string;
  readonly state: MessageState;
  readonly wantedVersion: number;
  readonly shownVersion: number;
  /** Hash of what is shown: a touch that changes nothing costs no edit. */
  readonly shownHash?: string;
  /** The platform's id of the message (Slack: `ts`). */
  readonly externalId?: string;
  readonly dueAt: number;
  readonly attempts: number;
  /** When a post was begun whose answer has not been recorded. */
  readonly postBegunAt?: number;
  readonly lastError?: string;
  readonly createdAt: number;
}

/** Whether it stands in the chat, or may: a post whose answer was lost is looked for before it is forgotten. */
export function wasBegun({ externalId, postBegunAt }: Pick<Message, "externalId" | "postBegunAt">): boolean {
  return externalId !== undefined || postBegunAt !== undefined;
}
