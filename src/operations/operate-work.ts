import { noteQuarantine } from "../artifacts/note-quarantine.ts";
import { ChatopsError, describeError } from "../errors.ts";
import type { Log } from "../log.ts";
import { subjectOf } from "../nouns/artifact.ts";
import type { LeaseToken } from "../nouns/due-work.ts";
import { cardOf, isPlacing, type Operation } from "../nouns/operation.ts";
import { present } from "../present.ts";
import type { DueWork } from "../work/kind-of-work.ts";
import type { Turn } from "../work/turn.ts";
import { type DecideAgainDeps, decideAgain } from "./decide-again.ts";
import { goBackAfter } from "./go-back.ts";
import { keeperOf } from "./keeper.ts";
import { resultOf } from "./operation-result.ts";
import { type Effect, hasBegunToChange, lookAtBegun, runSteps } from "./run-steps.ts";
import type { OperationSteps, StepsOf } from "./steps-of.ts";
import { readCard } from "./who-hears.ts";

// Operations of one target that run at the same time: a system that hangs holds up its own target, and nobody else.
const perTarget = 16;
// Steps that this process runs at the same time; what waits for the other side is not among them.
const atOnce = 64;
// A step makes a few calls, each with a deadline of its own.
const deadlineMs = 120_000;
// Given up while a third of it is left: a call that is under way may take 30 s more.
const leaseMs = 90_000;
const longestPauseMs = 75 * 60_000;
// An operation that the other side keeps putting off ends, so that a person hears of it.
const mostAttempts = 8;
const retry = { firstMs: 1_000, longestMs: 60_000 };
// Where several share the store, another with its own configuration may know the target: after so long, nobody does.
const unservedAfterMs = 10 * 60_000;
const lookLimitMs = 30_000;

export interface OperateDeps extends DecideAgainDeps {
  readonly stepsOf: StepsOf;
  readonly newId: () => string;
  readonly log: Log;
}

/** Carries operations out, those of different lanes side by side; each goes on where an earlier run has stopped. */
export function operateWork(deps: OperateDeps): DueWork<"operate"> {
  return {
    kind: "operate",
    about: logged,
    serves: () => {
      const { targets, registries } = deps.config();
      const reviews = Object.keys(registries).map((registry) => `review/${registry}`);
      return { by: "name", names: [...Object.keys(targets), ...reviews] };
    },
    unservedAfterMs: deps.store.engine === "sqlite" ? 0 : unservedAfterMs,
    perLane: 1,
    perCrowd: perTarget,
    atOnce,
    leaseMs,
    deadlineMs,
    longestPauseMs,
    retry: () => retry,
    isForGood: (error, attempts) =>
      !(error instanceof ChatopsError && error.retryable) || attempts > mostAttempts,
    run: async (operation, turn) => {
      const work = await deps.stepsOf(operation);
      await finish(deps, operation, turn.lease, await effectOf(deps, operation, work, turn));
      return { kind: "written" };
    },
    end: async (operation, why, turn) => {
      await finish(deps, operation, turn.lease, await effectOfError(deps, operation, why));
      return { kind: "written" };
    },
  };
}

async function effectOf(
  deps: OperateDeps,
  operation: Operation,
  work: OperationSteps | undefined,
  turn: Turn,
): Promise<Effect> {
  if (work === undefined) return withoutWork(operation);
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
    const why = await decideAgain(deps, operation, work, turn.signal);
    if (why !== undefined) return { kind: "failed", outcome: why, changed: "no" };
  }
  deps.log.info(logged(operation), "operation runs");
  return await runSteps({
    steps,
    journal,
    keeper: keeperOf(operation, turn.lease, deps),
    clock: deps.clock,
    pause: turn.pause,
    deadlineAt: (operation.startedAt ?? deps.clock.now()) + work.timeoutMs,
    signal: turn.signal,
    cancel,
  });
}

function logged(operation: Operation) {
  const { id, kind } = operation;
  return { step: "operate", operationId: id, kind, subject: subjectOf(operation) } as const;
}

/** Nobody here can carry it out any more: what was begun may have happened. */
function withoutWork({ journal }: Operation): Effect {
  const outcome = "the configuration has no credentials (or no target) for this any more";
  return journal.steps.length === 0
    ? { kind: "failed", outcome, changed: "no" }
    : { kind: "in-doubt", outcome };
}

async function finish(deps: OperateDeps, claimed: Operation, lease: LeaseToken, effect: Effect) {
  const { store } = deps;
  // What the run noted meanwhile (what ran before, who cancelled) stands in the row.
  const operation = (await store.findOperation(claimed.id)) ?? claimed;
  const card = await readCard(store, cardOf(operation));
  const context = { config: deps.config(), newId: deps.newId, now: deps.clock.now(), card };
  const result = resultOf(operation, effect, context);
  const follow = await goBackAfter(operation, effect, result.placementChange, { store, ...context });
  const { state, outcome } = result;
  if (state === "succeeded" && !isPlacing(operation.kind))
    await noteQuarantine(store, operation, context.now);
  const written = { ...result, ...present({ follow }) };
  if (!(await store.finishOperation(operation.id, lease, written))) return;
  deps.log[state === "succeeded" ? "info" : "warn"](
    { ...logged(operation), state, outcome },
    "operation ended",
  );
}

/** What is known of one that failed for good: an effect that was begun and never seen to end is for a person. */
async function effectOfError(deps: OperateDeps, operation: Operation, error: unknown): Promise<Effect> {
  const known = error instanceof ChatopsError;
  if (!known) {
    const stack = error instanceof Error ? error.stack : undefined;
    const fields = { ...logged(operation), error: describeError(error), stack };
    deps.log.error(fields, "operation failed unexpectedly");
  }
  const outcome = known ? error.message : `something unexpected went wrong (reference ${operation.id})`;
  const journal = (await deps.store.findOperation(operation.id))?.journal ?? operation.journal;
  if (journal.steps.length === 0) return { kind: "failed", outcome, changed: "no" };
  const work = await deps.stepsOf(operation).catch(() => undefined);
  const changed =
    work === undefined ? "unknown" : await lookAtBegun(work.steps, journal, AbortSignal.timeout(lookLimitMs));
  return changed === "unknown" ? { kind: "in-doubt", outcome } : { kind: "failed", outcome, changed };
}
