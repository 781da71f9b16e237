import { ChatopsError, describeError, orNothing } from "../errors.ts";
import type { Journal, Operation } from "../nouns/operation.ts";
import type { Clock } from "../work/clock.ts";
import type { Cancelled, Step, StepResult, StepRun } from "./target-port.ts";

type Changed = NonNullable<Operation["changed"]>;

/** How a run ended. `outcome` is what people should know besides that, often nothing. */
export type Effect = { readonly outcome: string; readonly link?: string | undefined } & (
  | { readonly kind: "done" | "in-doubt" }
  | { readonly kind: "failed"; readonly changed: Changed; readonly unhealthy?: true }
  | { readonly kind: "cancelled"; readonly changed: Changed }
);

/** Writes a run down; each throws LeaseLost if somebody else has the operation. */
export interface Keeper {
  writeJournal(journal: Journal): Promise<void>;
  noteDigestBefore(digest: string | undefined): Promise<void>;
  /** May be left out now and then: it is for people to watch. */
  progress(words: string, link: string | undefined): Promise<void>;
  /** Whether somebody wants the operation stopped. */
  isStopWanted(): Promise<boolean>;
}

export interface StepsRun {
  readonly steps: readonly Step[];
  /** What earlier runs of the operation left. */
  readonly journal: Journal;
  readonly keeper: Keeper;
  readonly clock: Clock;
  /** Waits without holding others up; throws when the run has to stop. */
  readonly pause: (ms: number) => Promise<void>;
  /** When it has to be done, in ms; looked at while it waits. */
  readonly deadlineAt: number;
  readonly signal: AbortSignal;
  /** Stops what runs on the other side; absent: it cannot be stopped once something was changed. */
  readonly cancel?: ((notes: Journal["notes"], signal: AbortSignal) => Promise<Cancelled>) | undefined;
}

/** Whether an effect was begun, by this run or an earlier one: from then on it goes on to its end. */
export function hasBegunToChange(steps: readonly Step[], journal: Journal): boolean {
  return changeSoFar(steps, journal) !== "no";
}

/** What is known of a run's other changes by its journal alone: `unknown` if one was begun and not seen to end. */
function changeSoFar(steps: readonly Step[], journal: Journal, except?: Step): Changed {
  const begun = steps
    .filter((step) => step.changes && step !== except)
    .flatMap((step) => journal.steps.filter((record) => record.name === step.name));
  if (begun.some((record) => record.doneAt === undefined)) return "unknown";
  return begun.length > 0 ? "yes" : "no";
}

/**
 * Runs what is left of an operation's steps. The begin of each is written down before it is run; one that was begun and
 * not seen to end is looked for first, if it has a `look`. Throws retryable ChatopsErrors, LeaseLost, and the signal's
 * reason: then the journal says where to go on.
 */
export async function runSteps(run: StepsRun): Promise<Effect> {
  const state: State = { journal: run.journal, outcomes: [], link: undefined, isStopHeeded: true };
  for (const step of run.steps) {
    if (recordOf(state.journal, step)?.doneAt !== undefined) continue;
    const ended = await untilDone(run, step, state);
    if (ended !== undefined) return { ...ended, link: state.link };
  }
  return { kind: "done", outcome: state.outcomes.join("; "), link: state.link };
}

/** What became of a change that was begun and not seen to end, as far as its step can find out. */
export async function lookAtBegun(
  steps: readonly Step[],
  journal: Journal,
  signal: AbortSignal,
): Promise<Changed> {
  const change = changeSoFar(steps, journal);
  const begun = steps.find((step) => step.changes && isBegun(recordOf(journal, step)));
  if (change !== "unknown" || begun?.look === undefined) return change;
  const context: StepRun = {
    notes: journal.notes,
    signal,
    begunAt: recordOf(journal, begun)?.begunAt ?? 0,
    note: async () => undefined,
    noteDigestBefore: async () => undefined,
  };
  const looked = await orNothing(begun.look(context), (error) => error instanceof ChatopsError);
  if (looked === undefined || looked.kind === "unknown") return "unknown";
  return looked.kind === "done" ? "yes" : changeSoFar(steps, journal, begun);
}

function isBegun(record: Journal["steps"][number] | undefined): boolean {
  return record !== undefined && record.doneAt === undefined;
}

/** Runs one step to its end, through its waits; gives an effect if that ends the operation. */
async function untilDone(run: StepsRun, step: Step, state: State): Promise<Effect | undefined> {
  for (;;) {
    run.signal.throwIfAborted();
    if (state.isStopHeeded && (await run.keeper.isStopWanted())) {
      const stopped = await stop(run, state);
      if (stopped !== undefined) return stopped;
    }
    const result = await once(run, step, state);
    state.link = ("link" in result ? result.link : undefined) ?? state.link;
    switch (result.kind) {
      case "failed":
        return { ...result, changed: changedBy(run, state.journal, step, result) };
      case "in-doubt":
        return result;
      case "done":
        if (result.outcome !== undefined && result.outcome !== "") state.outcomes.push(result.outcome);
        return undefined;
      case "wait": {
        const late = await wait(run, step, result, state.journal);
        if (late !== undefined) return late;
        break;
      }
      default:
        return result satisfies never;
    }
  }
}

interface State {
  journal: Journal;
  readonly outcomes: string[];
  link: string | undefined;
  /** A wish to stop is asked about until the target says that it is too late. */
  isStopHeeded: boolean;
}

