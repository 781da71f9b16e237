/** Runs one call for each key at a time: whoever asks meanwhile waits for the same one. */
export function shareCalls<T>(): (key: string, call: () => Promise<T>) => Promise<T> {
  const running = new Map<string, Promise<T>>();
  return (key, call) => {
    const known = running.get(key);
    if (known !== undefined) return known;
    const started = call().finally(() => running.delete(key));
    running.set(key, started);
    return started;
  };
}
