import type { Notice } from "../../nouns/card.ts";
import { isFinished, isPlacing, type Operation } from "../../nouns/operation.ts";
import { bold, code, type Span, type Text, text } from "../../nouns/text.ts";
import { shortDigest } from "../facets/digest-name.ts";
import { approversOf, joined, logTailOf, outcomeOf, quotedReason } from "../facets/operation-credit.ts";
import { declineOf, lookOfOperation } from "../facets/operation-looks.ts";
import { logSpan } from "../text/log-span.ts";
import { type NoticeSubject, nameIn, nameOfPerson, referenceLine, titleSpan } from "./notice-words.ts";

/**
 * The reply in the card's thread about one operation: who asked, what came of it, whether anything changed and what to
 * do. Before it is finished it says how far it is.
 */
export function buildOperationNotice(operation: Operation, subject: NoticeSubject): Notice {
  const { icon, tone } = lookOfOperation(operation);
  const lines = [headline(operation, subject), ...rest(operation, subject), logSpan(operation.link)];
  return { icon, tone, lines: lines.filter((line) => line.length > 0), buttons: [] };
}

function headline(operation: Operation, subject: NoticeSubject): Text {
  const { said } = lookOfOperation(operation);
  const more = operation.state === "running" ? "…" : "";
  return joined([text(bold(`${said}${more}`), ": ", titleSpan(subject)), askedBy(operation)]);
}

function askedBy({ requestedBy, rollbackOf, suggestedBy, breakGlassUntil }: Operation): Text {
  const person: Span = { kind: "person", who: requestedBy };
  if (rollbackOf !== undefined)
    return text("by itself, after the deploy that ", person, " had asked for failed");
  const idea = suggestedBy === undefined ? "" : `, suggested by ${nameOfPerson(suggestedBy)}`;
  const glass = breakGlassUntil === undefined ? "" : ", who broke the glass";
  return text("asked by ", person, glass, idea);
}

function rest(operation: Operation, subject: NoticeSubject): readonly Text[] {
  const { state, reason, progress } = operation;
  if (!isFinished(operation)) return [outcomeOf(progress === undefined ? {} : { outcome: progress })];
  if (state === "succeeded")
    return [nowRuns(operation, subject), quotedReason(reason), approvedBy(operation), outcomeOf(operation)];
  return [
    why(operation),
    ...logTailOf(operation),
    whetherChanged(operation, subject),
    help(operation),
    referenceLine(operation),
  ];
}

function nowRuns(operation: Operation, subject: NoticeSubject): Text {
  const { digestBefore, digest, target } = operation;
  if (target === undefined) return text(code(shortDigest(digest)));
  const now = text(code(nameIn(subject, digest)), " ", code(shortDigest(digest)));
  if (digestBefore === undefined) return text(`${target} now runs `, ...now);
  if (digestBefore === digest) return text(`${target} runs `, ...now, ", as before");
  return text(`${target} now runs `, ...now, ", before ", code(nameIn(subject, digestBefore)));
}

function approvedBy(operation: Operation): Text {
  const by = approversOf(operation);
  return by.length === 0 ? [] : text(`Approved by ${by.map(nameOfPerson).join(", ")}`);
}

function why(operation: Operation): Text {
  const decline = declineOf(operation);
  if (decline !== undefined)
    return joined([text(`Declined by ${nameOfPerson(decline.who)}`), quotedReason(decline.reason)]);
  const { state, startedAt, cancelledBy } = operation;
  return state === "cancelled" && startedAt !== undefined && cancelledBy !== undefined
    ? joined([text(`Cancelled by ${nameOfPerson(cancelledBy)}`), outcomeOf(operation)])
    : outcomeOf(operation);
}

/** Whether the target was changed: what never started has changed nothing, and what is not known is not guessed. */
function changeOf({ state, changed, startedAt }: Operation): "no" | "yes" | "unknown" {
  if (state === "in-doubt") return "unknown";
  return changed ?? (startedAt === undefined ? "no" : "unknown");
}

function whetherChanged(operation: Operation, subject: NoticeSubject): Text {
  const { kind, target, digest, digestBefore } = operation;
  const where = target ?? "the registry";
  const changed = changeOf(operation);
  if (changed === "unknown")
    return text(`It is not known whether ${where} was changed. Look there before you try again.`);
  if (!isPlacing(kind))
    return text(
      changed === "no" ? "Nothing was changed: its quarantine is as it was." : "Its quarantine was changed.",
    );
  if (changed === "yes") {
    // A stopped one may have put back what was there, or left what somebody else has made of it.
    if (operation.state === "cancelled") return text(bold(`${where} was changed`), " before it was stopped.");
    const before: readonly (Span | string)[] =
      digestBefore === undefined ? [] : [", before ", code(nameIn(subject, digestBefore))];
    return text(
      bold(`${where} was changed`),
      ": it has ",
      code(nameIn(subject, digest)),
      " now",
      ...before,
      ".",
    );
  }
  return digestBefore === undefined
    ? text("Nothing was changed.")
    : text(`Nothing was changed: ${where} still runs `, code(nameIn(subject, digestBefore)), ".");
}

function help(operation: Operation): Text {
  const { state, kind } = operation;
  if (state === "cancelled" || state === "expired")
    return changeOf(operation) === "no"
      ? text("Ask for it again on the card if it is still wanted.")
      : text("Look there, then deploy or roll back on the card.");
  if (state === "in-doubt") return text("If it was not done, press Retry on the card.");
  if (changeOf(operation) === "yes" && kind === "deploy")
    return text("Press Roll back or Retry on the card, unless it is rolled back by itself.");
  return text("Press Retry on the card once the cause is gone, or ask an operator.");
}
