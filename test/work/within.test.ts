import { expect, it } from "vitest";
import { untilAborted, within } from "../../src/work/within.ts";
import { createManualClock } from "../support/manual-clock.ts";

const never = new Promise<string>(() => undefined);

it("gives what the work gives in time, and leaves no timer behind", async () => {
  let left: AbortSignal | undefined;
  const clock = {
    now: () => 0,
    sleep: (_ms: number, signal: AbortSignal) => {
      left = signal;
      return never.then(() => undefined);
    },
  };
  expect(await within(Promise.resolve("done"), 1_000, clock)).toBe("done");
  expect(left?.aborted).toBe(true);
});

it("gives undefined when the work takes longer, and the work goes on", async () => {
  const clock = createManualClock();
  const work = Promise.withResolvers<string>();
  const late = within(work.promise, 5_000, clock);
  clock.advance(5_000);
  expect(await late).toBeUndefined();
  work.resolve("in the end");
  expect(await work.promise).toBe("in the end");
});

it("throws what the work throws, and hears nothing of one that fails too late", async () => {
  const clock = createManualClock();
  await expect(within(Promise.reject(new Error("no")), 1_000, clock)).rejects.toThrow("no");
  const work = Promise.withResolvers<string>();
  const late = within(work.promise, 1_000, clock);
  clock.advance(1_000);
  expect(await late).toBeUndefined();
  work.reject(new Error("too late"));
});

it("ends with the signal's reason, before or while it waits", async () => {
  const stop = new AbortController();
  const waiting = untilAborted(never, stop.signal);
  stop.abort(new Error("stopped"));
  await expect(waiting).rejects.toThrow("stopped");
  await expect(untilAborted(never, stop.signal)).rejects.toThrow("stopped");
  expect(await untilAborted(Promise.resolve("done"), new AbortController().signal)).toBe("done");
});
