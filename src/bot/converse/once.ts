import { keepNewest } from "../../work/keep-newest.ts";

// A platform repeats a message within minutes, if at all; what acted is known in the store beyond that.
const mostRemembered = 1_000;

/**
 * Makes what runs something once for each id, however often it comes; what throws may come again. Remembers the last
 * thousand ids of this process.
 */
export function createOnce(): (id: string, run: () => Promise<void>) => Promise<void> {
  const taken = new Map<string, true>();
  return async (id, run) => {
    if (taken.has(id)) return;
    keepNewest(taken, id, true, mostRemembered);
    try {
      await run();
    } catch (error) {
      taken.delete(id);
      throw error;
    }
  };
}
