import type { Config } from "../config/config.ts";
import { ChatopsError, describeError } from "../errors.ts";
import type { Log } from "../log.ts";
import { subjectOf } from "../nouns/artifact.ts";
import type { AuditEntry } from "../nouns/audit-entry.ts";
import type { Operation } from "../nouns/operation.ts";
import type { Principal } from "../nouns/principal.ts";
import { personIn } from "../policy/people.ts";
import type { Known } from "../policy/roles.ts";
import type { RegistryReader } from "../registry/registry-port.ts";
import type { ClaimedOperation, LeaseToken, MessageWish, OperationResult, Store } from "../store/store.ts";
import { backoffMs } from "../work/backoff.ts";
import type { Clock } from "../work/clock.ts";
import { decideAgain } from "./decide-again.ts";
import type { EffectSource } from "./effect-of.ts";
import { type Effect, LeaseLost, type OperationRow } from "./target-port.ts";

/** How long an operation is somebody's before another may take it up; renewed while it runs. */
export const operationLeaseMs = 60_000;
const renewEveryMs = 20_000;
// An operation that the other side keeps putting off ends as failed, so that a person hears of it.
const mostAttempts = 8;
const retry = { firstMs: 1_000, longestMs: 60_000 };

export interface OperateDeps {
  readonly store: Store;
  readonly config: () => Config;
  readonly effectOf: EffectSource;
  readonly readerOf: (registry: string) => RegistryReader | undefined;
  /** Who somebody is now: asks the platform again, so that a role taken away counts before the effect. */
  readonly knowAfresh: (who: Principal) => Promise<Known>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly newId: () => string;
  readonly log: Log;
}

/** Runs one claimed operation to its end, its next try, or the loss of its lease. Never throws for what it runs. */
export async function operate(
  deps: OperateDeps,
  claimed: ClaimedOperation,
  stopping: AbortSignal,
): Promise<void> {
  const { operation, lease } = claimed;
  const ended = new AbortController();
  const signal = AbortSignal.any([ended.signal, stopping]);
  const keepLease = renew(deps, claimed, ended);
  try {
    const { effect, digestBefore } = await effectOn(deps, operation, lease, signal);
    const noted = digestBefore === undefined ? operation : { ...operation, digestBefore };
    await finish(deps, noted, lease, effect);
  } catch (error) {
    // Stopped in the middle: the row stays as it is and is taken up again at the next start.
    if (error instanceof LeaseLost || stopping.aborted) return;
    await afterError(deps, claimed, error);
  } finally {
    ended.abort();
    await keepLease;
  }
}

async function effectOn(
  deps: OperateDeps,
  operation: Operation,
  lease: LeaseToken,
  signal: AbortSignal,
): Promise<{ readonly effect: Effect; readonly digestBefore?: string | undefined }> {
  const refused = await decideAgain(deps, operation, signal);
  if (refused !== undefined) return { effect: refused };
  const run = await deps.effectOf(operation);
  if (run === undefined) {
    const outcome =
      "the configuration has no credentials (or no target) for this any more; nothing was changed";
    return { effect: { kind: "refused", outcome } };
  }
  let digestBefore: string | undefined;
  const row: OperationRow = {
    noteDigestBefore: async (digest) => {
      if (!(await deps.store.noteDigestBefore(operation.id, lease, digest))) throw new LeaseLost();
      digestBefore = digest;
    },
  };
  deps.log.info(
    { step: "operate", operationId: operation.id, kind: operation.kind, subject: subjectOf(operation) },
    "operation runs",
  );
  return { effect: await run(operation, row, signal), digestBefore };
}

async function finish(
  deps: OperateDeps,
  operation: Operation,
  lease: LeaseToken,
  effect: Effect,
): Promise<void> {
  const at = deps.clock.now();
  const state = effect.kind === "done" ? "succeeded" : effect.kind === "in-doubt" ? "in-doubt" : "failed";
  const result: OperationResult = {
    state,
    outcome: effect.outcome,
    at,
    audit: auditOf(deps, operation, state, effect.outcome, at),
    messages: await replies(deps.store, operation, at),
    ...(state === "succeeded" && operation.target !== undefined && isPlacing(operation.kind)
      ? { placementChange: { digest: operation.digest, at, how: operation.kind, operationId: operation.id } }
      : {}),
  };
  if (state === "succeeded" && !isPlacing(operation.kind)) await noteQuarantine(deps.store, operation, at);
  if (!(await deps.store.finishOperation(operation.id, lease, result))) return;
  const level = state === "succeeded" ? "info" : "warn";
  deps.log[level](
    {
      step: "operate",
      operationId: operation.id,
      kind: operation.kind,
      subject: subjectOf(operation),
      state,
      outcome: effect.outcome,
    },
    "operation ended",
  );
}

