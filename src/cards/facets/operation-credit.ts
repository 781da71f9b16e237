import { type ApprovalCount, isFinished, type Operation } from "../../nouns/operation.ts";
import type { Principal } from "../../nouns/principal.ts";
import { code, person, type Span, type Text, text, time } from "../../nouns/text.ts";
import { cleanLine } from "../text/clean-text.ts";
import { cutEnd } from "../text/cut-text.ts";
import { codeOf, joined, listed, startOf } from "../text/shown-text.ts";
import { shown } from "../text/text-limits.ts";
import type { ArtifactView } from "./artifact-view.ts";
import { nameOfDigest } from "./digest-name.ts";
import { declineOf } from "./operation-looks.ts";

/**
 * `1 of 2 approvals: @priya · asked by @maya · 9 Nov at 12:05 · “why”`: how far it is, who asked, when it got so far,
 * why, who approved, and how it went wrong if it did.
 */
export function creditOf(view: Pick<ArtifactView, "approvals">, operation: Operation): Text {
  return joined([
    progressOf(view, operation),
    askedBy(operation, operation.state === "succeeded" ? "by " : "asked by ", person),
    text(time(momentOf(operation))),
    quotedReason(operation.reason),
    approvedBy(operation),
    endOf(operation),
  ]);
}

/** ` to 1.4.1`, of a roll back: the digest that it puts in place; nothing for the others. */
export function backTo(view: ArtifactView, { kind, digest }: Operation): Text {
  return kind === "rollback" ? text(" to ", codeOf(nameOfDigest(view, digest), "name")) : [];
}

/** `1 of 2 approvals: @priya`: those who approved so far, as the card's reader counts it, or as the votes alone say. */
function countText({ approvals }: Pick<ArtifactView, "approvals">, operation: Operation): Text {
  const own = approversOf(operation);
  const votes: ApprovalCount = {
    given: own.length,
    needed: operation.approvals?.count ?? own.length,
    by: own,
  };
  const { given, needed, by } = approvals.get(operation.id) ?? votes;
  const count = `${given} of ${needed} approvals`;
  return by.length === 0 ? text(count) : text(`${count}: `, peopleList(by));
}

/** A reason in quotation marks, cut; nothing for an empty one. */
export function quotedReason(reason: string | undefined): Text {
  const said = startOf(reason, "reason");
  return said === "" ? [] : text(`“${said}”`);
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
    .map((line) => startOf(line, "outcome"))
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
    const until = approvals === undefined ? [] : text("until ", time(approvals.expiresAt));
    return joined([countText(view, operation), until]);
  }
  const said = startOf(progress, "progress");
  return said === "" || isFinished(operation) ? [] : text(said);
}

/** Who asked for it, in which way, and who suggested it, as `named`. */
export function askedBy(
  { requestedBy, suggestedBy, rollbackOf, breakGlassUntil }: Operation,
  verb: "by " | "asked by ",
  named: (who: Principal) => Span | string,
): Text {
  if (rollbackOf !== undefined)
    return text("by itself, after the deploy that ", person(requestedBy), " had asked for failed");
  const glass = breakGlassUntil === undefined ? undefined : ", who broke the glass";
  const idea = suggestedBy === undefined ? undefined : [", suggested by ", named(suggestedBy)];
  return text(verb, person(requestedBy), glass, idea);
}

function approvedBy(operation: Operation): Text {
  const by = operation.state === "awaiting-approval" ? [] : approversOf(operation);
  return by.length === 0 ? [] : text("approved by ", peopleList(by));
}

function endOf(operation: Operation): Text {
  if (!isFinished(operation) || operation.state === "succeeded") return [];
  return endedBy(operation, (did, who) => text(`${did} by `, person(who)));
}

/** How it went wrong, and who ended it if somebody did, in the words of `say`. */
export function endedBy(
  operation: Operation,
  say: (did: "declined" | "cancelled", who: Principal) => Text,
): Text {
  const decline = declineOf(operation);
  if (decline !== undefined) return joined([say("declined", decline.who), quotedReason(decline.reason)]);
  const { state, startedAt, cancelledBy } = operation;
  // Of one that never ran the outcome says who cancelled it; of one that ran, what came of that.
  return state === "cancelled" && startedAt !== undefined && cancelledBy !== undefined
    ? joined([say("cancelled", cancelledBy), outcomeOf(operation)])
    : outcomeOf(operation);
}

function momentOf({ state, requestedAt, startedAt, finishedAt }: Operation): number {
  if (state === "queued" || state === "awaiting-approval") return requestedAt;
  const isRunning = state === "running" || state === "cancelling";
  return (isRunning ? startedAt : (finishedAt ?? startedAt)) ?? requestedAt;
}

function peopleList(people: readonly Principal[]): Text {
  return listed(people.map(person), shown.people, ", ");
}
