import type { AuditEntry } from "../nouns/audit-entry.ts";
import type { Operation } from "../nouns/operation.ts";
import { isWish, type OrderedStanding, type Request, type Standings, type Wish } from "../nouns/request.ts";
import type { DecisionFacts, Verdict, Verdicts } from "../nouns/verdict.ts";
import { auditOf, refusedVerdict, type VerdictContext } from "./audit-of-decision.ts";
import { decideWish } from "./decide-wish.ts";
import { newOperation } from "./new-operation.ts";
import { askerOf, inTime } from "./question.ts";
import type { Known } from "./roles.ts";
import { sentenceOf } from "./sentences.ts";
import { verdictOnLock } from "./verdict-on-lock.ts";
import { verdictOnOperation } from "./verdict-on-operation.ts";
import { verdictOnSuggestion } from "./verdict-on-suggestion.ts";

const onStanding: {
  readonly [K in OrderedStanding]: (
    request: Request,
    known: Known,
    standing: readonly Standings[K][],
    context: VerdictContext,
  ) => Verdict;
} = { lock: verdictOnLock };

/** Turns recorded requests into verdicts: what is to be done, the audit entry and the words. Pure. */
export function createVerdicts(known: Known, context: VerdictContext): Verdicts {
  return {
    onWish: (request, wish, facts) =>
      isWish(request.order)
        ? verdictOnWish(request, wish, known, facts, context)
        : verdictOnSuggestion(request, wish, known, facts, context),
    onOperation: (request, facts) => verdictOnOperation(request, known, facts, context),
    onStanding: (request, kind, standing) => onStanding[kind](request, known, standing, context),
  };
}

/** The verdict on a wish for a new operation. */
function verdictOnWish(
  request: Request,
  wish: Wish,
  known: Known,
  facts: DecisionFacts,
  context: VerdictContext,
): Verdict {
  const decision = inTime(
    decideWish({ ...askerOf(known, context), wish, facts }, context.config),
    request,
    context,
  );
  const operation =
    decision.outcome === "allowed" || decision.outcome === "needs-approval"
      ? newOperation(request, wish, known, decision, facts, context)
      : undefined;
  const audit = auditOf(wish, known, decision, context, operation);
  switch (decision.outcome) {
    case "allowed":
      return accepted(`${sentenceOf(wish)}: asked. The outcome will show on the card.`, audit, operation);
    case "needs-approval":
      return accepted(
        `${sentenceOf(wish)}: asked. It starts once ${decision.count} of ${decision.from.join(", ")} approve.`,
        audit,
        operation,
      );
    case "observed":
      return {
        outcome: "observed",
        answer: `I only observe here: I would have done it (${sentenceOf(wish)}, allowed by ${decision.rule}). Nothing was changed.`,
        audit,
      };
    case "refused":
      return refusedVerdict(decision, audit);
    default:
      return decision satisfies never;
  }
}

function accepted(answer: string, audit: AuditEntry, operation: Operation | undefined): Verdict {
  return { outcome: "accepted", answer, audit, ...(operation === undefined ? {} : { operation }) };
}
