import { ChatopsError, describeError } from "../errors.ts";
import type { Log } from "../log.ts";
import type {
  ClaimedWork,
  ClaimWish,
  ListedKind,
  PutOff,
  WokenBy,
  WorkCount,
  WorkKind,
  WorkStore,
} from "../nouns/due-work.ts";
import { backoffMs } from "./backoff.ts";
import type { Clock } from "./clock.ts";
import type { DueWork, Outcome } from "./kind-of-work.ts";
import { createLoop, type Loop } from "./loop.ts";
import { createPlaces, type Places } from "./places.ts";
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

export interface DueWorkDeps {
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
  const { store, clock, log } = deps;
  const places: Places = createPlaces(work.atOnce);
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();
  const cutOff = new AbortController();
  const passedOver = new Set<string>();
  let listedAt: number | undefined;
  let failures = 0;
  let lastError: string | undefined;

  const wishFor = (limit: number): ClaimWish => ({
    serves: work.serves(),
    limit,
    perLane: work.perLane,
    leaseMs: work.leaseMs,
    longestPauseMs: work.longestPauseMs,
    passOver: [...passedOver],
    ...(work.perCrowd === undefined ? {} : { perCrowd: work.perCrowd }),
    // A store of this process alone has nobody else who might serve it.
    ...(work.unservedAfterMs === undefined
      ? {}
      : { unservedAfterMs: store.engine === "sqlite" ? 0 : work.unservedAfterMs }),
  });

  async function list(): Promise<void> {
    if (work.list === undefined) return;
    if (listedAt !== undefined && clock.now() - listedAt < listEveryMs && clock.now() >= listedAt) return;
    listedAt = clock.now();
    await store.listWork(work.kind as ListedKind, await work.list());
  }

  async function claimSome(): Promise<number> {
    await list();
    const free = places.free();
    const idle = work.idleMs?.() ?? idleMs;
    if (free <= 0) return idle;
    const claimed = await store.claimDue(work.kind, wishFor(free));
    for (const each of claimed) {
      begin(each);
      if (passedOver.size < mostPassedOver) passedOver.add(each.lane);
    }
    if (claimed.length > 0) return 0;
    if (passedOver.size > 0) {
      passedOver.clear();
      return 0;
    }
    const nextIn = await store.nextDueIn(work.kind, wishFor(free));
    if (nextIn === undefined) return idle;
    return Math.min(idle, nextIn > 0 ? nextIn : blockedMs);
  }

  function begin(claimed: ClaimedWork<K>): void {
    places.take();
    const run = takeTurn(claimed)
      .catch((error: unknown) => {
        // The store failed: the lease runs out and the item is taken up again.
        failed(error);
        log.error(
          { work: work.kind, item: claimed.key, error: describeError(error) },
          "an outcome was not written",
        );
      })
      .finally(() => {
        places.giveBack();
        running.delete(run);
        loop.wake();
      });
    running.add(run);
  }

  function failed(error: unknown): void {
    failures += 1;
    lastError = describeError(error);
  }

  async function takeTurn(claimed: ClaimedWork<K>): Promise<void> {
    const held = createTurn(claimed, {
      ...deps,
      places,
      freed: () => loop.wake(),
      kind: work.kind,
      leaseMs: work.leaseMs,
      deadlineMs: work.deadlineMs,
      stopping: stopping.signal,
      cutOff: cutOff.signal,
    });
    try {
      await settle(claimed, await held.race(outcomeOf(claimed, held.turn)));
    } catch (error) {
      await afterError(claimed, held.turn, error);
    } finally {
      await held.letGo();
    }
  }

  async function outcomeOf(claimed: ClaimedWork<K>, turn: Turn): Promise<Outcome> {
    if (claimed.claims <= mostClaims) return await work.run(claimed.item, turn);
    const why = new ChatopsError(
      "work-without-end",
      "it was taken up again and again, and never came to its end",
    );
    failed(why);
    return await work.end(claimed.item, why, turn);
  }

  async function settle(claimed: ClaimedWork<K>, outcome: Outcome): Promise<void> {
    switch (outcome.kind) {
      case "written":
        return;
      case "over":
        await store.strikeOff(work.kind as ListedKind, claimed);
        return;
      case "again":
      case "wait":
        await store.putOff(work.kind, claimed, {
          afterMs: bounded(outcome.afterMs),
          isFresh: outcome.kind === "again",
        });
        return;
      default:
        outcome satisfies never;
    }
  }

  const bounded = (ms: number): number => Math.min(Math.max(ms, 0), work.longestPauseMs);

  async function afterError(claimed: ClaimedWork<K>, turn: Turn, error: unknown): Promise<void> {
    // Somebody else has it, or it was cut off in the middle of a call: its lease runs out first.
    if (error instanceof LeaseLost || cutOff.signal.aborted) return;
    if (error instanceof Stopping) {
      await store.putOff(work.kind, claimed, { afterMs: 0 });
      return;
    }
    failed(error);
    if (work.isForGood(error, claimed.attempts + 1, claimed.item)) {
      await settle(claimed, await work.end(claimed.item, error, turn));
      return;
    }
    const known = error instanceof ChatopsError ? error : undefined;
    const asked = known?.retryAfterMs;
    const afterMs = backoffMs({
      ...work.retry(error),
      attempts: claimed.attempts,
      retryAfterMs: asked === undefined ? undefined : Math.min(asked, longestRetryAfterMs),
      random: deps.random(),
    });
    const words = describeError(error);
    log[known === undefined ? "error" : "warn"](
      { work: work.kind, item: claimed.key, attempts: claimed.attempts + 1, error: words, afterMs },
      "due work failed: it is tried again later",
    );
    await putOffAtLast(claimed, turn, { afterMs: bounded(afterMs), error: words });
  }

  // A disk that was full for a second would otherwise hold the item for as long as its lease.
  async function putOffAtLast(claimed: ClaimedWork<K>, turn: Turn, how: PutOff): Promise<void> {
    for (;;) {
      try {
        await store.putOff(work.kind, claimed, how);
        return;
      } catch (error) {
        failed(error);
        log.warn(
          { work: work.kind, item: claimed.key, error: describeError(error) },
          "an outcome could not be written: it is tried again",
        );
        await turn.pause(unwrittenMs);
      }
    }
  }

  const loop = createLoop({ name: work.kind, clock, log, step: claimSome });
  return {
    ...loop,
    kind: work.kind,
    reconfigured: () => {
      listedAt = undefined;
      loop.wake();
    },
    state: async () => ({
      kind: work.kind,
      ...(await store.countWork(work.kind, work.serves())),
      failures,
      ...(lastError === undefined ? {} : { lastError }),
    }),
    stop: async () => {
      stopping.abort(new Stopping());
      await loop.stop();
      await within(Promise.all(running), finishStepMs, clock);
      cutOff.abort(new Stopping());
      await Promise.all(running);
    },
  };
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
