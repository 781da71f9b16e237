import type { Note } from "../nouns/card.ts";
import { isFinished, type Operation } from "../nouns/operation.ts";
import { bold, text } from "../nouns/text.ts";
import type { ArtifactView } from "./artifact-view.ts";
import { backTo, creditOf } from "./operation-credit.ts";
import { type OperationWords, wordsFor } from "./operation-words.ts";

/**
 * One line per operation that matters: every open one, and the newest finished one of each target (and review). The
 * one that the headline tells of is left out.
 */
export function operationNotes(view: ArtifactView, headline: Operation | undefined): readonly Note[] {
  const seen = new Set<string>();
  const newest = view.operations.filter((operation) => {
    const place = operation.target ?? "review";
    if (!isFinished(operation)) return true;
    if (seen.has(place)) return false;
    seen.add(place);
    return true;
  });
  const open = newest.filter((operation) => !isFinished(operation));
  const finished = newest.filter((operation) => isFinished(operation));
  return [...open, ...finished]
    .filter((operation) => operation.id !== headline?.id)
    .map((operation) => operationNote(view, operation));
}

function operationNote(view: ArtifactView, operation: Operation): Note {
  const { icon, tone, said } = looks[operation.state];
  const rejected = operation.kind === "reject" && operation.state === "succeeded";
  const by = operation.state === "succeeded" ? " " : " · ";
  return {
    icon: rejected ? "⛔" : icon,
    tone,
    text: text(bold(said(wordsFor(operation))), ...backTo(view, operation), by, ...creditOf(operation)),
  };
}

interface Look extends Pick<Note, "icon" | "tone"> {
  readonly said: (words: OperationWords) => string;
}

const looks = {
  queued: { icon: "⏳", tone: "accent", said: ({ name }) => name },
  running: { icon: "🔄", tone: "accent", said: ({ doing }) => doing },
  succeeded: { icon: "✅", tone: "good", said: ({ done }) => done },
  failed: { icon: "❌", tone: "attention", said: ({ name }) => `${name} failed` },
  "in-doubt": { icon: "❓", tone: "attention", said: ({ name }) => `${name} is in doubt` },
} as const satisfies Record<Operation["state"], Look>;
