import { ChatopsError, describeError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { ClaimedWork, LeaseToken, WorkClaim, WorkKind, WorkStore } from "../nouns/due-work.ts";
import type { Clock } from "./clock.ts";
import type { Seats } from "./seats.ts";
import { untilAborted } from "./within.ts";

/** Somebody else has the item: nothing may be written or done any more. */
export class LeaseLost extends Error {
  constructor() {
    super("somebody else has taken it up");
    this.name = "LeaseLost";
  }
}

/** The bot is stopping: what pauses is given back. */
export class Stopping extends Error {
  constructor() {
    super("the bot is stopping");
    this.name = "Stopping";
  }
}

/** What a step may use while the item is its own. */
export interface Turn {
  readonly lease: LeaseToken;
  /** Aborted when the lease is lost or about to end, at the deadline, and when the bot has to stop. */
  readonly signal: AbortSignal;
  /** How often in a row it failed before. */
  readonly attempts: number;
  readonly lastError?: string | undefined;
  /** Waits without taking a seat from others, then goes on with a new deadline; throws the signal's reason. */
  pause(ms: number): Promise<void>;
}

export interface HeldTurn {
  readonly turn: Turn;
  /** The step's result, or the signal's reason as soon as it is aborted: a step that hangs holds nobody up. */
  race<T>(step: Promise<T>): Promise<T>;
  /** Stops renewing the lease; resolves when that is over. */
  letGo(): Promise<void>;
}

interface TurnDeps {
  readonly kind: WorkKind;
  readonly store: Pick<WorkStore, "renewLease">;
  readonly seats: Seats;
  /** A place has become free for others. */
  readonly freed: () => void;
  readonly leaseMs: number;
  readonly deadlineMs: number;
  readonly stopping: AbortSignal;
  readonly cutOff: AbortSignal;
  readonly clock: Clock;
  readonly log: Log;
}

/** Holds a claim while its step runs: renews the lease at a third of its time, and keeps the deadline. */
export function createTurn(
  claimed: WorkClaim & Pick<ClaimedWork<WorkKind>, "attempts" | "lastError">,
  deps: TurnDeps,
): HeldTurn {
  const { lease, attempts, lastError } = claimed;
  const aborted = new AbortController();
  const ended = new AbortController();
  const signal = AbortSignal.any([aborted.signal, deps.cutOff]);
  const renewing = renew(claimed, deps, ended.signal, () => aborted.abort(new LeaseLost()));
  const startDeadline = (): AbortController => {
    const met = new AbortController();
    void deps.clock.sleep(deps.deadlineMs, met.signal).then(() => {
      if (!met.signal.aborted) aborted.abort(tooLate(deps.deadlineMs));
    });
    return met;
  };
  let onTime = startDeadline();
  const pause = async (ms: number): Promise<void> => {
    const until = AbortSignal.any([signal, deps.stopping]);
    until.throwIfAborted();
    onTime.abort();
    await sleepWithoutPlace(ms, deps, until);
    onTime = startDeadline();
  };
  return {
    turn: { lease, attempts, lastError, signal, pause },
    race: (step) => untilAborted(step, signal),
    letGo: async () => {
      onTime.abort();
      ended.abort();
      await renewing;
    },
  };
}

async function sleepWithoutPlace(
  ms: number,
  { seats, freed, clock }: TurnDeps,
  until: AbortSignal,
): Promise<void> {
  seats.giveBack();
  freed();
  try {
    await clock.sleep(ms, until);
    until.throwIfAborted();
    await seats.takeWhenFree(until);
  } catch (error) {
    // The turn ends and gives its seat back once more.
    seats.take();
    throw error;
  }
}

function tooLate(deadlineMs: number): ChatopsError {
  return new ChatopsError("work-too-slow", `it took longer than ${Math.round(deadlineMs / 1_000)} s`, {
    retryable: true,
  });
}

/** A lease that cannot be renewed is given up while a third of it is left: no step goes on into somebody else's. */
async function renew(
  claim: WorkClaim,
  { store, kind, leaseMs, clock, log }: TurnDeps,
  ended: AbortSignal,
  lost: () => void,
): Promise<void> {
  let heldFrom = clock.now();
  for (;;) {
    await clock.sleep(leaseMs / 3, ended);
    if (ended.aborted) return;
    const from = clock.now();
    try {
      if (!(await store.renewLease(kind, claim, leaseMs))) return lost();
      heldFrom = from;
    } catch (error) {
      log.warn({ work: kind, item: claim.key, error: describeError(error) }, "a lease could not be renewed");
      if (clock.now() - heldFrom >= (leaseMs * 2) / 3) return lost();
    }
  }
}
