import { expect, it, onTestFinished, vi } from "vitest";
import { ChatopsError } from "../../src/errors.ts";
import { createLoop } from "../../src/work/loop.ts";
import { createLogLines } from "../support/log-lines.ts";
import { createManualClock } from "../support/manual-clock.ts";

/** A loop whose steps all fail, and how often it looked. */
function failingLoop() {
  const clock = createManualClock();
  const { log, lines } = createLogLines();
  let looks = 0;
  let trouble: Error | undefined = new Error("the disk is full");
  const loop = createLoop({
    name: "test",
    clock,
    log,
    step: async () => {
      looks += 1;
      if (trouble !== undefined) throw trouble;
      return 60_000;
    },
  });
  onTestFinished(() => loop.stop());
  loop.start();
  return {
    clock,
    loop,
    lines,
    looks: () => looks,
    becomes: (next?: Error) => {
      trouble = next;
    },
  };
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

/** Has it look so often again, whatever pause it makes. */
async function lookAgain({ clock, loop, looks }: ReturnType<typeof failingLoop>, times: number) {
  for (let count = 0; count < times; count += 1) {
    const before = looks();
    await vi.waitFor(
      () => {
        loop.wake();
        clock.advance(500);
        expect(looks()).toBeGreaterThan(before);
      },
      { interval: 1 },
    );
  }
}

it("says a failure that lasts when it is new and now and then, not each time, and says when it is over", async () => {
  const stage = failingLoop();
  await lookAgain(stage, 50);
  expect(stage.lines().filter(({ level }) => level === "error")).toMatchObject([
    { loop: "test", error: "the disk is full", times: 1, msg: "a loop's step failed" },
  ]);
  stage.becomes();
  await lookAgain(stage, 2);
  expect(stage.lines().filter(({ level }) => level === "info")).toMatchObject([
    { loop: "test", msg: "a loop works again" },
  ]);
});

it("gives the stack of a bug, and warns of what passes by itself", async () => {
  const stage = failingLoop();
  await vi.waitFor(() => expect(stage.lines()).toHaveLength(1), { interval: 1 });
  expect(stage.lines()[0]?.stack).toContain("loop.test.ts");
  stage.becomes(new ChatopsError("chat-later", "Slack asked us to wait"));
  await lookAgain(stage, 1);
  expect(stage.lines().at(-1)).toMatchObject({ level: "warn", error: "Slack asked us to wait" });
  stage.becomes(new ChatopsError("store-unwritable", "The store cannot write", { retryable: true }));
  await lookAgain(stage, 1);
  expect(stage.lines().at(-1)).toMatchObject({ level: "error", error: "The store cannot write" });
  expect(stage.lines().at(-1)).not.toHaveProperty("stack");
});
