/** So many steps may run at the same time; what pauses gives its seat to others and waits for one again. */
export interface Seats {
  free(): number;
  /** Takes a seat, whether or not one is free. */
  take(): void;
  giveBack(): void;
  /** Takes a seat when one is free, in the order of asking; rejects with the signal's reason. */
  takeWhenFree(signal: AbortSignal): Promise<void>;
}

/** Makes `count` seats. */
export function createSeats(count: number): Seats {
  let taken = 0;
  const waiting: (() => void)[] = [];

  return {
    // Whoever waits to go on comes before what is new.
    free: () => count - taken - waiting.length,
    take: () => {
      taken += 1;
    },
    giveBack: () => {
      taken -= 1;
      waiting.shift()?.();
    },
    takeWhenFree: (signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        const leave = () => {
          waiting.splice(waiting.indexOf(enter), 1);
          reject(signal.reason);
        };
        const enter = () => {
          signal.removeEventListener("abort", leave);
          taken += 1;
          resolve();
        };
        signal.addEventListener("abort", leave, { once: true });
        waiting.push(enter);
        if (taken < count) waiting.shift()?.();
      }),
  };
}
