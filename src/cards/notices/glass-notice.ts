import type { Notice } from "../../nouns/card.ts";
import { isFinished, type Operation } from "../../nouns/operation.ts";
import { bold, type Text, text, time } from "../../nouns/text.ts";
import { outcomeOf, quotedReason } from "../facets/operation-credit.ts";
import { lookOfOperation } from "../facets/operation-looks.ts";
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
 * The announcement that somebody goes past approvals, soak, freeze and locks: who, where, from what to what and why;
 * once it has ended, how. The roles are those whose approval was not asked for.
 */
export function buildGlassNotice(
  operation: Operation,
  subject: NoticeSubject,
  roles: readonly CalledRole[],
): Notice {
  const ended = isFinished(operation);
  const who = nameOfPerson(operation.requestedBy);
  const head = ended
    ? text(bold(`${lookOfOperation(operation).said}, past the rules`), ": ", titleSpan(subject))
    : text(bold(`${who} broke the glass`), `: ${wordsFor(operation).name}, `, titleSpan(subject));
  const goes = ended ? `${who} went` : "It goes";
  const lines: readonly Text[] = [
    head,
    joined([roleCall(roles), text(`${goes} past approvals, soak, freeze and locks`)]),
    quotedReason(operation.reason),
    fromTo(operation, subject),
    ended ? outcomeOf(operation) : voidAfter(operation),
    referenceLine(operation),
  ];
  const icon = ended ? lookOfOperation(operation).icon : "🔨";
  return noticeOf({ tone: "attention", icon }, lines);
}

function voidAfter({ breakGlassUntil }: Operation): Text {
  if (breakGlassUntil === undefined) return [];
  return text("It has to start until ", time(breakGlassUntil), "; after that the rules hold again.");
}
