import type { Decision } from "../nouns/decision.ts";
import { type Lock, lockKey } from "../nouns/lock.ts";
import type { LockOrder } from "../nouns/request.ts";
import { isSamePerson } from "../nouns/same-person.ts";
import { lockThatHolds } from "./holds.ts";
import { withRole } from "./permission.ts";
import { type Asker, ownOf, type Refusal, type Rules, refuse, refuseWith } from "./question.ts";
import { operatorRole, whyNoMember } from "./roles.ts";

/** Whether somebody may lock, freeze, unlock or unfreeze. Whoever locked something may always take that off. Pure. */
export function decideLock(asker: Asker, order: LockOrder, locks: readonly Lock[], rules: Rules): Decision {
  const stranger = whyNoMember(asker);
  if (stranger !== undefined) return refuse("membership", stranger);
  const { scope } = order;
  const held = lockThatHolds(
    locks.filter((lock) => lockKey(lock.scope) === lockKey(scope)),
    asker.now,
  );
  const what = scope.kind === "all" ? "everything" : scope.target;
  if (order.kind === "unlock" && held === undefined) return refuse("lock", `There is no lock on ${what}.`);
  if (order.kind === "unlock" && held !== undefined && isSamePerson(asker.who, held.by, rules.people))
    return { outcome: "allowed", rule: "one's own" };
  const permission = permissionToLock(asker, order, rules);
  if ("outcome" in permission) return permission;
  if (order.kind === "lock" && (order.reason ?? "").trim() === "")
    return refuse("reason", "A lock needs a reason.", "Say why in a few words.");
  // Not the other way round: what is no number is not longer than nothing either.
  if (order.kind === "lock" && order.forMs !== undefined && !(order.forMs > 0))
    return refuse("time", "A lock has to hold for some time.", "Give a time such as 2h, or none.");
  if (order.kind === "lock" && held !== undefined)
    return refuseWith(
      "lock",
      `${held.by.name} holds ${what} already: ${held.reason}`,
      "Take that off first.",
    );
  return { outcome: "allowed", rule: permission.rule };
}

function permissionToLock(
  { roles }: Asker,
  { kind, scope }: LockOrder,
  rules: Rules,
): Refusal | { rule: string } {
  if (scope.kind === "all") {
    const allowed = Object.hasOwn(rules.roles, operatorRole) ? [operatorRole] : [];
    const what = kind === "lock" ? "freeze everything" : "unfreeze everything";
    return withRole(roles, allowed, `roles.${operatorRole}`, what);
  }
  const target = ownOf(rules.targets, scope.target);
  const help = "Ask me for help to see what there is.";
  if (target === undefined) return refuse("target", `I do not know a target "${scope.target}".`, help);
  return withRole(roles, target.allow.lock, `targets.${target.name}.allow.lock`, `${kind} ${target.name}`);
}
