import { noteQuarantine } from "../artifacts/note-quarantine.ts";
import { ChatopsError, describeError } from "../errors.ts";
import type { Log } from "../log.ts";
import { subjectOf } from "../nouns/artifact.ts";
import { cardOf, isPlacing, type Operation } from "../nouns/operation.ts";
import type { ClaimedOperation } from "../store/store.ts";
import { backoffMs } from "../work/backoff.ts";
import { type DecideAgainDeps, decideAgain } from "./decide-again.ts";
import { goBackAfter } from "./go-back.ts";
import { keepLease } from "./keep-lease.ts";
import { resultOf } from "./operation-result.ts";
import { type Effect, hasBegunToChange, lookAtBegun, runSteps } from "./run-steps.ts";
import { LeaseLost } from "./target-port.ts";
import type { Work, WorkSource } from "./work-of.ts";

// An operation that the other side keeps putting off ends, so that a person hears of it.
const mostAttempts = 8;
// One that ends its process each time it is run is taken up no oftener than this.
const mostClaims = mostAttempts + 8;
const retry = { firstMs: 1_000, longestMs: 60_000 };

export interface OperateDeps extends DecideAgainDeps {
  readonly workOf: WorkSource;
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
  const held = keepLease(claimed, deps);
  const signal = AbortSignal.any([held.signal, stopping]);
  let work: Work | undefined;
  try {
    if (claimed.operation.attempts > mostClaims)
      throw new ChatopsError(
        "target-unavailable",
        "it was taken up again and again, and never came to its end",
      );
    work = await deps.workOf(claimed.operation);
    const effect = await effectOf(deps, claimed.operation, work, held.keeper, signal);
    await finish(deps, claimed, effect);
  } catch (error) {
    // Stopped in the middle: the row stays as it is and is taken up again at the next start.
    if (error instanceof LeaseLost || held.signal.aborted || stopping.aborted) return;
    await afterError(deps, claimed, { work, signal }, error);
  } finally {
    await held.letGo();
  }
}

async function effectOf(
  deps: OperateDeps,
  operation: Operation,
  work: Work | undefined,
  keeper: Parameters<typeof runSteps>[0]["keeper"],
  signal: AbortSignal,
): Promise<Effect> {
  if (work === undefined)
    return {
      kind: "failed",
      outcome: "the configuration has no credentials (or no target) for this any more",
      changed: operation.journal.steps.length === 0 ? "no" : "unknown",
    };
  const { steps, cancel } = work;
  const begun = hasBegunToChange(steps, operation.journal);
  const isOther = operation.plan !== undefined && operation.plan.targetRevision !== work.targetRevision;
  if (begun && isOther)
    return {
      kind: "in-doubt",
      outcome: "its target was configured anew while it ran: what was begun there is not gone on with here",
    };
  // What was read and checked on one configuration says nothing of another.
  const journal = isOther ? { steps: [], notes: {} } : operation.journal;
  // Once an effect was begun it goes on to its end: refusing half-way would leave neither the one nor the other.
  if (!begun && operation.state !== "cancelling") {
    const why = await decideAgain(deps, operation, work, signal);
    if (why !== undefined) return { kind: "failed", outcome: why, changed: "no" };
  }
  deps.log.info(
    { step: "operate", operationId: operation.id, kind: operation.kind, subject: subjectOf(operation) },
    "operation runs",
  );
  return await runSteps({
    steps,
    journal,
    keeper,
    clock: deps.clock,
    deadlineAt: (operation.startedAt ?? deps.clock.now()) + work.timeoutMs,
    signal,
    ...(cancel === undefined ? {} : { cancel }),
  });
}

async function finish(
  deps: OperateDeps,
  { operation: claimed, lease }: ClaimedOperation,
  effect: Effect,
): Promise<void> {
  const { store } = deps;
  // What the run noted meanwhile (what ran before, who cancelled) stands in the row.
  const operation = (await store.findOperation(claimed.id)) ?? claimed;
  const context = { config: deps.config(), newId: deps.newId, now: deps.clock.now() };
  const roots = await store.messagesOf(subjectOf(cardOf(operation)));
  const result = resultOf(operation, effect, roots, context);
  const follow = await goBackAfter(operation, effect, result.placementChange, { store, ...context });
  const { state, outcome } = result;
  if (state === "succeeded" && !isPlacing(operation.kind))
    await noteQuarantine(store, operation, context.now);
  const written = { ...result, ...(follow === undefined ? {} : { follow }) };
  if (!(await store.finishOperation(operation.id, lease, written))) return;
  deps.log[state === "succeeded" ? "info" : "warn"](
    {
      step: "operate",
      operationId: operation.id,
      kind: operation.kind,
      subject: subjectOf(operation),
      state,
      outcome,
    },
    "operation ended",
  );
}

async function afterError(
  deps: OperateDeps,
  claimed: ClaimedOperation,
  { work, signal }: { readonly work: Work | undefined; readonly signal: AbortSignal },
  error: unknown,
): Promise<void> {
  const { operation, lease } = claimed;
  const words = describeError(error);
  const known = error instanceof ChatopsError ? error : undefined;
  if (known?.retryable === true && operation.attempts < mostAttempts) {
    const { attempts } = operation;
    const { retryAfterMs } = known;
    const pauseMs = backoffMs({ ...retry, attempts, retryAfterMs, random: deps.random() });
    await deps.store.postponeOperation(operation.id, lease, deps.clock.now() + pauseMs, words);
    deps.log.warn(
      { step: "operate", operationId: operation.id, error: words, pauseMs },
      "operation is tried again later",
    );
    return;
  }
  if (known === undefined)
    deps.log.error(
      { step: "operate", operationId: operation.id, error: words, stack: stackOf(error) },
      "operation failed unexpectedly",
    );
  const outcome = known === undefined ? `something unexpected went wrong (reference ${operation.id})` : words;
  const journal = (await deps.store.findOperation(operation.id))?.journal ?? operation.journal;
  const untouched = journal.steps.length === 0 ? "no" : "unknown";
  const changed = work === undefined ? untouched : await lookAtBegun(work.steps, journal, signal);
  // An effect that was begun and never seen to end: only a person can find out.
  await finish(
    deps,
    claimed,
    changed === "unknown" ? { kind: "in-doubt", outcome } : { kind: "failed", outcome, changed },
  );
}

function stackOf(error: unknown): string | undefined {
  return error instanceof Error ? error.stack : undefined;
}
