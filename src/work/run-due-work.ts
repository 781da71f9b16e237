import { ChatopsError, describeError } from "../errors.ts";
import type { Log } from "../log.ts";
import type {
  ClaimedWork,
  ClaimWish,
  ListedKind,
  WokenBy,
  WorkCount,
  WorkKind,
  WorkStore,
} from "../nouns/due-work.ts";
import { present } from "../present.ts";
import { backoffMs } from "./backoff.ts";
import type { Clock } from "./clock.ts";
import type { DueWork, Outcome } from "./kind-of-work.ts";
import { createLoop, type Loop } from "./loop.ts";
import { createSeats, type Seats } from "./seats.ts";
import { createTroubleLog, type TroubleLog } from "./tell-trouble.ts";
import { createTurn, LeaseLost, Stopping, type Turn } from "./turn.ts";
import { within } from "./within.ts";

/** What is known of one kind, for whoever watches. */
export interface WorkState extends WorkCount {
  readonly kind: WorkKind;
  /** Turns that failed since the start of this process. */
  readonly failures: number;
  readonly lastError?: string;
}

/** One kind at work: a loop that claims, and what became of its turns. */
export interface WorkLoop extends Loop {
  readonly kind: WorkKind;
  /** The configuration is another one: what is listed may be, too. */
  reconfigured(): void;
  state(): Promise<WorkState>;
}

interface DueWorkDeps {
  readonly store: WorkStore;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
}

// What ends its process each time it is run throws nothing, and is claimed again and again.
const mostClaims = 16;
const idleMs = 15_000;
// Something is due and not to be had: its lane or crowd is full, or another process claims just now.
const blockedMs = 1_000;
// Retry-After is kept up to this; who asks for more is asked again then.
const longestRetryAfterMs = 60 * 60_000;
const listEveryMs = 5 * 60_000;
// A store that could not write an outcome is asked again, while the lease is held.
const unwrittenMs = 1_000;
// On SIGTERM a step may go on for so long; then its lease runs out, and it is taken up at the next start.
const finishStepMs = 5_000;
// Lanes that had their turn are passed over until the others had theirs; a statement takes no longer list.
const mostPassedOver = 1_000;

/**
 * Runs one kind of due work: claims what is next in each lane, gives each claim a turn with a lease that is renewed and
 * a deadline, and writes how it ended. A throw puts that item off, and nothing else.
 */
export function runDueWork<K extends WorkKind>(work: DueWork<K>, deps: DueWorkDeps): WorkLoop {
  return new Runner(work, deps);
}

class Runner<K extends WorkKind> implements WorkLoop {
  readonly kind: K;
  readonly name: string;
  readonly #work: DueWork<K>;
  readonly #deps: DueWorkDeps;
  readonly #loop: Loop;
  readonly #seats: Seats;
  readonly #running = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  readonly #cutOff = new AbortController();
  readonly #passedOver = new Set<string>();
  readonly #trouble: TroubleLog<K>;
  #listedAt: number | undefined;
  #failures = 0;
  #lastError: string | undefined;

  constructor(work: DueWork<K>, deps: DueWorkDeps) {
    this.kind = work.kind;
    this.name = work.kind;
    this.#work = work;
    this.#deps = deps;
    this.#seats = createSeats(work.atOnce);
    this.#trouble = createTroubleLog(work, deps);
    this.#loop = createLoop({ ...deps, name: work.kind, step: () => this.#claimSome() });
  }

  start(): void {
    this.#loop.start();
  }

  wake(): void {
    this.#loop.wake();
  }

  reconfigured(): void {
    this.#listedAt = undefined;
    this.wake();
  }

