/** Tells listeners about changes and lets a caller wait for one. */
export type Changes<Snapshot> = {
  readonly changed: () => void;
  /** Called after each change; the function given back ends it. */
  readonly onChange: (listener: () => void) => () => void;
  /**
   * Resolves with the first value that is not false or undefined, looked at now and after each change.
   * Rejects after `timeoutMs` (10 s) with a dump of what there was, and when `stop` is called.
   */
  readonly waitFor: <T>(
    predicate: (snapshot: Snapshot) => T | false | undefined | null,
    timeoutMs?: number,
  ) => Promise<T>;
  readonly stop: () => void;
};

/** Change notices over whatever `snapshot` gives. */
export function createChanges<Snapshot>(
  snapshot: () => Snapshot,
  describe: (snapshot: Snapshot) => string,
): Changes<Snapshot> {
  const listeners = new Set<() => void>();
  const waiting = new Set<(error: Error) => void>();
  const onChange = (listener: () => void) => {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  };
  return {
    onChange,
    changed: () => {
      for (const listener of [...listeners]) listener();
    },
    waitFor: (predicate, timeoutMs = 10_000) =>
      new Promise((resolve, reject) => {
        const finish = (end: () => void) => {
          clearTimeout(timer);
          forget();
          waiting.delete(fail);
          end();
        };
        const fail = (error: Error) => finish(() => reject(error));
        const look = () => {
          try {
            const found = predicate(snapshot());
            if (found !== false && found !== undefined && found !== null) finish(() => resolve(found));
          } catch (error) {
            fail(error instanceof Error ? error : new Error(String(error)));
          }
        };
        const forget = onChange(look);
        waiting.add(fail);
        const timer = setTimeout(() => {
          fail(new Error(`not seen in Slack within ${timeoutMs} ms; there was:\n${describe(snapshot())}`));
        }, timeoutMs);
        look();
      }),
    stop: () => {
      for (const fail of [...waiting]) fail(new Error("the Slack workspace was closed"));
      listeners.clear();
    },
  };
}
