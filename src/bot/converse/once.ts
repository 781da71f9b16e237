import { describeError } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { Store } from "../../store/store.ts";
import type { Clock } from "../../work/clock.ts";
import { keepNewest } from "../../work/keep-newest.ts";

// Those of the last minutes, which may still be running; the store knows the others.
const mostRemembered = 1_000;

/** Runs something once for each id, however often it comes; false: it came before. What throws may come again. */
export type Once = (id: string, run: () => Promise<void>) => Promise<boolean>;

/**
 * Makes it, with its memory in the store. An id is noted once its run has ended: a crash before that lets a repetition
 * run, and what that asks for has the same id in the store's requests, so that nothing is done twice.
 */
export function createOnce({
  store,
  clock,
  log,
}: {
  readonly store: Pick<Store, "wasHeard" | "noteHeard">;
  readonly clock: Clock;
  readonly log: Log;
}): Once {
  const taken = new Map<string, true>();
  return async (id, run) => {
    if (taken.has(id)) return false;
    keepNewest(taken, id, true, mostRemembered);
    try {
      if (await store.wasHeard(id)) return false;
      await run();
    } catch (error) {
      taken.delete(id);
      throw error;
    }
    try {
      await store.noteHeard(id, clock.now());
    } catch (error) {
      // What it said is said, and what it asked for is recorded: it must not run again for this.
      log.warn({ step: "record", error: describeError(error) }, "a message could not be noted as taken");
    }
    return true;
  };
}
