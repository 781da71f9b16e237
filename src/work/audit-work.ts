import { describeError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Clock } from "./clock.ts";
import type { DueWork } from "./kind-of-work.ts";
import { housekeeping } from "./prune-work.ts";

const dayMs = 24 * 60 * 60_000;
/** A seal is over so many entries at most: retention removes whole segments, and a slice is short. */
const entriesPerSegment = 1_000;
/** Between two slices, so that nothing waits behind them. */
const betweenSlicesMs = 1_000;

/**
 * Once a day: seals what was added to the audit, removes segments that are older than they are to be kept, and logs
 * the chain's head, so that a copy of the log shows whether its end was cut off.
 */
export function auditWork(deps: {
  readonly store: {
    sealAudit(limit: number): Promise<number>;
    pruneAudit(before: number): Promise<number>;
    auditHead(): Promise<{ readonly number: number; readonly hash: string }>;
  };
  /** How long entries are kept, in ms; Infinity: for ever. */
  readonly keepMs: () => number;
  readonly clock: Clock;
  readonly log: Log;
}): DueWork<"audit"> {
  const { store, clock, log } = deps;

  /** A role that may only add to the audit is as it should be: what cannot be removed stays, and the rest goes on. */
  async function prune(): Promise<number> {
    const keepMs = deps.keepMs();
    if (!Number.isFinite(keepMs)) return 0;
    try {
      return await store.pruneAudit(clock.now() - keepMs);
    } catch (error) {
      log.warn({ loop: "audit", error: describeError(error) }, "old audit entries were not removed");
      return 0;
    }
  }

  return {
    ...housekeeping,
    kind: "audit",
    list: async () => [{ key: "chain", lane: "store" }],
    run: async () => {
      if ((await store.sealAudit(entriesPerSegment)) >= entriesPerSegment)
        return { kind: "again", afterMs: betweenSlicesMs };
      if ((await prune()) > 0) return { kind: "again", afterMs: betweenSlicesMs };
      const { number, hash } = await store.auditHead();
      log.info({ number, hash, head: `${number}:${hash}` }, "audit head");
      return { kind: "again", afterMs: dayMs };
    },
    end: async () => ({ kind: "again", afterMs: dayMs }),
  };
}