function isPlacing(kind: Operation["kind"]): kind is "deploy" | "redeploy" | "rollback" {
  return kind === "deploy" || kind === "redeploy" || kind === "rollback";
}

/** What the registry was told is known at once; its own `push` event and the next verification say the same later. */
async function noteQuarantine(store: Store, operation: Operation, at: number): Promise<void> {
  const state = operation.kind === "release" ? "Passed" : "Failed";
  await store.changeArtifact(operation, undefined, ({ artifact }) =>
    artifact === undefined
      ? undefined
      : {
          artifact: { ...artifact, registryQuarantine: { state, at } },
          tags: [],
          removedTags: [],
          claims: [],
          verifyDueAt: at,
          messages: [],
          touchAt: at,
          alsoTouch: [],
          happenings: [],
        },
  );
}

/** Replies to the cards where it was asked for; a roll back is asked for on the card of what it takes away. */
async function replies(store: Store, operation: Operation, at: number): Promise<readonly MessageWish[]> {
  const { digestBefore, kind } = operation;
  const shownOn =
    kind === "rollback" && digestBefore !== undefined ? { ...operation, digest: digestBefore } : operation;
  const roots = (await store.messagesOf(subjectOf(shownOn))).filter((message) => message.slot === "root");
  const newest = Math.max(0, ...roots.map((message) => message.incarnation));
  return roots
    .filter((message) => message.incarnation === newest)
    .filter((message) => operation.channel === undefined || message.channel === operation.channel)
    .map(({ channel, subject, incarnation }) => ({
      channel,
      subject,
      incarnation,
      slot: `operation:${operation.id}`,
      dueAt: at,
    }));
}

async function afterError(
  deps: OperateDeps,
  { operation, lease }: ClaimedOperation,
  error: unknown,
): Promise<void> {
  const words = describeError(error);
  const known = error instanceof ChatopsError ? error : undefined;
  if (known?.retryable === true && operation.attempts < mostAttempts) {
    const pauseMs = backoffMs({
      ...retry,
      attempts: operation.attempts,
      retryAfterMs: known.retryAfterMs,
      random: deps.random(),
    });
    await deps.store.postponeOperation(operation.id, lease, deps.clock.now() + pauseMs, words);
    deps.log.warn(
      { step: "operate", operationId: operation.id, error: words, pauseMs },
      "operation is tried again later",
    );
    return;
  }
  if (known === undefined)
    deps.log.error(
      { step: "operate", operationId: operation.id, error: words },
      "operation failed unexpectedly",
    );
  const outcome = known === undefined ? `something unexpected went wrong (reference ${operation.id})` : words;
  await finish(deps, operation, lease, { kind: "refused", outcome });
}

/** Holds the lease while the effect runs; a lost lease stops the run before its next call. */
async function renew(
  deps: OperateDeps,
  { operation, lease }: ClaimedOperation,
  ended: AbortController,
): Promise<void> {
  while (!ended.signal.aborted) {
    await deps.clock.sleep(renewEveryMs, ended.signal);
    if (ended.signal.aborted) return;
    const kept = await deps.store
      .renewOperation(operation.id, lease, operationLeaseMs)
      .catch((error: unknown) => {
        deps.log.warn(
          { operationId: operation.id, error: describeError(error) },
          "an operation's lease could not be renewed",
        );
        return true;
      });
    if (!kept) ended.abort(new LeaseLost());
  }
}

function auditOf(
  deps: OperateDeps,
  operation: Operation,
  outcome: AuditEntry["outcome"],
  detail: string,
  at: number,
): AuditEntry {
  return {
    id: deps.newId(),
    at,
    who: operation.requestedBy,
    ...personIn(operation.requestedBy, deps.config().people),
    what: operation.kind,
    outcome,
    rule: operation.rule,
    detail,
    registry: operation.registry,
    repository: operation.repository,
    digest: operation.digest,
    operationId: operation.id,
    ...(operation.target === undefined ? {} : { target: operation.target }),
    ...(operation.digestBefore === undefined ? {} : { digestBefore: operation.digestBefore }),
    ...(outcome === "succeeded" ? { digestAfter: operation.digest } : {}),
    configRevision: deps.config().revision,
  };
}
