import { isFinished, type Operation } from "../nouns/operation.ts";
import { code, type Span, type Text, text } from "../nouns/text.ts";
import type { ArtifactView } from "./artifact-view.ts";
import { cleanLine } from "./clean-text.ts";
import { cutEnd, cutMiddle } from "./cut-text.ts";
import { nameOfDigest } from "./digest-name.ts";
import { shown } from "./limits.ts";

/** `asked by @maya · 9 Nov at 12:05 · “why”`: who asked, when it got so far, why, and how it went wrong if it did. */
export function creditOf(operation: Operation): Text {
  const person: Span = { kind: "person", who: operation.requestedBy };
  const verb = operation.state === "succeeded" ? "by " : "asked by ";
  const said = [operation.reason === undefined ? "" : quoted(operation.reason), outcomeOf(operation)];
  const tail = said.filter((part) => part !== "").map((part) => ` · ${part}`);
  return text(verb, person, " · ", { kind: "time", at: momentOf(operation) }, ...tail);
}

/** ` to 1.4.1`, of a roll back: the digest that it puts in place; nothing for the others. */
export function backTo(view: ArtifactView, { kind, digest }: Operation): Text {
  if (kind !== "rollback") return [];
  return text(" to ", code(cutMiddle(cleanLine(nameOfDigest(view, digest)), shown.name)));
}

function momentOf({ state, requestedAt, startedAt, finishedAt }: Operation): number {
  if (state === "queued") return requestedAt;
  return (state === "running" ? startedAt : (finishedAt ?? startedAt)) ?? requestedAt;
}

function quoted(reason: string): string {
  const said = cleanLine(reason).trim();
  return said === "" ? "" : `“${cutEnd(said, shown.reason)}”`;
}

function outcomeOf(operation: Operation): string {
  if (!isFinished(operation) || operation.state === "succeeded") return "";
  return cutEnd(cleanLine(operation.outcome ?? "").trim(), shown.outcome);
}
