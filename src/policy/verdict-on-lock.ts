import { type Lock, lockKey } from "../nouns/lock.ts";
import type { Request } from "../nouns/request.ts";
import type { Verdict } from "../nouns/verdict.ts";
import { present } from "../present.ts";
import { auditOf, refusedVerdict, type VerdictContext } from "./audit-of-decision.ts";
import { decideLock } from "./decide-lock.ts";
import { utcMinute } from "./holds.ts";
import { inTime } from "./question.ts";
import { principalOfKnown } from "./roles.ts";

/** The verdict on a lock, a freeze, or the end of one. */
export function verdictOnLock(request: Request, locks: readonly Lock[], context: VerdictContext): Verdict {
  const { order } = request;
  if (order.kind !== "lock" && order.kind !== "unlock") throw new RangeError(`a ${order.kind} is not a lock`);
  const { config, now: at } = context;
  const decision = inTime(decideLock(context, order, locks, config), request, context);
  const audit = auditOf(order, decision, context);
  if (decision.outcome === "refused") return refusedVerdict(decision, audit);
  const { scope, forMs } = order;
  const what = scope.kind === "all" ? "Everything" : scope.target;
  const outcome = "accepted";
  const key = lockKey(scope);
  if (order.kind === "unlock") {
    const consequence = { kind: "lift", of: "lock", key, shownOn: scope } as const;
    return { outcome, answer: `${what} is free again.`, audit, consequence };
  }
  const reason = (order.reason ?? "").trim();
  const until = forMs === undefined ? undefined : at + forMs;
  const facts = present({ scope, reason, by: principalOfKnown(context), at, until });
  const standing = { kind: "lock" as const, key, facts, ...present({ until }) };
  const held = scope.kind === "all" ? "frozen" : "locked";
  const time = until === undefined ? "until somebody unlocks it" : `until ${utcMinute(until)}`;
  const answer = `${what} is ${held} ${time}: ${reason}`;
  return { outcome, answer, audit, consequence: { kind: "set", standing, shownOn: scope } };
}
