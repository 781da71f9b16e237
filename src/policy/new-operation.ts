import { quarantineOf } from "../nouns/artifact.ts";
import type { Decision } from "../nouns/decision.ts";
import { isPlacing, type Operation, type OperationPlan } from "../nouns/operation.ts";
import { currentOf, placementKey } from "../nouns/placement.ts";
import type { Request, Wish } from "../nouns/request.ts";
import { movedTagOf, type Target } from "../nouns/target.ts";
import type { DecisionFacts } from "../nouns/verdict.ts";
import { present } from "../present.ts";
import type { VerdictContext } from "./audit-of-decision.ts";
import { ownOf } from "./question.ts";
import { principalOfKnown } from "./roles.ts";

/** Break-glass is for now, not for when somebody finds it again. */
const breakGlassMs = 60 * 60_000;

type Granted = Extract<Decision, { outcome: "allowed" | "needs-approval" }>;

/** The operation that a granted wish becomes: queued, or awaiting approval. */
export function newOperation(
  request: Request,
  wish: Wish,
  decision: Granted,
  facts: DecisionFacts,
  context: VerdictContext,
): Operation {
  const { now } = context;
  const { kind, registry, repository, digest, tag, target: name, suggestedBy, reason, breakGlass } = wish;
  const target = name === undefined ? undefined : ownOf(context.config.targets, name);
  const plan = planOf(wish, target, facts);
  const needed = decision.outcome === "needs-approval" ? decision : undefined;
  return present({
    ...fresh(context),
    ...{ kind, registry, repository, digest, tag, target: name, suggestedBy, reason },
    requestedBy: principalOfKnown(context),
    channel: request.channel,
    rule: decision.rule,
    requestId: request.id,
    lane: target && laneOf(wish, target),
    plan,
    approvals: needed && { count: needed.count, from: needed.from, expiresAt: now + needed.expiresMs },
    expectedQuarantine: expectedQuarantine(wish, facts),
    breakGlassUntil: breakGlass === true ? now + breakGlassMs : undefined,
    state: needed === undefined ? ("queued" as const) : ("awaiting-approval" as const),
    digestBefore: plan?.digestBefore,
  });
}

/** What every operation has that nobody has touched yet. */
function fresh({ newId, now }: Pick<VerdictContext, "newId" | "now">) {
  return { id: newId(), requestedAt: now, votes: [], journal: { steps: [], notes: {} }, attempts: 0 };
}

function expectedQuarantine(wish: Wish, { artifact }: DecisionFacts): Operation["expectedQuarantine"] {
  if (isPlacing(wish.kind) || artifact === undefined) return undefined;
  const state = quarantineOf(artifact);
  return state === "held" || state === "failed" ? state : undefined;
}

function planOf(wish: Wish, target: Target | undefined, facts: DecisionFacts): OperationPlan | undefined {
  if (target === undefined || !isPlacing(wish.kind)) return undefined;
  const before = currentOf(facts.placement)?.digest;
  return present({ targetRevision: target.revision, digestBefore: before, digestAfter: wish.digest });
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
  return present({
    ...fresh(context),
    kind: "rollback" as const,
    registry,
    repository,
    digest,
    target: target.name,
    requestedBy,
    channel,
    rule: `targets.${target.name}.rollbackOnFailure`,
    requestId,
    lane: laneOf(failed, target),
    plan: { targetRevision: target.revision, digestBefore: failed.digest, digestAfter: digest },
    rollbackOf: failed.id,
    // Who went past a lock to deploy must not be held by it on the way back.
    breakGlassUntil,
    reason: breakGlassUntil === undefined ? undefined : reason,
    state: "queued" as const,
    digestBefore: failed.digest,
  });
}
