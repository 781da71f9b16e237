import { ChatopsError, describeError, stackOf } from "../errors.ts";
import type { Log } from "../log.ts";
import { present } from "../present.ts";
import { createSeldom, type Seldom } from "../seldom.ts";
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

interface LoopDeps {
  readonly name: string;
  readonly step: (signal: AbortSignal) => Promise<number>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Makes a loop around `step`, which does one piece of work and says how long to pause before the next look, in ms
 * (0: there is more). A step that throws is repeated after a growing pause, which waking cuts short; that is logged when
 * it is new, then ever more seldom, and so is its end. A loop never ends by itself.
 */
export function createLoop(deps: LoopDeps): Loop {
  return new StepLoop(deps);
}

class StepLoop implements Loop {
  readonly name: string;
  readonly #deps: LoopDeps;
  readonly #stopping = new AbortController();
  #pause = new AbortController();
  #isWoken = false;
  readonly #seldom: Seldom;
  #failures = 0;
  #isTold = false;
  #running: Promise<void> | undefined;

  constructor(deps: LoopDeps) {
    this.name = deps.name;
    this.#deps = deps;
    this.#seldom = createSeldom(deps.clock.now);
  }

  start(): void {
    this.#running ??= this.#run();
  }

  wake(): void {
    this.#isWoken = true;
    this.#pause.abort();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const stopping = this.#stopping.signal;
    while (!stopping.aborted) {
      this.#isWoken = false;
      this.#pause = new AbortController();
      const pauseMs = await this.#step(stopping);
      if (pauseMs > 0) await this.#deps.clock.sleep(pauseMs, AbortSignal.any([this.#pause.signal, stopping]));
      // Lets requests in between two steps, so that a long backlog never starves the answer lane.
      else await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async #step(stopping: AbortSignal): Promise<number> {
    const { step, clock } = this.#deps;
    try {
      const pauseMs = await step(stopping);
      this.#worked();
      return this.#isWoken ? 0 : pauseMs;
    } catch (error) {
      const pauseMs = Math.min(firstPauseAfterErrorMs * 2 ** this.#failures, longestPauseAfterErrorMs);
      this.#failures += 1;
      this.#tell(error, pauseMs);
      await clock.sleep(firstPauseAfterErrorMs, stopping);
      return pauseMs - firstPauseAfterErrorMs;
    }
  }

  #worked(): void {
    const { name, log } = this.#deps;
    if (this.#failures > 0) this.#seldom.over();
    if (this.#isTold) log.info({ loop: name, failures: this.#failures }, "a loop works again");
    this.#isTold = false;
    this.#failures = 0;
  }

  #tell(error: unknown, pauseMs: number): void {
    const { name, log } = this.#deps;
    const words = describeError(error);
    const times = this.#seldom.came(words);
    if (times === undefined) return;
    this.#isTold = true;
    const fields = present({ loop: name, error: words, stack: stackOf(error), pauseMs, times });
    log[passes(error) ? "warn" : "error"](fields, "a loop's step failed");
  }
}

/** Whether it passes by itself. A store that cannot write loses events meanwhile: somebody must look. */
function passes(error: unknown): boolean {
  return error instanceof ChatopsError && error.retryable && error.code !== "store-unwritable";
}