  async state(): Promise<WorkState> {
    const { store } = this.#deps;
    const { serves, mayWait } = this.#work;
    const count = await store.countWork(this.kind, serves());
    const parked =
      mayWait === undefined ? count.parked : (await store.countWork(this.kind, mayWait())).parked;
    return {
      kind: this.kind,
      ...{ ...count, parked },
      failures: this.#failures,
      ...present({ lastError: this.#lastError }),
    };
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Stopping());
    await this.#loop.stop();
    await within(Promise.all(this.#running), finishStepMs, this.#deps.clock);
    this.#cutOff.abort(new Stopping());
    await Promise.all(this.#running);
  }

  async #list(): Promise<void> {
    const { store, clock } = this.#deps;
    if (this.#work.list === undefined) return;
    const sinceMs = clock.now() - (this.#listedAt ?? Number.NEGATIVE_INFINITY);
    if (sinceMs >= 0 && sinceMs < listEveryMs) return;
    this.#listedAt = clock.now();
    await store.listWork(this.kind as ListedKind, await this.#work.list());
  }

  #wishFor(limit: number): ClaimWish {
    const { serves, perLane, leaseMs, longestPauseMs, perCrowd, unservedAfterMs } = this.#work;
    return {
      ...{ serves: serves(), limit, perLane, leaseMs, longestPauseMs },
      passOver: [...this.#passedOver],
      ...present({ perCrowd, unservedAfterMs }),
    };
  }

  async #claimSome(): Promise<number> {
    await this.#list();
    const { store } = this.#deps;
    const free = this.#seats.free();
    const idle = this.#work.idleMs?.() ?? idleMs;
    if (free <= 0) return idle;
    const claimed = await store.claimDue(this.kind, this.#wishFor(free));
    for (const each of claimed) {
      this.#begin(each);
      if (this.#passedOver.size < mostPassedOver) this.#passedOver.add(each.lane);
    }
    if (claimed.length > 0) return 0;
    if (this.#passedOver.size > 0) {
      this.#passedOver.clear();
      return 0;
    }
    const nextIn = await store.nextDueIn(this.kind, this.#wishFor(free));
    if (nextIn === undefined) return idle;
    return Math.min(idle, nextIn > 0 ? nextIn : blockedMs);
  }

  #begin(claimed: ClaimedWork<K>): void {
    this.#seats.take();
    const run = this.#takeTurn(claimed)
      // The store failed: the lease runs out and the item is taken up again.
      .catch((error: unknown) => {
        this.#failed(error);
        this.#trouble.notWritten(claimed, error);
      })
      .finally(() => {
        this.#seats.giveBack();
        this.#running.delete(run);
        this.wake();
      });
    this.#running.add(run);
  }

  #failed(error: unknown): void {
    this.#failures += 1;
    this.#lastError = describeError(error);
  }

  async #takeTurn(claimed: ClaimedWork<K>): Promise<void> {
    const { leaseMs, deadlineMs } = this.#work;
    const held = createTurn(claimed, {
      ...this.#deps,
      ...{ kind: this.kind, leaseMs, deadlineMs },
      seats: this.#seats,
      freed: () => this.wake(),
      stopping: this.#stopping.signal,
      cutOff: this.#cutOff.signal,
    });
    try {
      await this.#finish(claimed, held.turn, await held.race(this.#outcomeOf(claimed, held.turn)));
    } catch (error) {
      await this.#afterError(claimed, held.turn, error);
    } finally {
      await held.letGo();
    }
  }

  async #outcomeOf(claimed: ClaimedWork<K>, turn: Turn): Promise<Outcome> {
    if (claimed.claims <= mostClaims) return await this.#work.run(claimed.item, turn);
    const words = "it was taken up again and again, and never came to its end";
    const why = new ChatopsError("work-without-end", words);
    this.#failed(why);
    this.#trouble.givenUp(claimed, why);
    return await this.#work.end(claimed.item, why, turn);
  }

  async #finish(claimed: ClaimedWork<K>, turn: Turn, outcome: Outcome): Promise<void> {
    const { store } = this.#deps;
    switch (outcome.kind) {
      case "written":
        return;
      case "over":
        await this.#write(claimed, turn, () => store.strikeOff(this.kind as ListedKind, claimed));
        return;
      case "again":
      case "wait": {
        const how = { afterMs: this.#bounded(outcome.afterMs), isFresh: outcome.kind === "again" };
        await this.#write(claimed, turn, () => store.putOff(this.kind, claimed, how));
        return;
      }
      default:
        outcome satisfies never;
    }
  }

  #bounded(ms: number): number {
    return Math.min(Math.max(ms, 0), this.#work.longestPauseMs);
  }

  async #afterError(claimed: ClaimedWork<K>, turn: Turn, error: unknown): Promise<void> {
    const { store, random } = this.#deps;
    // Somebody else has it, or it was cut off in the middle of a call: its lease runs out first.
    if (error instanceof LeaseLost || this.#cutOff.signal.aborted) return;
    if (error instanceof Stopping) {
      await store.putOff(this.kind, claimed, { afterMs: 0 });
      return;
    }
    if (error instanceof ChatopsError && error.isUntried) {
      await this.#finish(claimed, turn, { kind: "wait", afterMs: error.retryAfterMs ?? 0 });
      return;
    }
    this.#failed(error);
    const attempts = claimed.attempts + 1;
    if (this.#work.isForGood(error, attempts, claimed.item)) {
      await this.#finish(claimed, turn, await this.#work.end(claimed.item, error, turn));
      return;
    }
    const known = error instanceof ChatopsError ? error : undefined;
    const afterMs = backoffMs({
      ...this.#work.retry(error),
      attempts: claimed.attempts,
      retryAfterMs: known?.retryAfterMs && Math.min(known.retryAfterMs, longestRetryAfterMs),
      random: random(),
    });
    this.#trouble.failed(claimed, error, { attempts, afterMs });
    const how = { afterMs: this.#bounded(afterMs), error: describeError(error) };
    await this.#write(claimed, turn, () => store.putOff(this.kind, claimed, how));
  }

  // A disk that was full for a second would otherwise hold the item for as long as its lease, and count as its failure.
  async #write(claimed: ClaimedWork<K>, turn: Turn, write: () => Promise<unknown>): Promise<void> {
    for (;;) {
      try {
        await write();
        return;
      } catch (error) {
        this.#failed(error);
        this.#trouble.notWrittenYet(claimed, error);
        await turn.pause(unwrittenMs);
      }
    }
  }
}

/** Wakes each loop when a commit has made work of its kind. */
export function wakeOnWork(
  store: Pick<WorkStore, "onWork">,
  loops: ReadonlyMap<WokenBy, Pick<Loop, "wake">>,
): void {
  store.onWork((kinds) => {
    for (const kind of kinds) loops.get(kind)?.wake();
  });
}
