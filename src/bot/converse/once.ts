// A platform repeats a message within minutes, if at all; what acted is known in the store beyond that.
const mostRemembered = 1_000;

/**
 * Makes what runs something once for each id, however often it comes; what throws may come again. Remembers the last
 * thousand ids of this process.
 */
export function createOnce(): (id: string, run: () => Promise<void>) => Promise<void> {
  const taken = new Set<string>();
  return async (id, run) => {
    if (taken.has(id)) return;
    for (const oldest of taken) if (taken.size >= mostRemembered) taken.delete(oldest);
    taken.add(id);
    try {
      await run();
    } catch (error) {
      taken.delete(id);
      throw error;
    }
  };
}
