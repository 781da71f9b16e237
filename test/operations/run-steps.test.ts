import { describe, expect, it } from "vitest";
import { ChatopsError } from "../../src/errors.ts";
import type { Journal } from "../../src/nouns/operation.ts";
import { type Effect, type Keeper, runSteps, type StepsRun } from "../../src/operations/run-steps.ts";
import type { Step } from "../../src/operations/target-port.ts";
import { createManualClock } from "../support/manual-clock.ts";

const empty: Journal = { steps: [], notes: {} };

interface Told {
  readonly journals: Journal[];
  readonly progress: string[];
  readonly waits: number[];
}

function start(steps: readonly Step[], options: Partial<StepsRun> & { stop?: () => boolean } = {}) {
  const told: Told = { journals: [], progress: [], waits: [] };
  const clock = createManualClock();
  const keeper: Keeper = {
    writeJournal: async (journal) => void told.journals.push(journal),
    noteDigestBefore: async () => {},
    progress: async (words) => void told.progress.push(words),
    isStopWanted: async () => options.stop?.() ?? false,
  };
  const done: Promise<Effect> = runSteps({
    steps,
    journal: empty,
    keeper,
    clock,
    pause: async (ms) => {
      told.waits.push(ms);
      clock.advance(ms);
    },
    deadlineAt: clock.now() + 60_000,
    signal: new AbortController().signal,
    ...options,
  });
  return { done, told };
}

const step = (name: string, more: Partial<Step> = {}): Step => ({
  name,
  says: name,
  changes: false,
  run: async () => ({ kind: "done" }),
  ...more,
});

