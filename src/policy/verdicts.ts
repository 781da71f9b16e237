import type { AuditEntry } from "../nouns/audit-entry.ts";
import type { Operation } from "../nouns/operation.ts";
import { isWish, type OrderedStanding, type Request, type Standings, type Wish } from "../nouns/request.ts";
import type { DecisionFacts, Verdict, Verdicts } from "../nouns/verdict.ts";
import { present } from "../present.ts";
import { auditOf, refusedVerdict, type VerdictContext } from "./audit-of-decision.ts";
import { decideWish } from "./decide-wish.ts";
import { newOperation } from "./new-operation.ts";
import { inTime } from "./question.ts";
import { sentenceOf } from "./sentences.ts";
import { verdictOnLock } from "./verdict-on-lock.ts";
import { verdictOnOperation } from "./verdict-on-operation.ts";
import { verdictOnSuggestion } from "./verdict-on-suggestion.ts";

const onStanding: {
  readonly [K in OrderedStanding]: (
    request: Request,
    standing: readonly Standings[K][],
    context: VerdictContext,
  ) => Verdict;
} = { lock: verdictOnLock };

/** Turns recorded requests into verdicts: what is to be done, the audit entry and the words. Pure. */
export function createVerdicts(context: VerdictContext): Verdicts {
  return {
    onWish: (request, wish, facts) => {
      const verdictOn = isWish(request.order) ? verdictOnWish : verdictOnSuggestion;
      return verdictOn(request, wish, facts, context);
    },
    onOperation: (request, facts) => verdictOnOperation(request, facts, context),
    onStanding: (request, kind, standing) => onStanding[kind](request, standing, context),
  };
}

/** The verdict on a wish for a new operation. */
function verdictOnWish(request: Request, wish: Wish, facts: DecisionFacts, context: VerdictContext): Verdict {
  const decision = inTime(decideWish({ ...context, wish, facts }, context.config), request, context);
  const operation =
    decision.outcome === "allowed" || decision.outcome === "needs-approval"
      ? newOperation(request, wish, decision, facts, context)
      : undefined;
  const audit = auditOf(wish, decision, context, operation);
  const what = sentenceOf(wish);
  switch (decision.outcome) {
    case "allowed":
      return accepted(`${what}: asked. The outcome will show on the card.`, audit, operation);
    case "needs-approval": {
      const { count, from } = decision;
      const answer = `${what}: asked. It starts once ${count} of ${from.join(", ")} approve.`;
      return accepted(answer, audit, operation);
    }
    case "observed": {
      const answer = `I only observe here: I would have done it (${what}, allowed by ${decision.rule}). Nothing was changed.`;
      return { outcome: "observed", answer, audit };
    }
    case "refused":
      return refusedVerdict(decision, audit);
    default:
      return decision satisfies never;
  }
}

function accepted(answer: string, audit: AuditEntry, operation: Operation | undefined): Verdict {
  return present({ outcome: "accepted" as const, answer, audit, operation });
}
