/** Who wants to know that something changed; a listener that throws is the concern of `onProblem`. */
export function createChanges(onProblem: (error: unknown) => void) {
  const listeners = new Set<() => void>();
  return {
    /** Calls the listener after every change; the answer ends that. */
    onChange(listener: () => void): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    changed(): void {
      for (const listener of listeners) {
        try {
          listener();
        } catch (error) {
          onProblem(error);
        }
      }
    },
  };
}
