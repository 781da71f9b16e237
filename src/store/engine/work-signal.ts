import type { WokenBy } from "../../nouns/due-work.ts";
import type { StoreLog, WorkListener } from "./engine.ts";

/** Tells listeners in this process that there may be work, at most once a turn of the event loop. */
export interface WorkSignal {
  announce(kinds: Iterable<WokenBy>): void;
  onWork(listener: WorkListener): void;
  close(): void;
}

/** Makes a signal; a listener that throws is logged and keeps nobody else from hearing. */
export function createWorkSignal(log: StoreLog): WorkSignal {
  const listeners = new Set<WorkListener>();
  let announced = new Set<WokenBy>();

  function tell(): void {
    const kinds = announced;
    announced = new Set();
    for (const listener of listeners) {
      try {
        listener(kinds);
      } catch (err) {
        log.error({ err }, "a listener for work failed");
      }
    }
  }

  return {
    announce: (kinds) => {
      const isScheduled = announced.size > 0;
      for (const kind of kinds) announced.add(kind);
      if (!isScheduled && announced.size > 0) setImmediate(tell);
    },
    onWork: (listener) => listeners.add(listener),
    close: () => listeners.clear(),
  };
}
