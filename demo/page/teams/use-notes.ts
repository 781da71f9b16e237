import { useCallback, useState } from "react";
import type { TeamsNote, TeamsWorld } from "./teams-world.ts";
import { momentOf } from "./teams-world.ts";

/** A note with a key by which it can be dismissed. */
export type KeyedNote = TeamsNote & { readonly key: string };

/** What one person alone sees: the bot's private answers, and what this page itself has to say; without those that they
 * dismissed. */
export function useNotes(teams: TeamsWorld): {
  readonly seenBy: (user: string | undefined, conversation: string) => readonly KeyedNote[];
  readonly say: (note: TeamsNote) => void;
  readonly dismiss: (key: string) => void;
} {
  const [own, setOwn] = useState<readonly KeyedNote[]>([]);
  const [dismissed, setDismissed] = useState<ReadonlySet<string>>(new Set());

  const say = useCallback((note: TeamsNote) => {
    setOwn((now) => [...now, { at: Date.now(), ...note, key: `page:${now.length}` }]);
  }, []);
  const dismiss = useCallback((key: string) => setDismissed((now) => new Set([...now, key])), []);

  const fromBot = (teams.notes ?? []).map((note) => ({ ...note, key: `bot:${note.id ?? keyOf(note)}` }));
  const seenBy = (user: string | undefined, conversation: string): readonly KeyedNote[] =>
    newestOnly(
      [...fromBot, ...own].filter((note) => note.user === user && note.conversation === conversation),
    )
      // What was dismissed must not bring back the one before it.
      .filter((note) => !dismissed.has(note.key));
  return { seenBy, say, dismiss };
}

const keyOf = ({ messageId, user, at, text }: TeamsNote): string => `${messageId} ${user} ${at} ${text}`;

/** Of several notes under one message the last: each answer takes the place of the one before. */
function newestOnly(notes: readonly KeyedNote[]): readonly KeyedNote[] {
  const last = new Map<string | undefined, KeyedNote>();
  for (const note of notes) {
    if (momentOf(note.at) >= momentOf(last.get(note.messageId)?.at)) last.set(note.messageId, note);
  }
  return [...last.values()];
}
