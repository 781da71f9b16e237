import { describe, expect, it } from "vitest";
import { ChatopsError } from "../../src/errors.ts";
import type { Journal } from "../../src/nouns/operation.ts";
import { type Effect, type Keeper, runSteps } from "../../src/operations/run-steps.ts";
import type { Job, TargetPort } from "../../src/operations/target-port.ts";
import { LeaseLost } from "../../src/work/turn.ts";
import { createManualClock } from "../support/manual-clock.ts";

/** A target with its double, for one test; `close` ends the double. */
export interface TargetStage {
  readonly port: TargetPort;
  /** A job whose image the double can run; each call gives the same image under another operation id. */
  job(operationId: string, kind?: Job["kind"]): Job;
  /** How often the double was made to run the job's image: counts real effects, not requests. */
  effects(): number;
  /** The digest that the double is told to run now; undefined where it does not keep one. */
  runs(): string | undefined;
  /** Lets time pass in the double: called each time that a step waits. */
  advance?(): void | Promise<void>;
  close(): Promise<void>;
}

export interface TargetContract {
  readonly open: () => Promise<TargetStage>;
  /** What the double runs is another repository's image: `plan` and the first steps must refuse it. Absent: it cannot be. */
  readonly occupy?: (stage: TargetStage) => void | Promise<void>;
  /** The next `times` calls are refused as by a service that is overloaded (429 with Retry-After, or 503). */
  readonly overload?: (stage: TargetStage, times: number) => void | Promise<void>;
  /** The next changing call takes effect and its answer is lost. */
  readonly loseAnswer?: (stage: TargetStage) => void | Promise<void>;
}

const operationId = "0198f000-0000-7000-8000-000000000001";
const mostWaits = 200;

/** What every target promises, whatever it deploys to. */
export function describeTarget(name: string, contract: TargetContract): void {
  const onStage = (title: string, run: (stage: TargetStage) => Promise<void>) =>
    it(title, async () => {
      const stage = await contract.open();
      try {
        await run(stage);
      } finally {
        await stage.close();
      }
    });

  describe(`the ${name} target keeps the contract`, () => {
    onStage("plans without changing anything", async (stage) => {
      const plan = await stage.port.plan(stage.job(operationId), AbortSignal.timeout(5_000));
      expect(plan).toMatchObject({ kind: "change" });
      expect(stage.effects()).toBe(0);
    });

    onStage("puts the digest in place, once", async (stage) => {
      const { effect } = await run(stage, stage.job(operationId));
      expect(effect).toMatchObject({ kind: "done" });
      expect(stage.effects()).toBe(1);
      expectDigest(stage);
    });

    onStage("gives every step a name of its own", async (stage) => {
      const names = stage.port.steps(stage.job(operationId)).map((step) => step.name);
      expect(new Set(names).size).toBe(names.length);
      expect(stage.port.steps(stage.job(operationId)).some((step) => step.changes)).toBe(true);
    });

    onStage("has one effect, wherever a crash comes between two writes of the journal", async (stage) => {
      const whole = await run(stage, stage.job(operationId));
      for (let crashAt = 1; crashAt <= whole.writes; crashAt += 1) {
        const fresh = await contract.open();
        try {
          const crashed = await run(fresh, fresh.job(operationId), { crashAt });
          expect(crashed.effect).toBe("crashed");
          const { effect } = await run(fresh, fresh.job(operationId), { journal: crashed.journal });
          expect(effect, `after a crash at write ${crashAt}`).toMatchObject({ kind: "done" });
          expect(fresh.effects(), `after a crash at write ${crashAt}`).toBe(1);
          expectDigest(fresh);
        } finally {
          await fresh.close();
        }
      }
    });

    const { occupy, overload, loseAnswer } = contract;
    if (occupy !== undefined)
      onStage("refuses what runs another repository's image, and leaves it alone", async (stage) => {
        await occupy(stage);
        expect(await stage.port.plan(stage.job(operationId), AbortSignal.timeout(5_000))).toMatchObject({
          kind: "refused",
        });
        const { effect } = await run(stage, stage.job(operationId));
        expect(effect).toMatchObject({ kind: "failed", changed: "no" });
        expect(stage.effects()).toBe(0);
      });

    if (overload !== undefined)
      onStage(
        "asks for another try when the other side is overloaded, and then does it once",
        async (stage) => {
          await overload(stage, 1);
          const first = await run(stage, stage.job(operationId)).catch((error: unknown) => error);
          expect(first).toBeInstanceOf(ChatopsError);
          expect(first).toMatchObject({ retryable: true });
          const { effect } = await run(stage, stage.job(operationId));
          expect(effect).toMatchObject({ kind: "done" });
          expect(stage.effects()).toBe(1);
        },
      );

    if (loseAnswer !== undefined)
      onStage("finds out what came of a call whose answer was lost", async (stage) => {
        await loseAnswer(stage);
        const kept: { journal: Journal } = { journal: emptyJournal };
        const first = await run(stage, stage.job(operationId), { keep: kept }).catch(
          (error: unknown) => error,
        );
        // Either it was retryable (and is run again with its journal), or the target saw for itself.
        if (first instanceof Error) {
          expect(first).toMatchObject({ retryable: true });
          const again = await run(stage, stage.job(operationId), { journal: kept.journal });
          expect(again.effect).toMatchObject({ kind: "done" });
        }
        expect(stage.effects()).toBe(1);
        expectDigest(stage);
      });
  });

  function expectDigest(stage: TargetStage): void {
    const digest = stage.runs();
    if (digest !== undefined) expect(digest).toBe(stage.job(operationId).image.digest);
  }
}

