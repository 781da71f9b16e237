import type { Notice } from "../../nouns/card.ts";
import { isFinished, type Operation } from "../../nouns/operation.ts";
import { bold, type Text, text } from "../../nouns/text.ts";
import { joined, outcomeOf, quotedReason } from "../facets/operation-credit.ts";
import { lookOfOperation } from "../facets/operation-looks.ts";
import { wordsFor } from "../facets/operation-words.ts";
import {
  type CalledRole,
  fromTo,
  type NoticeSubject,
  nameOfPerson,
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
  const lines: readonly Text[] = [
    head,
    joined([
      roleCall(roles),
      text(`${ended ? `${who} went` : "It goes"} past approvals, soak, freeze and locks`),
    ]),
    quotedReason(operation.reason),
    fromTo(operation, subject),
    ended ? outcomeOf(operation) : voidAfter(operation),
    referenceLine(operation),
  ];
  const icon = ended ? lookOfOperation(operation).icon : "🔨";
  return { tone: "attention", icon, lines: lines.filter((line) => line.length > 0), buttons: [] };
}

function voidAfter({ breakGlassUntil }: Operation): Text {
  return breakGlassUntil === undefined
    ? []
    : text(
        "It has to start until ",
        { kind: "time", at: breakGlassUntil },
        "; after that the rules hold again.",
      );
}
