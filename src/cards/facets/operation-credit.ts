import { type ApprovalCount, isFinished, type Operation } from "../../nouns/operation.ts";
import type { Principal } from "../../nouns/principal.ts";
import { code, type Span, type Text, text } from "../../nouns/text.ts";
import { cleanLine } from "../text/clean-text.ts";
import { cutEnd, cutMiddle } from "../text/cut-text.ts";
import { shown } from "../text/text-limits.ts";
import type { ArtifactView } from "./artifact-view.ts";
import { nameOfDigest } from "./digest-name.ts";
import { declineOf } from "./operation-looks.ts";

/**
 * `1 of 2 approvals: @priya · asked by @maya · 9 Nov at 12:05 · “why”`: how far it is, who asked, when it got so far,
 * why, who approved, and how it went wrong if it did.
 */
export function creditOf(view: Pick<ArtifactView, "approvals">, operation: Operation): Text {
  const parts: readonly Text[] = [
    progressOf(view, operation),
    askedBy(operation),
    text({ kind: "time", at: momentOf(operation) }),
    quotedReason(operation.reason),
    approvedBy(operation),
    endOf(operation),
  ];
  return joined(parts);
}

/** The parts that say something, with ` · ` between them. */
export function joined(parts: readonly Text[]): Text {
  const said = parts.filter((part) => part.length > 0);
  return said.flatMap((part, index) => (index === 0 ? part : [...text(" · "), ...part]));
}

/** ` to 1.4.1`, of a roll back: the digest that it puts in place; nothing for the others. */
export function backTo(view: ArtifactView, { kind, digest }: Operation): Text {
  if (kind !== "rollback") return [];
  return text(" to ", code(cutMiddle(cleanLine(nameOfDigest(view, digest)), shown.name)));
}

/** `1 of 2 approvals: @priya`. */
function countText({ given, needed, by }: ApprovalCount): Text {
  const count = `${given} of ${needed} approvals`;
  return by.length === 0 ? text(count) : text(`${count}: `, ...peopleList(by));
}

/** Who approved so far, as the card's reader counts it, or as the votes alone say. */
export function countOf({ approvals }: Pick<ArtifactView, "approvals">, operation: Operation): ApprovalCount {
  const by = approversOf(operation);
  return (
    approvals.get(operation.id) ?? { given: by.length, needed: operation.approvals?.count ?? by.length, by }
  );
}

/** A reason in quotation marks, cut; nothing for an empty one. */
export function quotedReason(reason: string | undefined): Text {
  const said = cleanLine(reason ?? "").trim();
  return said === "" ? [] : text(`“${cutEnd(said, shown.reason)}”`);
}

/** What came of it, in the other side's words, cut; nothing if nothing was said. */
export function outcomeOf({ outcome }: Pick<Operation, "outcome">): Text {
  const [said] = splitOutcome(outcome);
  return said === "" ? [] : text(said);
}

/** The end of another system's log, which follows an outcome on lines of its own; a line of text for each. */
export function logTailOf({ outcome }: Pick<Operation, "outcome">): readonly Text[] {
  const [, lines] = splitOutcome(outcome);
  return lines.length === 0 ? [] : [text(logFollows), ...lines.map((line) => text(code(line)))];
}

// How targets begin the end of a log, which then stands on lines of its own.
const logFollows = "The end of its log:";

function splitOutcome(outcome = ""): readonly [said: string, lines: readonly string[]] {
  const [first = "", ...rest] = outcome.split("\n");
  const lines = rest
    .map((line) => cutEnd(cleanLine(line).trim(), shown.outcome))
    .filter((line) => line !== "")
    .slice(-shown.logLines);
  const said = cleanLine(first).trim();
  const own = said.endsWith(logFollows) ? said.slice(0, -logFollows.length).trimEnd() : said;
  return [cutEnd(own, shown.outcome), lines];
}

/** Those who approved, in the order of their votes. */
export function approversOf({ votes }: Operation): readonly Principal[] {
  return votes.filter(({ vote }) => vote === "approve").map(({ who }) => who);
}

function progressOf(view: Pick<ArtifactView, "approvals">, operation: Operation): Text {
  const { state, approvals, progress } = operation;
  if (state === "awaiting-approval") {
    const until: readonly (Span | string)[] =
      approvals === undefined ? [] : ["until ", { kind: "time", at: approvals.expiresAt }];
    return joined([countText(countOf(view, operation)), text(...until)]);
  }
  const said = cutEnd(cleanLine(progress ?? "").trim(), shown.progress);
  return said === "" || isFinished(operation) ? [] : text(said);
}

function askedBy({ state, requestedBy, suggestedBy, rollbackOf, breakGlassUntil }: Operation): Text {
  const person: Span = { kind: "person", who: requestedBy };
  if (rollbackOf !== undefined)
    return text("by itself, after the deploy that ", person, " had asked for failed");
  const glass = breakGlassUntil === undefined || rollbackOf !== undefined ? "" : ", who broke the glass";
  const idea: readonly (Span | string)[] =
    suggestedBy === undefined ? [] : [", suggested by ", { kind: "person", who: suggestedBy }];
  return text(state === "succeeded" ? "by " : "asked by ", person, glass, ...idea);
}

function approvedBy(operation: Operation): Text {
  const by = operation.state === "awaiting-approval" ? [] : approversOf(operation);
  return by.length === 0 ? [] : text("approved by ", ...peopleList(by));
}

function endOf(operation: Operation): Text {
  if (!isFinished(operation) || operation.state === "succeeded") return [];
  const decline = declineOf(operation);
  if (decline !== undefined)
    return joined([text("declined by ", { kind: "person", who: decline.who }), quotedReason(decline.reason)]);
  const { state, startedAt, cancelledBy } = operation;
  // Of one that never ran the outcome says who cancelled it; of one that ran, what came of that.
  return state === "cancelled" && startedAt !== undefined && cancelledBy !== undefined
    ? joined([text("cancelled by ", { kind: "person", who: cancelledBy }), outcomeOf(operation)])
    : outcomeOf(operation);
}

function momentOf({ state, requestedAt, startedAt, finishedAt }: Operation): number {
  if (state === "queued" || state === "awaiting-approval") return requestedAt;
  return (
    (state === "running" || state === "cancelling" ? startedAt : (finishedAt ?? startedAt)) ?? requestedAt
  );
}

function peopleList(people: readonly Principal[]): readonly (Span | string)[] {
  const named = people.slice(0, shown.people);
  const more = people.length - named.length;
  const spans = named.flatMap((who): (Span | string)[] => [", ", { kind: "person", who }]).slice(1);
  return more > 0 ? [...spans, ` and ${more} more`] : spans;
}
