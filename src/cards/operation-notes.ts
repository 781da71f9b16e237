import type { Note } from "../nouns/card.ts";
import { isFinished, type Operation } from "../nouns/operation.ts";
import { bold, code, type Span, text } from "../nouns/text.ts";
import type { ArtifactView } from "./artifact-view.ts";
import { cleanLine } from "./clean-text.ts";
import { cutEnd, cutMiddle } from "./cut-text.ts";
import { nameOfDigest } from "./digest-name.ts";
import { shown } from "./limits.ts";
import { wordsFor } from "./operation-words.ts";

/** One line per operation that matters: every open one, and the newest finished one of each target (and review). */
export function operationNotes(view: ArtifactView): readonly Note[] {
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
  return [...open, ...finished].map((operation) => operationNote(view, operation));
}

function operationNote(view: ArtifactView, operation: Operation): Note {
  const words = wordsFor(operation);
  const person: Span = { kind: "person", who: operation.requestedBy };
  const to = backTo(view, operation);
  const why = reason(operation);
  switch (operation.state) {
    case "queued":
      return note("⏳", "accent", [
        bold(words.name),
        ...to,
        " asked by ",
        person,
        " · ",
        time(operation.requestedAt),
        why,
      ]);
    case "running":
      return note("🔄", "accent", [
        bold(words.doing),
        ...to,
        " · asked by ",
        person,
        " · ",
        time(operation.startedAt ?? operation.requestedAt),
        why,
      ]);
    case "succeeded":
      return note("✅", "good", [bold(words.done), ...to, " by ", person, " · ", finished(operation), why]);
    case "failed":
      return note("❌", "attention", [
        bold(`${words.name} failed`),
        ...to,
        " · asked by ",
        person,
        " · ",
        finished(operation),
        outcome(operation),
      ]);
    case "in-doubt":
      return note("❓", "attention", [
        bold(`${words.name} is in doubt`),
        ...to,
        " · asked by ",
        person,
        " · ",
        finished(operation),
        outcome(operation),
      ]);
    default:
      return operation.state satisfies never;
  }
}

function note(icon: string, tone: Note["tone"], parts: readonly (Span | string)[]): Note {
  return { icon, tone, text: text(...parts.filter((part) => part !== "")) };
}

/** ` to 1.4.1`, of a roll back: the digest that it puts in place. */
function backTo(view: ArtifactView, { kind, digest }: Operation): readonly (Span | string)[] {
  if (kind !== "rollback") return [];
  return [" to ", code(cutMiddle(cleanLine(nameOfDigest(view, digest)), shown.name))];
}

function time(at: number): Span {
  return { kind: "time", at };
}

function finished({ finishedAt, startedAt, requestedAt }: Operation): Span {
  return time(finishedAt ?? startedAt ?? requestedAt);
}

function reason(operation: Operation): string {
  const said = cleanLine(operation.reason ?? "").trim();
  return said === "" ? "" : ` · “${cutEnd(said, shown.reason)}”`;
}

function outcome(operation: Operation): string {
  const said = cleanLine(operation.outcome ?? "").trim();
  return said === "" ? "" : ` · ${cutEnd(said, shown.outcome)}`;
}