describe("running steps", () => {
  it("writes the begin of a step down before it is run, and its end and notes after", async () => {
    const seen: number[] = [];
    const { done, told } = start([
      step("read", { run: async () => ({ kind: "done", notes: { before: "x" } }) }),
      step("change", {
        changes: true,
        run: async ({ notes }) => {
          seen.push(told.journals.length);
          return { kind: "done", outcome: `was ${notes.before}` };
        },
      }),
    ]);
    expect(await done).toEqual({ kind: "done", outcome: "was x" });
    expect(seen).toEqual([3]);
    expect(told.journals[2]?.steps.map(({ name, doneAt }) => [name, doneAt !== undefined])).toEqual([
      ["read", true],
      ["change", false],
    ]);
  });

  it("goes on after the last step that ended, and looks for one that was begun before it repeats it", async () => {
    const runs: string[] = [];
    const counted = (name: string, more: Partial<Step> = {}) =>
      step(name, {
        ...more,
        run: async () => {
          runs.push(name);
          return { kind: "done" };
        },
      });
    const journal: Journal = {
      steps: [
        { name: "read", begunAt: 1, doneAt: 2 },
        { name: "send", begunAt: 3 },
      ],
      notes: {},
    };
    const steps = (look: NonNullable<Step["look"]>) => [
      counted("read"),
      counted("send", { changes: true, look }),
      counted("follow"),
    ];
    await start(
      steps(async () => ({ kind: "done", notes: { run: "7" } })),
      { journal },
    ).done;
    expect(runs.splice(0)).toEqual(["follow"]);
    await start(
      steps(async () => ({ kind: "absent" })),
      { journal },
    ).done;
    expect(runs.splice(0)).toEqual(["send", "follow"]);
    const unknown = start(
      steps(async () => ({ kind: "unknown", why: "its list is not there" })),
      { journal },
    );
    expect(await unknown.done).toEqual({ kind: "in-doubt", outcome: "its list is not there" });
    expect(runs).toEqual([]);
  });

  it("tells how far it is while it waits, as long as the other side asks for, and not past its time", async () => {
    let asked = 0;
    const follow = step("follow", {
      says: "become healthy",
      run: async () => {
        asked += 1;
        return { kind: "wait", afterMs: 25_000, progress: `${asked} of 9 pods`, late: "unhealthy" };
      },
    });
    const { done, told } = start([step("change", { changes: true }), follow]);
    expect(await done).toMatchObject({
      kind: "failed",
      changed: "yes",
      unhealthy: true,
      outcome: "it took too long to become healthy: 4 of 9 pods",
    });
    expect(told.waits.slice(0, 2)).toEqual([25_000, 25_000]);
    expect(told.waits.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(60_000);
  });

  it("is in doubt when its time is over and the other side may still be at it", async () => {
    const follow = step("follow", {
      says: "finish there",
      run: async () => ({ kind: "wait", afterMs: 25_000, progress: "runs" }),
    });
    const { done } = start([step("change", { changes: true }), follow]);
    expect(await done).toEqual({ kind: "in-doubt", outcome: "it took too long to finish there: runs" });
  });

  it("goes on asking about a change, as long as it has time, when the other side cannot be reached", async () => {
    let asked = 0;
    const follow = step("follow", {
      run: async () => {
        asked += 1;
        if (asked < 4)
          throw new ChatopsError("target-unavailable", "away", { retryable: true, retryAfterMs: 12_000 });
        return { kind: "done" };
      },
    });
    const { done, told } = start([step("change", { changes: true }), follow]);
    expect(await done).toMatchObject({ kind: "done" });
    expect(told.waits).toEqual([12_000, 12_000, 12_000]);
    const before = step("read", {
      run: () => Promise.reject(new ChatopsError("target-unavailable", "away", { retryable: true })),
    });
    await expect(start([before]).done).rejects.toMatchObject({ retryable: true });
  });

  it("does not let one step both change and wait: a repeat of it would change again", async () => {
    const both = step("both", {
      changes: true,
      run: async () => ({ kind: "wait", afterMs: 1, progress: "" }),
    });
    await expect(start([both]).done).rejects.toThrow(RangeError);
  });

  it("takes a refusal for an end that has changed nothing, and a retryable failure for a pause", async () => {
    const failing = (retryable: boolean) =>
      step("change", {
        changes: true,
        run: () => Promise.reject(new ChatopsError("target-refused", "no", { retryable })),
      });
    expect(await start([failing(false)]).done).toEqual({ kind: "failed", outcome: "no", changed: "no" });
    expect(await start([step("first", { changes: true }), failing(false)]).done).toMatchObject({
      changed: "yes",
    });
    await expect(start([failing(true)]).done).rejects.toMatchObject({ retryable: true });
  });

  describe("when somebody wants it stopped", () => {
    it("stops before the first change", async () => {
      const { done } = start([step("read"), step("change", { changes: true })], { stop: () => true });
      expect(await done).toMatchObject({ kind: "cancelled", changed: "no" });
    });

    const waiting = (waits: number) => {
      let left = waits;
      return step("follow", {
        run: async () => {
          left -= 1;
          return left < 0 ? { kind: "done" } : { kind: "wait", afterMs: 1_000, progress: "rolls out" };
        },
      });
    };

    it("lets the target undo what it began", async () => {
      let wanted = false;
      const change = step("change", {
        changes: true,
        run: async () => {
          wanted = true;
          return { kind: "done" };
        },
      });
      const { done } = start([change, waiting(5)], {
        stop: () => wanted,
        cancel: async () => ({ kind: "cancelled", outcome: "set back", changed: "no" }),
      });
      expect(await done).toEqual({ kind: "cancelled", outcome: "set back", changed: "no" });
    });

    it("asks the target to stop until it has", async () => {
      const journal: Journal = { steps: [{ name: "change", begunAt: 1, doneAt: 2 }], notes: {} };
      let asked = 0;
      const { done, told } = start([step("change", { changes: true }), waiting(3)], {
        journal,
        stop: () => true,
        cancel: async () => {
          asked += 1;
          if (asked < 3) throw new ChatopsError("target-unavailable", "still stopping", { retryable: true });
          return { kind: "cancelled", outcome: "stopped", changed: "unknown" };
        },
      });
      expect(await done).toMatchObject({ kind: "cancelled", changed: "unknown" });
      expect(told.waits).toHaveLength(2);
    });

    it("goes on to its end where the target cannot stop any more, and says so once", async () => {
      const journal: Journal = { steps: [{ name: "change", begunAt: 1, doneAt: 2 }], notes: {} };
      let asked = 0;
      const { done, told } = start([step("change", { changes: true }), waiting(3)], {
        journal,
        stop: () => true,
        cancel: async () => {
          asked += 1;
          return { kind: "too-late", why: "it is out already" };
        },
      });
      expect(await done).toMatchObject({ kind: "done" });
      expect(asked).toBe(1);
      expect(told.progress[0]).toContain("it is out already");
    });
  });
});
