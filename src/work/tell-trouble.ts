import { ChatopsError, describeError, stackOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { ClaimedWork, WorkKind } from "../nouns/due-work.ts";
import { present } from "../present.ts";
import { createSeldom } from "../seldom.ts";
import type { Clock } from "./clock.ts";
import type { DueWork } from "./kind-of-work.ts";

/** What went wrong with items of one kind, in the log: each line names what a person looks for, and none comes each second. */
export interface TroubleLog<K extends WorkKind> {
  /** It failed and is tried again. The first failure of each item is said; what a lane has in common, now and then. */
  failed(claimed: ClaimedWork<K>, error: unknown, next: { attempts: number; afterMs: number }): void;
  givenUp(claimed: ClaimedWork<K>, error: unknown): void;
  /** The store could not write what became of it, and is asked again. */
  notWrittenYet(claimed: ClaimedWork<K>, error: unknown): void;
  notWritten(claimed: ClaimedWork<K>, error: unknown): void;
}

/** Makes the log of one kind's troubles. */
export function createTroubleLog<K extends WorkKind>(
  { kind, about }: Pick<DueWork<K>, "kind" | "about">,
  { log, clock }: { readonly log: Log; readonly clock: Pick<Clock, "now"> },
): TroubleLog<K> {
  const seldom = createSeldom(clock.now);
  const fieldsOf = ({ key, item }: ClaimedWork<K>, error: unknown) => ({
    ...{ work: kind, item: key, ...about?.(item) },
    ...present({ error: describeError(error), stack: stackOf(error) }),
  });
  return {
    failed: (claimed, error, next) => {
      const code = error instanceof ChatopsError ? error.code : undefined;
      const times = seldom.came(`${claimed.lane} ${code ?? describeError(error)}`);
      if (next.attempts > 1 && times === undefined) return;
      const fields = { ...fieldsOf(claimed, error), ...next, ...present({ times }) };
      log[code === undefined ? "error" : "warn"](fields, "due work failed: it is tried again later");
    },
    givenUp: (claimed, error) => log.error(fieldsOf(claimed, error), "due work is given up"),
    notWrittenYet: (claimed, error) => {
      const times = seldom.came(`not written: ${describeError(error)}`);
      if (times === undefined) return;
      log.warn({ ...fieldsOf(claimed, error), times }, "an outcome could not be written: it is tried again");
    },
    notWritten: (claimed, error) => log.error(fieldsOf(claimed, error), "an outcome was not written"),
  };
}
