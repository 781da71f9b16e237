import type { Operation, Vote } from "../nouns/operation.ts";
import type { Principal } from "../nouns/principal.ts";
import { isWish, type OperationOrder, type Request } from "../nouns/request.ts";
import type { OperationFacts, Verdict } from "../nouns/verdict.ts";
import { countApprovals, decideOperationOrder } from "./approvals.ts";
import { auditOf, refusedVerdict, type VerdictContext } from "./audit-of-decision.ts";
import { askerOf, inTime } from "./question.ts";
import { type Known, principalOfKnown } from "./roles.ts";
import { sentenceOf } from "./sentences.ts";

/** The verdict on a vote or a cancel. */
export function verdictOnOperation(
  request: Request,
  known: Known,
  { operation }: OperationFacts,
  context: VerdictContext,
): Verdict {
  const order = request.order;
  if (isWish(order) || !("operationId" in order))
    throw new RangeError(`a ${order.kind} is not about an operation`);
  const decision = inTime(
    decideOperationOrder(askerOf(known, context), order, operation, context.config),
    request,
    context,
  );
  const audit = auditOf(order, known, decision, context, operation);
  if (decision.outcome === "refused" || operation === undefined)
    return decision.outcome === "refused"
      ? refusedVerdict(decision, audit)
      : { outcome: "refused", answer: "I do not know this operation.", audit };
  return { outcome: "accepted", audit, ...consequenceOf(order, operation, principalOfKnown(known), context) };
}

function consequenceOf(
  order: OperationOrder,
  operation: Operation,
  who: Principal,
  { config, now }: VerdictContext,
): Pick<Verdict, "consequence" | "answer"> {
  const what = sentenceOf(operation);
  const because = order.reason === undefined || order.reason.trim() === "" ? "" : `: ${order.reason.trim()}`;
  if (order.kind === "cancel") {
    const outcome = `cancelled by ${who.name}${because}`;
    // One that waits for its next try has begun too: its runner stops it.
    const running = operation.state === "running" || operation.journal.steps.length > 0;
    return {
      consequence: { kind: "cancel", operationId: operation.id, by: who, outcome },
      answer: running
        ? `${what}: I try to stop it. The card shows what comes of that.`
        : `${what}: cancelled.`,
    };
  }
  const vote: Vote = {
    who,
    vote: order.kind,
    at: now,
    ...(order.reason === undefined ? {} : { reason: order.reason }),
  };
  const { id: operationId } = operation;
  if (order.kind === "decline") {
    const outcome = `declined by ${who.name}${because}`;
    return {
      consequence: { kind: "vote", operationId, vote, makes: "cancelled", outcome },
      answer: `${what}: declined.`,
    };
  }
  const voted = { ...operation, votes: [...operation.votes, vote] };
  const { given, needed } = countApprovals(voted, config.people);
  if (given >= needed)
    return {
      consequence: { kind: "vote", operationId, vote, makes: "queued" },
      answer: `${what}: approved, it starts now.`,
    };
  const counts = given > countApprovals(operation, config.people).given;
  const said = counts
    ? `your approval counts, ${given} of ${needed}.`
    : `noted, and still ${given} of ${needed}: you may be somebody who approved on another platform. An operator can say who is who under \`people\`.`;
  return { consequence: { kind: "vote", operationId, vote }, answer: `${what}: ${said}` };
}
