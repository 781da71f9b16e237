import { describeError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Clock } from "./clock.ts";

/** A worker that finds its work by state: one step after the other, never two at once. */
export interface Loop {
  readonly name: string;
  start(): void;
  /** There may be work: look now, not at the end of the pause. */
  wake(): void;
  /** Ends between two steps; resolves when the running step is over. */
  stop(): Promise<void>;
}

// A step that fails is tried again after this pause, doubled each time up to the longest.
const firstPauseAfterErrorMs = 500;
const longestPauseAfterErrorMs = 30_000;

/**
 * Makes a loop around `step`, which does one piece of work and says how long to pause before the next look, in ms
 * (0: there is more). A step that throws is logged and repeated after a growing pause, which waking cuts short; a loop
 * never ends by itself.
 */
export function createLoop(deps: {
  readonly name: string;
  readonly step: (signal: AbortSignal) => Promise<number>;
  readonly clock: Clock;
  readonly log: Log;
}): Loop {
  const stopping = new AbortController();
  let pause = new AbortController();
  let woken = false;
  let running: Promise<void> | undefined;
  const untilWoken = () => AbortSignal.any([pause.signal, stopping.signal]);

  const run = async (): Promise<void> => {
    let failures = 0;
    while (!stopping.signal.aborted) {
      woken = false;
      pause = new AbortController();
      let pauseMs: number;
      try {
        pauseMs = await deps.step(stopping.signal);
        failures = 0;
      } catch (error) {
        failures += 1;
        pauseMs = Math.min(firstPauseAfterErrorMs * 2 ** (failures - 1), longestPauseAfterErrorMs);
        deps.log.error({ loop: deps.name, error: describeError(error), pauseMs }, "a loop's step failed");
        await deps.clock.sleep(firstPauseAfterErrorMs, stopping.signal);
        await deps.clock.sleep(pauseMs - firstPauseAfterErrorMs, untilWoken());
        continue;
      }
      if (woken || pauseMs <= 0) {
        // Lets requests in between two steps, so that a long backlog never starves the answer lane.
        await new Promise((resolve) => setImmediate(resolve));
        continue;
      }
      await deps.clock.sleep(pauseMs, untilWoken());
    }
  };

  return {
    name: deps.name,
    start: () => {
      running ??= run();
    },
    wake: () => {
      woken = true;
      pause.abort();
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
