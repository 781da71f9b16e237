import type { Ephemeral, Message } from "../world.ts";

/** An ephemeral message with its author, its moment in Slack's `ts` form, and a key of its own. */
export type TimedEphemeral = Ephemeral & {
  readonly ts: string;
  readonly key: string;
  readonly author: string;
};

export type Entry =
  | {
      readonly kind: "message";
      readonly ts: string;
      readonly message: Message;
      readonly replies: readonly Reply[];
    }
  | { readonly kind: "ephemeral"; readonly ts: string; readonly ephemeral: TimedEphemeral };

export type Reply = Exclude<Entry, { kind: "message" }> | { kind: "reply"; ts: string; message: Message };

const byTime = (a: { readonly ts: string }, b: { readonly ts: string }): number =>
  Number(a.ts) - Number(b.ts);

const isReply = (message: Message): boolean =>
  message.thread_ts !== undefined && message.thread_ts !== message.ts;

/** What one person sees in a channel, oldest first: root messages with their replies, and what only they see. */
export function timeline(
  messages: readonly Message[],
  ephemerals: readonly TimedEphemeral[],
): readonly Entry[] {
  const roots = messages.filter((message) => !isReply(message));
  const rootTs = new Set(roots.map((root) => root.ts));
  const repliesOf = (ts: string): readonly Reply[] =>
    [
      ...messages
        .filter((message) => isReply(message) && message.thread_ts === ts)
        .map((message): Reply => ({ kind: "reply", ts: message.ts, message })),
      ...ephemerals
        .filter((ephemeral) => ephemeral.thread_ts === ts)
        .map((ephemeral): Reply => ({ kind: "ephemeral", ts: ephemeral.ts, ephemeral })),
    ].sort(byTime);
  // A reply whose root was deleted stands alone rather than vanish.
  const lost = messages.filter((message) => isReply(message) && !rootTs.has(message.thread_ts ?? ""));
  return [
    ...[...roots, ...lost].map(
      (message): Entry => ({ kind: "message", ts: message.ts, message, replies: repliesOf(message.ts) }),
    ),
    ...ephemerals
      .filter((ephemeral) => !rootTs.has(ephemeral.thread_ts ?? ""))
      .map((ephemeral): Entry => ({ kind: "ephemeral", ts: ephemeral.ts, ephemeral })),
  ].sort(byTime);
}
