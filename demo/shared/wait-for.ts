const defaultTimeoutMs = 10_000;
// What a test report can show.
const longestDump = 12_000;

/** Lets a caller wait until something is seen on a platform, which it names in its errors. */
export function createWaits<Snapshot>(
  platform: string,
  onChange: (listener: () => void) => () => void,
  snapshot: () => Snapshot,
) {
  const waiting = new Set<(error: Error) => void>();
  return {
    /**
     * Resolves with the first value that is not false, undefined or null, looked at now and after each change.
     * Rejects after `timeoutMs` (10 s) with a dump of what there was, and when `stop` is called.
     */
    waitFor: <T>(
      predicate: (snapshot: Snapshot) => T | false | undefined | null,
      timeoutMs = defaultTimeoutMs,
    ): Promise<T> =>
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
          const seen = `not seen in ${platform} within ${timeoutMs} ms; there was:\n${dump(snapshot())}`;
          fail(new Error(seen));
        }, timeoutMs);
        look();
      }),
    stop: () => {
      for (const fail of [...waiting]) fail(new Error(`the ${platform} world was closed`));
    },
  };
}

function dump(snapshot: unknown): string {
  const text = JSON.stringify(snapshot, undefined, 2);
  return text.length > longestDump ? `${text.slice(0, longestDump)}\n… (${text.length} characters)` : text;
}
