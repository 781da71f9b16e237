import { expect, it, onTestFinished, vi } from "vitest";
import { createLoop } from "../../src/work/loop.ts";
import { createLogLines } from "../support/log-lines.ts";
import { createManualClock } from "../support/manual-clock.ts";

/** A loop whose steps all fail, and how often it looked. */
function failingLoop() {
  const clock = createManualClock();
  let looks = 0;
  const loop = createLoop({
    name: "test",
    clock,
    log: createLogLines().log,
    step: async () => {
      looks += 1;
      throw new Error("the disk is full");
    },
  });
  onTestFinished(() => loop.stop());
  loop.start();
  return { clock, loop, looks: () => looks };
}

it("looks again when it is woken after a failure, and not before half a second has passed", async () => {
  const { clock, loop, looks } = failingLoop();
  const pass = async (ms: number) => {
    clock.advance(ms);
    await new Promise((resolve) => setImmediate(resolve));
  };
  const untilLooks = (count: number) => vi.waitFor(() => expect(looks()).toBe(count), { interval: 1 });
  await untilLooks(1);
  for (const [index, pauseMs] of [500, 1_000, 2_000, 4_000].entries()) {
    await pass(500);
    await pass(pauseMs - 500);
    await untilLooks(index + 2);
  }
  // It would pause for 8 s now.
  await pass(0);
  loop.wake();
  await pass(200);
  expect(looks()).toBe(5);
  await pass(300);
  await untilLooks(6);
});
