import type { StoreLog } from "./engine.ts";

/** Tells listeners in this process that there may be work, at most once a turn of the event loop. */
export interface WorkSignal {
  announce(): void;
  onWork(listener: () => void): void;
  close(): void;
}

/** Makes a signal; a listener that throws is logged and keeps nobody else from hearing. */
export function createWorkSignal(log: StoreLog): WorkSignal {
  const listeners = new Set<() => void>();
  let scheduled = false;

  function tell(): void {
    scheduled = false;
    for (const listener of listeners) {
      try {
        listener();
      } catch (err) {
        log.error({ err }, "a listener for work failed");
      }
    }
  }

  return {
    announce: () => {
      if (scheduled || listeners.size === 0) return;
      scheduled = true;
      setImmediate(tell);
    },
    onWork: (listener) => listeners.add(listener),
    close: () => listeners.clear(),
  };
}
