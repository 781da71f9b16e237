// Ours: what a flood of pushes may leave waiting. ACR says nothing of its own queue.
const maxWaiting = 10_000;

/** Runs jobs a few at a time, in the order they came. */
export type Background = ReturnType<typeof createBackground>;

/** A bounded queue; beyond 10 000 waiting jobs a new one is dropped and `add` gives false. `close` ends it. */
export function createBackground(options: {
  readonly concurrency: number;
  readonly onProblem: (error: unknown) => void;
}) {
  const waiting: ((signal: AbortSignal) => Promise<void>)[] = [];
  const ending = new AbortController();
  const idleWaiters: (() => void)[] = [];
  let running = 0;

  function next(): void {
    while (running < options.concurrency) {
      const job = waiting.shift();
      if (job === undefined) break;
      running += 1;
      void job(ending.signal)
        .catch(options.onProblem)
        .finally(() => {
          running -= 1;
          next();
        });
    }
    if (running === 0) for (const wake of idleWaiters.splice(0)) wake();
  }

  /** Resolves when nothing runs and nothing waits. */
  function settled(): Promise<void> {
    if (running === 0) return Promise.resolve();
    return new Promise((resolve) => idleWaiters.push(resolve));
  }

  return {
    add(job: (signal: AbortSignal) => Promise<void>): boolean {
      if (ending.signal.aborted || waiting.length >= maxWaiting) return false;
      waiting.push(job);
      next();
      return true;
    },
    settled,
    /** Aborts with `close`. */
    signal: ending.signal,
    /** Drops what waits, aborts what runs, and resolves when all has ended. */
    close(): Promise<void> {
      waiting.length = 0;
      ending.abort();
      return settled();
    },
  };
}
