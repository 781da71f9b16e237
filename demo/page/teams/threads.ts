import type { TeamsMessage, TeamsNote } from "./teams-world.ts";
import { momentOf } from "./teams-world.ts";

/** A root post of a channel with its replies, oldest first. */
export type Thread = { readonly root: TeamsMessage; readonly replies: readonly TeamsMessage[] };

const byTime = (a: TeamsMessage, b: TeamsMessage): number => momentOf(a.at) - momentOf(b.at);

/** The posts of a channel in the order in which they were made. A reply whose root is gone stands alone. */
export function threadsIn(messages: readonly TeamsMessage[]): readonly Thread[] {
  const isReply = ({ id, replyToId }: TeamsMessage): boolean => replyToId !== undefined && replyToId !== id;
  const ids = new Set(messages.map(({ id }) => id));
  const roots = messages.filter((message) => !isReply(message) || !ids.has(message.replyToId ?? ""));
  return [...roots].sort(byTime).map((root) => ({
    root,
    replies: messages
      .filter((message) => message !== root && isReply(message) && message.replyToId === root.id)
      .sort(byTime),
  }));
}

/** The notes of one person under one message. */
export function notesUnder<Note extends TeamsNote>(
  notes: readonly Note[],
  messageId: string,
): readonly Note[] {
  return notes.filter((note) => note.messageId === messageId);
}
