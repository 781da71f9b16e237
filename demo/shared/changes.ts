/** Who wants to know that something changed; a listener that throws is the concern of `onProblem`. */
export function createChanges(onProblem: (error: unknown) => void = warn) {
  const listeners = new Set<() => void>();
  return {
    /** Calls the listener after every change; the answer ends that. */
    onChange(listener: () => void): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    changed(): void {
      for (const listener of [...listeners]) {
        try {
          listener();
        } catch (error) {
          onProblem(error);
        }
      }
    },
  };
}

/** Shows a fault of the world itself, which nobody expects, as a warning of the process. */
export function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}
