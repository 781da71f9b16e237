import type { Operation, Vote } from "../nouns/operation.ts";
import { isWish, type OperationOrder, type Request } from "../nouns/request.ts";
import type { OperationFacts, Verdict } from "../nouns/verdict.ts";
import { present } from "../present.ts";
import { countApprovals, decideOperationOrder } from "./approvals.ts";
import { auditOf, refusedVerdict, type VerdictContext } from "./audit-of-decision.ts";
import { inTime } from "./question.ts";
import { principalOfKnown } from "./roles.ts";
import { sentenceOf } from "./sentences.ts";

/** The verdict on a vote or a cancel. */
export function verdictOnOperation(
  request: Request,
  { operation }: OperationFacts,
  context: VerdictContext,
): Verdict {
  const { order } = request;
  if (isWish(order) || !("operationId" in order))
    throw new RangeError(`a ${order.kind} is not about an operation`);
  const decision = inTime(decideOperationOrder(context, order, operation, context.config), request, context);
  const audit = auditOf(order, decision, context, operation);
  if (decision.outcome === "refused") return refusedVerdict(decision, audit);
  if (operation === undefined) return { outcome: "refused", answer: "I do not know this operation.", audit };
  const came = order.kind === "cancel" ? cancelOf : voteOf;
  return { outcome: "accepted", audit, ...came(order, operation, context) };
}

type Came = Pick<Verdict, "consequence" | "answer">;

function becauseOf({ reason = "" }: OperationOrder): string {
  return reason.trim() === "" ? "" : `: ${reason.trim()}`;
}

function cancelOf(order: OperationOrder, operation: Operation, context: VerdictContext): Came {
  const what = sentenceOf(operation);
  const by = principalOfKnown(context);
  const outcome = `cancelled by ${by.name}${becauseOf(order)}`;
  // One that waits for its next try has begun too: its runner stops it.
  const running = operation.state === "running" || operation.journal.steps.length > 0;
  return {
    consequence: { kind: "cancel", operationId: operation.id, by, outcome },
    answer: running ? `${what}: I try to stop it. The card shows what comes of that.` : `${what}: cancelled.`,
  };
}

function voteOf(order: OperationOrder, operation: Operation, context: VerdictContext): Came {
  const what = sentenceOf(operation);
  const who = principalOfKnown(context);
  const isDecline = order.kind === "decline";
  const vote: Vote = present({
    who,
    vote: isDecline ? ("decline" as const) : ("approve" as const),
    at: context.now,
    reason: order.reason,
  });
  const consequence = { kind: "vote", operationId: operation.id, vote } as const;
  if (isDecline) {
    const outcome = `declined by ${who.name}${becauseOf(order)}`;
    return { consequence: { ...consequence, makes: "cancelled", outcome }, answer: `${what}: declined.` };
  }
  const { people } = context.config;
  const { given, needed } = countApprovals({ ...operation, votes: [...operation.votes, vote] }, people);
  if (given >= needed)
    return {
      consequence: { ...consequence, makes: "queued" },
      answer: `${what}: approved, it starts now.`,
    };
  const counts = given > countApprovals(operation, people).given;
  const said = counts
    ? `your approval counts, ${given} of ${needed}.`
    : `noted, and still ${given} of ${needed}: you may be somebody who approved on another platform. An operator can say who is who under \`people\`.`;
  return { consequence, answer: `${what}: ${said}` };
}
