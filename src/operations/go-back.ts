import type { Operation } from "../nouns/operation.ts";
import type { PlacementChange } from "../nouns/placement.ts";
import { rollbackAfter } from "../policy/new-operation.ts";
import { previousOf } from "../policy/previous.ts";
import { ownOf } from "../policy/question.ts";
import type { OperationResult, Store } from "../store/store.ts";
import { auditAbout, type ResultContext } from "./operation-result.ts";
import type { Effect } from "./run-steps.ts";

/**
 * The roll back that follows a failed deploy by itself, where the target is configured so and there is something to go
 * back to: an operation of its own, decided again at its start like any other.
 */
export async function goBackAfter(
  operation: Operation,
  effect: Effect,
  change: PlacementChange | undefined,
  deps: Omit<ResultContext, "card"> & { readonly store: Pick<Store, "readDecisionFacts"> },
): Promise<OperationResult["follow"]> {
  const { config, newId, now } = deps;
  const { target: name, registry, repository } = operation;
  const target = ownOf(config.targets, name ?? "");
  const failed = effect.kind === "failed" && effect.unhealthy === true;
  if (!failed || change === undefined || target?.rollbackOnFailure !== true) return undefined;
  // A roll back that fails is for a person: two that follow each other could go on for ever.
  if (operation.kind === "rollback") return undefined;
  const key = { target: target.name, registry, repository };
  const facts = await deps.store.readDecisionFacts({ ...key, kind: "rollback", digest: operation.digest });
  const digest = previousOf(
    { ...key, history: [...(facts.placement?.history ?? []), change] },
    facts.ran,
    target,
  );
  if (digest === undefined) return undefined;
  const rollback = rollbackAfter(operation, digest, target, { newId, now });
  const audit = {
    ...auditAbout(rollback, deps),
    outcome: "allowed",
    detail: `by itself, after operation ${operation.id} failed`,
    digestBefore: operation.digest,
  } as const;
  return { operation: rollback, audit };
}
