import { type Lock, lockKey } from "../nouns/lock.ts";
import type { Request } from "../nouns/request.ts";
import type { Verdict } from "../nouns/verdict.ts";
import { present } from "../present.ts";
import { auditOf, refusedVerdict, type VerdictContext } from "./audit-of-decision.ts";
import { decideLock } from "./decide-lock.ts";
import { askerOf, inTime } from "./question.ts";
import { type Known, principalOfKnown } from "./roles.ts";

/** The verdict on a lock, a freeze, or the end of one. */
export function verdictOnLock(
  request: Request,
  known: Known,
  locks: readonly Lock[],
  context: VerdictContext,
): Verdict {
  const order = request.order;
  if (order.kind !== "lock" && order.kind !== "unlock") throw new RangeError(`a ${order.kind} is not a lock`);
  const decision = inTime(
    decideLock(askerOf(known, context), order, locks, context.config),
    request,
    context,
  );
  const audit = auditOf(order, known, decision, context);
  if (decision.outcome === "refused") return refusedVerdict(decision, audit);
  const { scope } = order;
  const what = scope.kind === "all" ? "Everything" : scope.target;
  if (order.kind === "unlock")
    return {
      outcome: "accepted",
      answer: `${what} is free again.`,
      audit,
      consequence: { kind: "lift", of: "lock", key: lockKey(scope), shownOn: scope },
    };
  const lock: Lock = {
    scope,
    reason: (order.reason ?? "").trim(),
    by: principalOfKnown(known),
    at: context.now,
    ...(order.forMs === undefined ? {} : { until: context.now + order.forMs }),
  };
  const until = lock.until === undefined ? "until somebody unlocks it" : "for the time given";
  return {
    outcome: "accepted",
    answer: `${what} is ${scope.kind === "all" ? "frozen" : "locked"} ${until}: ${lock.reason}`,
    audit,
    consequence: {
      kind: "set",
      standing: { kind: "lock", key: lockKey(scope), facts: lock, ...present({ until: lock.until }) },
      shownOn: scope,
    },
  };
}
