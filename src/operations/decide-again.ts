import type { Config } from "../config/config.ts";
import { ChatopsError } from "../errors.ts";
import type { Artifact } from "../nouns/artifact.ts";
import type { Decision } from "../nouns/decision.ts";
import { isPlacing, type Operation } from "../nouns/operation.ts";
import { currentOf } from "../nouns/placement.ts";
import type { Principal } from "../nouns/principal.ts";
import type { Wish } from "../nouns/request.ts";
import type { DecisionFacts } from "../nouns/verdict.ts";
import { whyNotApproved } from "../policy/approvals.ts";
import { decideWish } from "../policy/decide-wish.ts";
import { ownOf } from "../policy/question.ts";
import { type Known, whyNoMember } from "../policy/roles.ts";
import { present } from "../present.ts";
import type { ManifestAttributes, RegistryReader } from "../registry/registry-port.ts";
import type { Store } from "../store/store.ts";
import type { Clock } from "../work/clock.ts";
import type { KillSwitch } from "../work/kill-switch.ts";
import { withObserved } from "./observed-placement.ts";
import type { OperationSteps } from "./steps-of.ts";

// What was queued before the bot was away for a weekend, or in a backup that was put back, is not what anybody wants
// now. A run before it in its lane takes a day at most (config/check/check-lengths.ts).
const oldestOrderMs = 24 * 60 * 60_000;

export interface DecideAgainDeps {
  readonly store: Store;
  readonly config: () => Config;
  readonly clock: Clock;
  readonly isHalted: KillSwitch;
  /** Who somebody is now: asks the platform again, so that a role taken away counts before the effect. */
  readonly knowAfresh: (who: Principal) => Promise<Known>;
  readonly readerOf: (registry: string) => RegistryReader | undefined;
}

/**
 * Asks `decideWish` once more right before the first effect, with the groups, the configuration, the tag, the quarantine and
 * what the target runs now, each read from where it lives. Gives why it may not start; undefined: it may. What cannot be
 * asked throws.
 */
export async function decideAgain(
  deps: DecideAgainDeps,
  operation: Operation,
  work: OperationSteps,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (deps.clock.now() - lastAskedAt(operation) > oldestOrderMs)
    return "it was asked for more than a day ago and has not begun since. Ask for it again";
  const reader = deps.readerOf(operation.registry);
  if (reader === undefined) return "I have no credentials to read this registry any more";
  const wish = wishOf(operation);
  const facts = await refreshed(deps, operation, wish, work, reader, signal);
  const known = await deps.knowAfresh(operation.requestedBy);
  const config = deps.config();
  // Its steps would go where the configuration of a moment ago pointed.
  if (targetRevisionOf(operation, config) !== work.targetRevision)
    throw new ChatopsError("target-unavailable", "its target was configured anew just now", {
      retryable: true,
    });
  const decision = decideWish(
    {
      ...known,
      wish,
      facts,
      now: deps.clock.now(),
      halted: await deps.isHalted(),
      again: { operationId: operation.id, isRollbackByItself: operation.rollbackOf !== undefined },
    },
    config,
  );
  return await whyNot(deps, operation, decision, facts, config);
}

async function whyNot(
  deps: DecideAgainDeps,
  operation: Operation,
  decision: Decision,
  facts: DecisionFacts,
  config: Config,
): Promise<string | undefined> {
  switch (decision.outcome) {
    case "refused":
      return withoutStop(decision.why);
    case "observed":
      return "the mode is `observe` now";
    case "allowed":
      return decision.breakGlass === true && (operation.breakGlassUntil ?? 0) <= deps.clock.now()
        ? "the glass was broken for an hour, which is over"
        : whyVoid(operation, facts, config);
    case "needs-approval":
      return operation.approvals === undefined
        ? "it needs approval now: ask for it again"
        : (whyVoid(operation, facts, config) ?? (await whyUnapproved(deps, operation)));
    default:
      return decision satisfies never;
  }
}

