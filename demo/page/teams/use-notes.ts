import { useCallback, useState } from "react";
import type { TeamsNote, TeamsWorld } from "./teams-world.ts";

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
    setOwn((now) => [
      // The newest answer under a message takes the place of the one before.
      ...now.filter((old) => old.user !== note.user || old.messageId !== note.messageId),
      { ...note, key: `page:${crypto.randomUUID()}` },
    ]);
  }, []);
  const dismiss = useCallback((key: string) => setDismissed((now) => new Set([...now, key])), []);

  const fromBot = (teams.notes ?? []).map((note, index) => ({ ...note, key: `bot:${note.id ?? index}` }));
  const seenBy = (user: string | undefined, conversation: string): readonly KeyedNote[] =>
    [...fromBot, ...own].filter(
      (note) => note.user === user && note.conversation === conversation && !dismissed.has(note.key),
    );
  return { seenBy, say, dismiss };
}