// How soon the other side is asked again, where it says nothing about that.
const askAgainMs = 10_000;

/** Runs a step once, or finds that it was done before; its begin and its end are in the journal. */
async function once(run: StepsRun, step: Step, state: State): Promise<StepResult> {
  const begun = recordOf(state.journal, step);
  const context = contextOf(run, state, begun?.begunAt ?? run.clock.now());
  // What waits only reads: running it again is how it is followed.
  if (begun !== undefined && step.look !== undefined) {
    const looked = await step.look(context);
    if (looked.kind === "unknown") return { kind: "in-doubt", outcome: looked.why };
    if (looked.kind === "done") {
      await end(run, step, state, looked.notes);
      return { kind: "done" };
    }
  }
  if (begun === undefined)
    await write(run, state, {
      ...state.journal,
      steps: [...state.journal.steps, { name: step.name, begunAt: run.clock.now() }],
    });
  const result = await attempt(run, step, state, context);
  if (result.kind === "wait" && step.changes)
    throw new RangeError(`the step ${step.name} changes something and waits: these are two steps`);
  if (result.kind === "done") await end(run, step, state, result.notes);
  return result;
}

/**
 * A refusal that is not retryable is definite: what was asked for was not done. What only follows a change goes on
 * asking until its time is over, however often the other side cannot be reached.
 */
async function attempt(run: StepsRun, step: Step, state: State, context: StepRun): Promise<StepResult> {
  try {
    return await step.run(context);
  } catch (error) {
    if (!(error instanceof ChatopsError)) throw error;
    if (!error.retryable) return { kind: "failed", outcome: error.message };
    if (step.changes || !hasBegunToChange(run.steps, state.journal)) throw error;
    return waitAfter(error);
  }
}

function waitAfter(error: ChatopsError): Extract<StepResult, { kind: "wait" }> {
  return {
    kind: "wait",
    afterMs: Math.max(askAgainMs, error.retryAfterMs ?? 0),
    progress: `asked again later: ${describeError(error)}`,
  };
}

function contextOf(run: StepsRun, state: State, begunAt: number): StepRun {
  return {
    get notes() {
      return state.journal.notes;
    },
    signal: run.signal,
    begunAt,
    note: (more) => write(run, state, { ...state.journal, notes: { ...state.journal.notes, ...more } }),
    noteDigestBefore: (digest) => run.keeper.noteDigestBefore(digest),
  };
}

async function end(run: StepsRun, step: Step, state: State, notes: Journal["notes"] = {}): Promise<void> {
  const doneAt = run.clock.now();
  await write(run, state, {
    steps: state.journal.steps.map((record) => (record.name === step.name ? { ...record, doneAt } : record)),
    notes: { ...state.journal.notes, ...notes },
  });
}

async function write(run: StepsRun, state: State, journal: Journal): Promise<void> {
  await run.keeper.writeJournal(journal);
  state.journal = journal;
}

function recordOf(journal: Journal, step: Step) {
  return journal.steps.find((record) => record.name === step.name);
}

/** A step that says it failed has not changed anything itself, unless what it put in place is unwell. */
function changedBy(
  { steps, journal: before }: StepsRun,
  journal: Journal,
  failed: Step,
  result: Extract<StepResult, { kind: "failed" }>,
): Changed {
  if (result.changed !== undefined) return result.changed;
  if (result.unhealthy === true) return "yes";
  // An earlier run had begun it, and nobody looked what came of that: this refusal is about the second try.
  if (failed.changes && failed.look === undefined && isBegun(recordOf(before, failed))) return "unknown";
  return changeSoFar(steps, journal, failed);
}

async function wait(
  run: StepsRun,
  step: Step,
  result: Extract<StepResult, { kind: "wait" }>,
  journal: Journal,
): Promise<Effect | undefined> {
  await run.keeper.progress(result.progress, result.link);
  const left = run.deadlineAt - run.clock.now();
  if (left <= 0) {
    const changed = changeSoFar(run.steps, journal);
    const outcome = `it took too long to ${step.says}: ${result.progress}`;
    if (changed === "no") return { kind: "failed", outcome, changed };
    return result.late === "unhealthy"
      ? { kind: "failed", outcome, changed, unhealthy: true }
      : { kind: "in-doubt", outcome };
  }
  await run.pause(Math.min(result.afterMs, left));
  return undefined;
}

/** Undefined: it cannot be stopped any more and goes on to its end. */
async function stop(run: StepsRun, state: State): Promise<Effect | undefined> {
  if (!hasBegunToChange(run.steps, state.journal))
    return { kind: "cancelled", outcome: "it was stopped before anything was changed", changed: "no" };
  state.isStopHeeded = false;
  const { cancel } = run;
  if (cancel === undefined) return undefined;
  for (;;) {
    try {
      const cancelled = await cancel(state.journal.notes, run.signal);
      if (cancelled.kind === "cancelled") return cancelled;
      await run.keeper.progress(`cannot be stopped any more: ${cancelled.why}`, undefined);
      return undefined;
    } catch (error) {
      if (!(error instanceof ChatopsError)) throw error;
      const left = run.deadlineAt - run.clock.now();
      if (!error.retryable || left <= 0)
        return { kind: "in-doubt", outcome: `it could not be stopped: ${error.message}` };
      const { afterMs, progress } = waitAfter(error);
      await run.keeper.progress(progress, undefined);
      await run.pause(Math.min(afterMs, left));
    }
  }
}
