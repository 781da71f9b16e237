import { describeError } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { Clock } from "../../work/clock.ts";
import type { Loop } from "../../work/loop.ts";

/** Work that goes on after Teams was answered. */
export interface Background {
  /** Keeps it in sight to its end; its failure is logged and goes no further. */
  run(work: Promise<void>): void;
  /** Has nothing to do by itself; its stop waits for what runs, for a few seconds. */
  readonly loop: Loop;
}

const finishMs = 5_000;

/** Makes a place for such work, so that a bot that is told to leave finishes its sentence. */
export function createBackground(deps: { readonly clock: Clock; readonly log: Log }): Background {
  const running = new Set<Promise<void>>();
  return {
    run: (work) => {
      const watched = work
        .catch((error: unknown) => {
          deps.log.warn({ step: "decide", error: describeError(error) }, "an answer on Teams failed");
        })
        .finally(() => running.delete(watched));
      running.add(watched);
    },
    loop: {
      name: "answers on Teams",
      start: () => undefined,
      wake: () => undefined,
      stop: async () => {
        const done = new AbortController();
        const late = deps.clock.sleep(finishMs, done.signal);
        await Promise.race([Promise.all(running), late]);
        done.abort();
      },
    },
  };
}
