import { quarantineOf } from "../nouns/artifact.ts";
import type { Decision } from "../nouns/decision.ts";
import { isPlacing, type Operation, type OperationPlan } from "../nouns/operation.ts";
import { currentOf, placementKey } from "../nouns/placement.ts";
import type { Request, Wish } from "../nouns/request.ts";
import { movedTagOf, type Target } from "../nouns/target.ts";
import type { DecisionFacts } from "../nouns/verdict.ts";
import type { VerdictContext } from "./audit-of-decision.ts";
import { ownOf } from "./question.ts";
import { type Known, principalOfKnown } from "./roles.ts";

/** Break-glass is for now, not for when somebody finds it again. */
const breakGlassMs = 60 * 60_000;

type Granted = Extract<Decision, { outcome: "allowed" | "needs-approval" }>;

/** The operation that a granted wish becomes: queued, or awaiting approval. */
export function newOperation(
  request: Request,
  wish: Wish,
  known: Known,
  decision: Granted,
  facts: DecisionFacts,
  context: VerdictContext,
): Operation {
  const { now } = context;
  const target = wish.target === undefined ? undefined : ownOf(context.config.targets, wish.target);
  const plan = planOf(wish, target, facts);
  return {
    id: context.newId(),
    kind: wish.kind,
    registry: wish.registry,
    repository: wish.repository,
    digest: wish.digest,
    ...(wish.tag === undefined ? {} : { tag: wish.tag }),
    ...(wish.target === undefined ? {} : { target: wish.target }),
    requestedBy: principalOfKnown(known),
    ...(wish.suggestedBy === undefined ? {} : { suggestedBy: wish.suggestedBy }),
    ...(wish.reason === undefined ? {} : { reason: wish.reason }),
    ...(request.channel === undefined ? {} : { channel: request.channel }),
    rule: decision.rule,
    requestId: request.id,
    ...(target === undefined ? {} : { lane: laneOf(wish, target) }),
    ...(plan === undefined ? {} : { plan }),
    ...(decision.outcome === "needs-approval"
      ? { approvals: { count: decision.count, from: decision.from, expiresAt: now + decision.expiresMs } }
      : {}),
    ...expectedQuarantine(wish, facts),
    ...(wish.breakGlass === true ? { breakGlassUntil: now + breakGlassMs } : {}),
    state: decision.outcome === "needs-approval" ? "awaiting-approval" : "queued",
    requestedAt: now,
    votes: [],
    ...(plan?.digestBefore === undefined ? {} : { digestBefore: plan.digestBefore }),
    journal: { steps: [], notes: {} },
    attempts: 0,
  };
}

function expectedQuarantine(wish: Wish, facts: DecisionFacts): Pick<Operation, "expectedQuarantine"> {
  if (isPlacing(wish.kind) || facts.artifact === undefined) return {};
  const state = quarantineOf(facts.artifact);
  return state === "held" || state === "failed" ? { expectedQuarantine: state } : {};
}

function planOf(wish: Wish, target: Target | undefined, facts: DecisionFacts): OperationPlan | undefined {
  if (target === undefined || !isPlacing(wish.kind)) return undefined;
  const before = currentOf(facts.placement)?.digest;
  return {
    targetRevision: target.revision,
    ...(before === undefined ? {} : { digestBefore: before }),
    digestAfter: wish.digest,
  };
}

/** What runs one after the other: operations of one placement, and retags of one repository. */
export function laneOf(wish: Pick<Wish, "registry" | "repository">, target: Target): string {
  const { registry, repository } = wish;
  return movedTagOf(target) !== undefined
    ? `retag/${registry}/${repository}`
    : placementKey({ target: target.name, registry, repository });
}

/** The roll back that follows a failed deploy by itself: asked for by nobody but the configuration. */
export function rollbackAfter(
  failed: Operation,
  digest: string,
  target: Target,
  context: Pick<VerdictContext, "newId" | "now">,
): Operation {
  const { registry, repository, requestedBy, channel, requestId, reason, breakGlassUntil } = failed;
  return {
    id: context.newId(),
    kind: "rollback",
    registry,
    repository,
    digest,
    target: target.name,
    requestedBy,
    ...(channel === undefined ? {} : { channel }),
    rule: `targets.${target.name}.rollbackOnFailure`,
    requestId,
    lane: laneOf(failed, target),
    plan: { targetRevision: target.revision, digestBefore: failed.digest, digestAfter: digest },
    rollbackOf: failed.id,
    // Who went past a lock to deploy must not be held by it on the way back.
    ...(breakGlassUntil === undefined ? {} : { breakGlassUntil }),
    ...(breakGlassUntil === undefined || reason === undefined ? {} : { reason }),
    state: "queued",
    requestedAt: context.now,
    votes: [],
    digestBefore: failed.digest,
    journal: { steps: [], notes: {} },
    attempts: 0,
  };
}