/** When somebody last wanted it: by asking for it, or by approving it. */
function lastAskedAt({ requestedAt, votes }: Operation): number {
  return Math.max(requestedAt, ...votes.map(({ at }) => at));
}

// A reason stands inside a sentence here.
function withoutStop(why: string): string {
  return why.replace(/\.$/, "");
}

/** An approval holds for one plan: this configuration of the target, from that digest to this one. */
function whyVoid(operation: Operation, facts: DecisionFacts, config: Config): string | undefined {
  const { plan, target, approvals } = operation;
  if (plan === undefined || target === undefined || approvals === undefined) return undefined;
  if (targetRevisionOf(operation, config) !== plan.targetRevision)
    return "what was approved is void: the target's configuration has changed. Ask for it again";
  const now = currentOf(facts.placement)?.digest;
  if (now === plan.digestBefore) return undefined;
  return `what was approved is void: ${target} ran ${short(plan.digestBefore)} then and runs ${short(now)} now. Ask for it again`;
}

function targetRevisionOf({ target = "" }: Operation, { targets }: Config): string | undefined {
  return ownOf(targets, target)?.revision;
}

async function whyUnapproved(deps: DecideAgainDeps, operation: Operation): Promise<string | undefined> {
  const from = operation.approvals?.from ?? [];
  const holders = new Set<Principal>();
  for (const { who } of operation.votes) {
    const known = await deps.knowAfresh(who);
    // Somebody who has left, or has become a guest, approves nothing any more.
    if (whyNoMember(known) !== undefined) continue;
    if (known.roles.some((role) => from.includes(role))) holders.add(who);
  }
  return whyNotApproved(operation, (who) => holders.has(who), deps.config());
}

/** What was asked for, as a wish. */
function wishOf(operation: Operation): Wish {
  const { kind, registry, repository, digest, tag, target, reason, plan, breakGlassUntil } = operation;
  return {
    kind,
    registry,
    repository,
    digest,
    ...present({
      tag,
      target,
      reason,
      // A roll back is from what ran when it was asked for; if that has changed, the person decides again.
      expectedCurrent: kind === "rollback" ? plan?.digestBefore : undefined,
      breakGlass: breakGlassUntil === undefined ? undefined : (true as const),
    }),
  };
}

async function refreshed(
  deps: DecideAgainDeps,
  operation: Operation,
  wish: Wish,
  work: OperationSteps,
  reader: RegistryReader,
  signal: AbortSignal,
): Promise<DecisionFacts> {
  const facts = await deps.store.readDecisionFacts(wish);
  if (!isPlacing(wish.kind)) return facts;
  const { registry, repository, digest, tag } = wish;
  const now = deps.clock.now();
  const placement =
    operation.target === undefined
      ? undefined
      : await withObserved(
          { target: operation.target, registry, repository },
          facts.placement,
          await work.observe?.(signal),
          { store: deps.store, now },
        );
  const attributes = await reader.readAttributes(repository, digest, { signal });
  const artifact = facts.artifact && asOfNow(facts.artifact, attributes, now);
  const fresh: DecisionFacts = { ...facts, placement, artifact };
  if (wish.kind !== "deploy" || tag === undefined) return fresh;
  const named = await reader.findTagDigest(repository, tag, { signal });
  const namedTag = named === undefined ? undefined : { tag, digest: named, movedAt: now, disputed: false };
  return { ...fresh, namedTag };
}

/** What the registry does not show any more is gone, or hidden by quarantine: neither may be deployed. */
function asOfNow(artifact: Artifact, attributes: ManifestAttributes | undefined, now: number): Artifact {
  if (attributes === undefined) return { ...artifact, deletedAt: artifact.deletedAt ?? now };
  const state = attributes.quarantineState ?? "";
  return state === "" ? artifact : { ...artifact, registryQuarantine: { state, at: now } };
}

function short(digest: string | undefined): string {
  return digest === undefined ? "nothing that I knew of" : digest.slice(0, 19);
}
