import type { Notice } from "../../nouns/card.ts";
import { isFinished, isPlacing, type Operation } from "../../nouns/operation.ts";
import { bold, code, type Text, text } from "../../nouns/text.ts";
import { present } from "../../present.ts";
import { shortDigest } from "../facets/digest-name.ts";
import {
  approversOf,
  askedBy,
  endedBy,
  logTailOf,
  outcomeOf,
  quotedReason,
} from "../facets/operation-credit.ts";
import { lookOfOperation } from "../facets/operation-looks.ts";
import { logSpan } from "../text/log-span.ts";
import { joined } from "../text/shown-text.ts";
import {
  type NoticeSubject,
  nameIn,
  nameOfPerson,
  noticeOf,
  referenceLine,
  titleSpan,
} from "./notice-words.ts";

/**
 * The reply in the card's thread about one operation: who asked, what came of it, whether anything changed and what to
 * do. Before it is finished it says how far it is.
 */
export function buildOperationNotice(operation: Operation, subject: NoticeSubject): Notice {
  const lines = [headline(operation, subject), ...rest(operation, subject), logSpan(operation.link)];
  return noticeOf(lookOfOperation(operation), lines);
}

function headline(operation: Operation, subject: NoticeSubject): Text {
  const { said } = lookOfOperation(operation);
  const more = operation.state === "running" ? "…" : "";
  const asked = askedBy(operation, "asked by ", nameOfPerson);
  return joined([text(bold(`${said}${more}`), ": ", titleSpan(subject)), asked]);
}

function rest(operation: Operation, subject: NoticeSubject): readonly Text[] {
  const { state, reason, progress } = operation;
  if (!isFinished(operation)) return [outcomeOf(present({ outcome: progress }))];
  if (state === "succeeded")
    return [nowRuns(operation, subject), quotedReason(reason), approvedBy(operation), outcomeOf(operation)];
  return [
    endedBy(operation, (did, who) => text(`${capital(did)} by ${nameOfPerson(who)}`)),
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
  if (digestBefore === undefined) return text(`${target} now runs `, now);
  if (digestBefore === digest) return text(`${target} runs `, now, ", as before");
  return text(`${target} now runs `, now, ", before ", code(nameIn(subject, digestBefore)));
}

function approvedBy(operation: Operation): Text {
  const by = approversOf(operation);
  return by.length === 0 ? [] : text(`Approved by ${by.map(nameOfPerson).join(", ")}`);
}

function capital(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
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
    return changed === "no"
      ? text("Nothing was changed: its quarantine is as it was.")
      : text("Its quarantine was changed.");
  if (changed === "yes") {
    // A stopped one may have put back what was there, or left what somebody else has made of it.
    if (operation.state === "cancelled") return text(bold(`${where} was changed`), " before it was stopped.");
    const before = digestBefore && [", before ", code(nameIn(subject, digestBefore))];
    return text(
      bold(`${where} was changed`),
      ": it has ",
      code(nameIn(subject, digest)),
      " now",
      before,
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
