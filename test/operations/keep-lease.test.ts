import { pino } from "pino";
import { expect, it } from "vitest";
import { keepLease, operationLeaseMs } from "../../src/operations/keep-lease.ts";
import type { ClaimedOperation, Store } from "../../src/store/store.ts";
import { anOperation } from "../policy/questions.ts";

const log = pino({ level: "silent" });
const claimed: ClaimedOperation = { operation: anOperation(), lease: "lease" };

/** Holds a lease on a clock that jumps from pause to pause, until `pauses` are over. */
async function hold(store: Partial<Store>, pauses: number) {
  let now = 0;
  let left = pauses;
  const held = keepLease(claimed, {
    store: store as Store,
    log,
    clock: {
      now: () => now,
      sleep: async (ms, signal) => {
        left -= 1;
        if (left >= 0) now += ms;
        else await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
      },
    },
  });
  while (left >= 0 && !held.signal.aborted) await new Promise((resolve) => setImmediate(resolve));
  return { held, now: () => now };
}

it("is given up before it ends when the store cannot be written, with room for a call that is under way", async () => {
  const { held, now } = await hold(
    { renewOperation: () => Promise.reject(new Error("the disk is full")) },
    20,
  );
  expect(held.signal.aborted).toBe(true);
  expect(now()).toBeLessThanOrEqual(operationLeaseMs - 30_000);
  await held.letGo();
});

it("is kept through a failure that passes", async () => {
  let calls = 0;
  const renewOperation = async () => {
    calls += 1;
    if (calls % 2 === 0) throw new Error("busy");
    return "kept" as const;
  };
  const { held } = await hold({ renewOperation }, 20);
  expect(held.signal.aborted).toBe(false);
  expect(calls).toBeGreaterThan(10);
  await held.letGo();
});

it("is over at once when somebody else has it", async () => {
  const { held, now } = await hold({ renewOperation: async () => "lost" as const }, 20);
  expect(held.signal.aborted).toBe(true);
  expect(now()).toBeLessThan(operationLeaseMs);
  await expect(held.keeper.isStopWanted()).rejects.toThrow("lease was lost");
  await held.letGo();
});
