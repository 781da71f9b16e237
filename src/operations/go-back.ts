import type { Config } from "../config/config.ts";
import type { AuditEntry } from "../nouns/audit-entry.ts";
import type { Operation } from "../nouns/operation.ts";
import type { PlacementChange } from "../nouns/placement.ts";
import { rollbackAfter } from "../policy/new-operation.ts";
import { previousOf } from "../policy/previous.ts";
import { ownOf } from "../policy/question.ts";
import { present } from "../present.ts";
import type { OperationResult, Store } from "../store/store.ts";
import type { Effect } from "./run-steps.ts";

/**
 * The roll back that follows a failed deploy by itself, where the target is configured so and there is something to go
 * back to: an operation of its own, decided again at its start like any other.
 */
export async function goBackAfter(
  operation: Operation,
  effect: Effect,
  change: PlacementChange | undefined,
  deps: {
    readonly store: Pick<Store, "readDecisionFacts">;
    readonly config: Config;
    readonly newId: () => string;
    readonly now: number;
  },
): Promise<OperationResult["follow"]> {
  const { config, newId, now } = deps;
  const { target: name, registry, repository } = operation;
  const target = ownOf(config.targets, name ?? "");
  const failed = effect.kind === "failed" && effect.unhealthy === true;
  if (!failed || change === undefined || target?.rollbackOnFailure !== true) return undefined;
  // A roll back that fails is for a person: two that follow each other could go on for ever.
  if (operation.kind === "rollback") return undefined;
  const wish = {
    kind: "rollback",
    registry,
    repository,
    digest: operation.digest,
    target: target.name,
  } as const;
  const facts = await deps.store.readDecisionFacts(wish);
  const key = { target: target.name, registry, repository };
  const digest = previousOf({ ...key, history: [...(facts.placement?.history ?? []), change] }, facts.ran);
  if (digest === undefined) return undefined;
  const rollback = rollbackAfter(operation, digest, target, { newId, now });
  return { operation: rollback, audit: auditOf(rollback, operation, deps) };
}

function auditOf(
  rollback: Operation,
  failed: Operation,
  { config, newId, now }: { readonly config: Config; readonly newId: () => string; readonly now: number },
): AuditEntry {
  const { registry, repository, digest, rule, target } = rollback;
  return {
    id: newId(),
    at: now,
    what: "rollback",
    outcome: "allowed",
    rule,
    detail: `by itself, after operation ${failed.id} failed`,
    registry,
    repository,
    digest,
    ...present({ target }),
    operationId: rollback.id,
    digestBefore: failed.digest,
    configRevision: config.revision,
  };
}
