import { onTestFinished } from "vitest";
import type { WorkItems, WorkKind, WorkStore } from "../../src/nouns/due-work.ts";
import { listedKinds } from "../../src/nouns/due-work.ts";
import type { Clock } from "../../src/work/clock.ts";
import type { DueWork, Outcome } from "../../src/work/kind-of-work.ts";
import { runDueWork, type WorkLoop, wakeOnWork } from "../../src/work/run-due-work.ts";
import type { Turn } from "../../src/work/turn.ts";
import { createLogLines } from "../support/log-lines.ts";
import { everything } from "./claim-work.ts";
import type { StoreKit } from "./store-kit.ts";

export interface RunnerOptions<K extends WorkKind> extends Partial<DueWork<K>> {
  readonly store?: WorkStore;
}

/** A runner of one kind over a real store, on a clock that the test moves, and what it did. */
export function startRunner<K extends WorkKind>(
  kit: StoreKit,
  kind: K,
  step: (item: WorkItems[K], turn: Turn) => Promise<Outcome>,
  options: RunnerOptions<K> = {},
  now = true,
) {
  const { store = kit.store, ...more } = options;
  const ran: WorkItems[K][] = [];
  const wrote: string[] = [];
  const ended: unknown[] = [];
  const noted: string[] = [];
  let claims = 0;
  let underWay = 0;
  const clock = clockOf(kit, () => underWay > 0);
  const counted = async <T>(verb: () => Promise<T>): Promise<T> => {
    underWay += 1;
    try {
      return await verb();
    } finally {
      underWay -= 1;
    }
  };
  const seen: WorkStore = {
    ...store,
    claimDue: (kind, wish) => {
      claims += 1;
      return counted(() => store.claimDue(kind, wish));
    },
    nextDueIn: (kind, wish) => counted(() => store.nextDueIn(kind, wish)),
    renewLease: (kind, claim, leaseMs) => counted(() => store.renewLease(kind, claim, leaseMs)),
    putOff: async (kind, claim, how) => {
      const kept = await counted(() => store.putOff(kind, claim, how));
      if (kept) wrote.push(claim.key);
      return kept;
    },
    strikeOff: async (kind, claim) => {
      const kept = await counted(() => store.strikeOff(kind, claim));
      if (kept) wrote.push(claim.key);
      return kept;
    },
  };
  const work: DueWork<K> = {
    kind,
    serves: () => ({ by: "everything" }),
    perLane: 10,
    atOnce: 10,
    leaseMs: 30_000,
    deadlineMs: 10_000,
    longestPauseMs: 4 * 3_600_000,
    retry: () => ({ firstMs: 1_000, longestMs: 60_000 }),
    isForGood: () => false,
    run: async (item, turn) => {
      ran.push(item);
      return await step(item, turn);
    },
    end: async (_item, why) => {
      ended.push(why);
      return { kind: listedKinds.some((one) => one === kind) ? "over" : "written" };
    },
    ...more,
  };
  const { log, text } = createLogLines();
  const loop: WorkLoop = runDueWork(work, { store: seen, clock, random: () => 0, log });
  wakeOnWork(store, new Map([[kind, loop]]));
  if (now) loop.start();
  onTestFinished(async () => {
    clock.end();
    await loop.stop();
  });
  return {
    loop,
    ran,
    wrote,
    ended,
    noted,
    claims: () => claims,
    logged: text,
    leaseMs: work.leaseMs,
    deadlineMs: work.deadlineMs,
    nextIn: () => kit.store.nextDueIn(kind, everything),
    /** Time passes, and whoever slept until then is awake. */
    pass: clock.pass,
    /** Waits for the turn of the event loop in which it is so. */
    until: async (isSo: () => boolean) => {
      while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
    },
    /** Waits until the loop sleeps. */
    idle: clock.idle,
  };
}

/** A clock that stands still between the moves of the test. */
function clockOf(kit: StoreKit, isBusy: () => boolean) {
  const sleepers = new Set<{ readonly until: number; readonly wake: () => void }>();
  let ended = false;
  const wakeDue = () => {
    for (const sleeper of [...sleepers]) if (ended || sleeper.until <= kit.now()) sleeper.wake();
  };
  /** Until nothing is asked of the store any more, for some turns of the event loop. */
  const idle = async () => {
    for (let quiet = 0; quiet < 10; quiet = isBusy() ? 0 : quiet + 1)
      await new Promise((resolve) => setImmediate(resolve));
  };
  const clock: Clock = {
    now: kit.now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted || ended) return resolve();
        const wake = () => {
          sleepers.delete(sleeper);
          signal.removeEventListener("abort", wake);
          resolve();
        };
        const sleeper = { until: kit.now() + ms, wake };
        sleepers.add(sleeper);
        signal.addEventListener("abort", wake, { once: true });
      }),
  };
  return {
    ...clock,
    pass: async (ms: number) => {
      kit.advance(ms);
      wakeDue();
      await idle();
    },
    idle,
    end: () => {
      ended = true;
      wakeDue();
    },
  };
}
