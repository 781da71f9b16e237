import type { Decision } from "../nouns/decision.ts";
import type { ApprovalCount, Operation, Vote } from "../nouns/operation.ts";
import type { Principal } from "../nouns/principal.ts";
import type { OperationOrder } from "../nouns/request.ts";
import { areTwoPeople, countPeople, isSamePerson } from "../nouns/same-person.ts";
import { withRole } from "./permission.ts";
import { type Asker, ownOf, type Refusal, type Rules, refuse, refuseWith } from "./question.ts";
import { whyNoMember } from "./roles.ts";

/** Counts the people who approved; accounts that may be one human's count once. */
export function countApprovals(
  operation: Pick<Operation, "votes" | "approvals">,
  people: Rules["people"],
): ApprovalCount {
  const by = approvers(operation.votes);
  return { given: countPeople(by, people), needed: operation.approvals?.count ?? 0, by };
}

function approvers(votes: readonly Vote[]): readonly Principal[] {
  return votes.filter(({ vote }) => vote === "approve").map(({ who }) => who);
}

/** Whether somebody may approve, decline or cancel an operation, and by which rule. Pure. */
export function decideOperationOrder(
  asker: Asker,
  order: OperationOrder,
  operation: Operation | undefined,
  rules: Rules,
): Decision {
  const stranger = whyNoMember(asker);
  if (stranger !== undefined) return refuse("membership", stranger);
  if (operation === undefined)
    return refuse("operation", "I do not know this operation.", "Look at its card of now.");
  return order.kind === "cancel"
    ? decideCancel(asker, operation, rules)
    : decideVote(asker, order.kind, operation, rules);
}

function decideVote(
  { who, roles, now, halted }: Asker,
  vote: Vote["vote"],
  operation: Operation,
  rules: Rules,
): Decision {
  const { approvals } = operation;
  if (operation.state !== "awaiting-approval" || approvals === undefined) return notOpen(operation);
  if (approvals.expiresAt <= now) return notOpen({ ...operation, state: "expired" });
  if (vote === "decline" && isSamePerson(who, operation.requestedBy, rules.people))
    return { outcome: "allowed", rule: "one's own" };
  const rule = `targets.${operation.target}.approvals.from`;
  const permission = withRole(roles, approvals.from, rule, `${vote} this`);
  if ("outcome" in permission) return permission;
  if (vote === "decline") return { outcome: "allowed", rule: permission.rule };
  if (halted) return refuseWith("killSwitch", "The kill switch is on.", "Ask the operator.");
  const target = operation.target === undefined ? undefined : ownOf(rules.targets, operation.target);
  if (target?.revision !== operation.plan?.targetRevision) {
    const why = "The configuration of its target has changed since this was asked for.";
    return refuseWith("plan", why, "It has to be asked for again.");
  }
  return whoMayNot(who, operation, rules) ?? { outcome: "allowed", rule: permission.rule };
}

/** Nobody approves what they asked for or suggested, and nobody twice, on whichever platform. */
function whoMayNot(who: Principal, operation: Operation, rules: Rules): Refusal | undefined {
  const { requestedBy, suggestedBy, votes } = operation;
  const rule = "not one's own";
  for (const [other, did] of [[requestedBy, "asked for"] as const, [suggestedBy, "suggested"] as const]) {
    if (other === undefined || areTwoPeople(who, other, rules.people)) continue;
    if (isSamePerson(who, other, rules.people))
      return refuse(rule, `You ${did} this yourself: somebody else has to approve it.`);
    const why = `${other.name} ${did} this on another platform, and nobody has told me whether that is you.`;
    return refuseWith(rule, why, "An operator can say so under `people`.");
  }
  if (approvers(votes).some((voter) => isSamePerson(who, voter, rules.people)))
    return refuse("once each", "You have approved this already.", "It needs somebody else too.");
  return undefined;
}

function notOpen(operation: Pick<Operation, "state">): Refusal {
  const words: Partial<Record<Operation["state"], string>> = {
    expired: "Its time to be approved is over.",
    cancelled: "It was declined or cancelled.",
  };
  const why = words[operation.state] ?? "It does not wait for approval any more.";
  return refuseWith("operation", why, "Look at its card of now.");
}

function decideCancel({ who, roles }: Asker, operation: Operation, rules: Rules): Decision {
  if (!["awaiting-approval", "queued", "running"].includes(operation.state)) {
    const done = operation.state === "cancelling" ? "is being stopped" : "has ended";
    return refuse("operation", `It ${done} already.`, "Look at its card of now.");
  }
  // A roll back that comes by itself is nobody's own.
  if (operation.rollbackOf === undefined && isSamePerson(who, operation.requestedBy, rules.people))
    return { outcome: "allowed", rule: "one's own" };
  const [allowed, path] = whoMayCancel(operation, rules);
  const permission = withRole(roles, allowed, path, "cancel this");
  return "outcome" in permission ? permission : { outcome: "allowed", rule: permission.rule };
}

/** The roles that may ask for such an operation, and where the configuration names them. */
function whoMayCancel(
  { kind, registry, target: name = "" }: Operation,
  rules: Rules,
): readonly [roles: readonly string[], path: string] {
  if (kind === "release" || kind === "reject")
    return [ownOf(rules.registries, registry)?.allow[kind] ?? [], `registries.${registry}.allow.${kind}`];
  const action = kind === "rollback" ? "rollback" : "deploy";
  return [ownOf(rules.targets, name)?.allow[action] ?? [], `targets.${name}.allow.${action}`];
}

/**
 * Why an approved operation may not start after all: fewer people than needed still have the role, or they may be the
 * same human by the `people` of now. `holds` says whether an approver still has one of the roles. Undefined: it may.
 */
export function whyNotApproved(
  operation: Operation,
  holds: (who: Principal) => boolean,
  rules: Pick<Rules, "people">,
): string | undefined {
  const { approvals, requestedBy, suggestedBy } = operation;
  if (approvals === undefined) return undefined;
  const others = [requestedBy, suggestedBy].filter((who) => who !== undefined);
  const valid = approvers(operation.votes).filter(
    (who) => holds(who) && others.every((other) => areTwoPeople(who, other, rules.people)),
  );
  const given = countPeople(valid, rules.people);
  return given >= approvals.count
    ? undefined
    : `it has ${given} of ${approvals.count} approvals that still count: ask for it again`;
}
