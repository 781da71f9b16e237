import type { Button, Notice } from "../../nouns/card.ts";
import type { ApprovalCount, Operation } from "../../nouns/operation.ts";
import { bold, type Text, text, time } from "../../nouns/text.ts";
import { approversOf, outcomeOf, quotedReason } from "../facets/operation-credit.ts";
import { declineOf, lookOfOperation } from "../facets/operation-looks.ts";
import { wordsFor } from "../facets/operation-words.ts";
import { joined } from "../text/shown-text.ts";
import {
  type CalledRole,
  fromTo,
  type NoticeSubject,
  nameOfPerson,
  noticeOf,
  referenceLine,
  roleCall,
  titleSpan,
} from "./notice-words.ts";

/**
 * The call for approval of one operation: who is called, who asked for what, until when, and how far it is. Once it is
 * decided it says by whom, and calls nobody.
 */
export function buildApprovalCall(
  operation: Operation,
  subject: NoticeSubject,
  count: ApprovalCount,
  roles: readonly CalledRole[],
  buttons: readonly Button[] = [],
): Notice {
  const { name } = wordsFor(operation);
  if (operation.state !== "awaiting-approval") {
    const asked = ` · asked by ${nameOfPerson(operation.requestedBy)}`;
    const head = text(bold(name), ": ", titleSpan(subject), asked);
    return noticeOf(endOf(operation), [head, decidedBy(operation)]);
  }
  const lines = [
    text(bold(`${name} wants approval`), ": ", titleSpan(subject)),
    joined([roleCall(roles), far(count)]),
    fromTo(operation, subject),
    joined([askedOn(operation), quotedReason(operation.reason)]),
    deadline(operation, buttons.length > 0),
    referenceLine(operation),
  ];
  return noticeOf({ tone: "warning", icon: "✋" }, lines, buttons);
}

function far({ given, needed, by }: ApprovalCount): Text {
  const names = by.length === 0 ? "" : `: ${by.map(nameOfPerson).join(", ")}`;
  return text(`${given} of ${needed} approvals${names}`);
}

function askedOn({ requestedBy, suggestedBy, requestedAt }: Operation): Text {
  const idea = suggestedBy === undefined ? "" : `, suggested by ${nameOfPerson(suggestedBy)}`;
  return text(`Asked by ${nameOfPerson(requestedBy)}${idea}, `, time(requestedAt));
}

function deadline({ approvals, suggestedBy }: Operation, isHere: boolean): Text {
  const until = approvals === undefined ? undefined : [" until ", time(approvals.expiresAt)];
  const where = `Approve or decline it ${isHere ? "here or " : ""}on the card`;
  const not = suggestedBy === undefined ? "who asked" : "who asked or suggested it";
  return text(where, until, `; ${not} cannot approve it, and one Decline ends it.`);
}

function endOf(operation: Operation): Pick<Notice, "tone" | "icon"> {
  const isStopped = operation.state === "cancelled" || operation.state === "expired";
  return isStopped ? lookOfOperation(operation) : { tone: "good", icon: "👍" };
}

function decidedBy(operation: Operation): Text {
  const decline = declineOf(operation);
  if (decline !== undefined)
    return joined([text(bold("Declined"), ` by ${nameOfPerson(decline.who)}`), quotedReason(decline.reason)]);
  if (operation.state === "expired") return joined([text(bold("Expired")), outcomeOf(operation)]);
  const by = approversOf(operation).map(nameOfPerson).join(", ");
  if (operation.state !== "cancelled") return text(bold("Approved"), ` by ${by}`);
  return joined([text(bold("Cancelled")), outcomeOf(operation)]);
}