export const emptyJournal: Journal = { steps: [], notes: {} };

interface RunOptions {
  readonly journal?: Journal;
  /** The process "dies" right after this write of the journal: nothing later happens. */
  readonly crashAt?: number;
  /** Gets the journal as it stands, for runs that throw. */
  readonly keep?: { journal: Journal };
  readonly stopAfterWaits?: number;
}

/** Runs a target's steps as the operate loop does, with a clock that does not wait. */
export async function run(
  stage: Pick<TargetStage, "port" | "advance">,
  job: Job,
  options: RunOptions = {},
): Promise<{
  readonly effect: Effect | "crashed";
  readonly journal: Journal;
  readonly writes: number;
  readonly digestBefore: string | undefined | "not noted";
}> {
  const clock = createManualClock();
  let journal = options.journal ?? emptyJournal;
  let writes = 0;
  let waits = 0;
  let digestBefore: string | undefined | "not noted" = "not noted";
  const crash = new AbortController();
  const keeper: Keeper = {
    writeJournal: async (next) => {
      journal = next;
      if (options.keep !== undefined) options.keep.journal = next;
      writes += 1;
      if (writes === options.crashAt) crash.abort(new LeaseLost());
      if (crash.signal.aborted) throw new LeaseLost();
    },
    noteDigestBefore: async (digest) => {
      digestBefore = digest;
    },
    progress: async () => {},
    isStopWanted: async () => options.stopAfterWaits !== undefined && waits >= options.stopAfterWaits,
  };
  const { cancel } = stage.port;
  try {
    const effect = await runSteps({
      steps: stage.port.steps(job),
      journal,
      keeper,
      clock,
      pause: async (ms) => {
        waits += 1;
        if (waits > mostWaits) throw new Error("it waits for ever");
        clock.advance(ms);
        await stage.advance?.();
      },
      deadlineAt: clock.now() + 60 * 60_000,
      signal: AbortSignal.any([crash.signal, AbortSignal.timeout(10_000)]),
      ...(cancel === undefined
        ? {}
        : { cancel: (notes: Journal["notes"], signal: AbortSignal) => cancel(job, notes, signal) }),
    });
    return { effect, journal, writes, digestBefore };
  } catch (error) {
    if (!(error instanceof LeaseLost)) throw error;
    return { effect: "crashed", journal, writes, digestBefore };
  }
}
