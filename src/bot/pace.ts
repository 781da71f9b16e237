/** So many calls at once, then one every `everyMs`. */
export interface Rate {
  readonly burst: number;
  readonly everyMs: number;
  /** What of the burst is kept for people: cards do without it. */
  readonly forPeople?: number;
}

/** What a platform counts calls under (a method, mostly in one place), and how many of them it takes. */
export interface Meter {
  readonly name: string;
  readonly rate: Rate;
}

/** A call as the platform counts it; of several meters a `Retry-After` holds the first. */
export type PacedCall = readonly [Meter, ...Meter[]];

/** For whom a call is: cards wait, and answers to people go before them. */
export type Caller = "card" | "person";

/** Counts what one platform is asked, by everybody who asks it. Asynchronous, so that replicas can share one. */
export interface Pace {
  /** In how many ms such a call may be made; 0: now. Takes nothing. */
  peek(call: PacedCall, caller: Caller): Promise<number>;
  /**
   * 0: the call is counted and may be made now. Otherwise the wait in ms: a person's call is counted already, for then;
   * a card's is not, and has to be asked for again.
   */
  take(call: PacedCall, caller: Caller): Promise<number>;
  /** The platform said to wait (`Retry-After`): no such call before that. */
  pause(call: PacedCall, forMs: number): Promise<void>;
}

// What was not called for a while has no state worth keeping.
const rememberedMeters = 5_000;

/** A pace in memory, by the generic cell rate algorithm: one number a meter, the time at which its bucket is empty again. */
export function createPace(now: () => number): Pace {
  const emptyAt = new Map<string, number>();
  const pausedUntil = new Map<string, number>();
  let latest = 0;

  // A clock that was set back by an hour must not cost an hour's pause.
  const time = (): number => {
    const at = now();
    if (at < latest) for (const times of [emptyAt, pausedUntil]) shift(times, at - latest);
    latest = at;
    return at;
  };

  const waitFor = (call: PacedCall, caller: Caller, at: number): number => {
    const waits = call.map(({ name, rate }) => {
      const kept = caller === "person" ? 0 : (rate.forPeople ?? 0);
      const full = (emptyAt.get(name) ?? 0) - (rate.burst - kept - 1) * rate.everyMs;
      return Math.max(full, pausedUntil.get(name) ?? 0) - at;
    });
    return Math.max(0, ...waits);
  };

  return {
    peek: async (call, caller) => waitFor(call, caller, time()),
    take: async (call, caller) => {
      const at = time();
      const waitMs = waitFor(call, caller, at);
      if (waitMs > 0 && caller === "card") return waitMs;
      forgetPast(emptyAt, at);
      for (const { name, rate } of call)
        emptyAt.set(name, Math.max(emptyAt.get(name) ?? 0, at + waitMs) + rate.everyMs);
      return waitMs;
    },
    pause: async ([{ name }], forMs) => {
      const at = time();
      forgetPast(pausedUntil, at);
      pausedUntil.set(name, Math.max(pausedUntil.get(name) ?? 0, at + forMs));
    },
  };
}

function shift(times: Map<string, number>, byMs: number): void {
  for (const [name, at] of times) times.set(name, at + byMs);
}

function forgetPast(times: Map<string, number>, now: number): void {
  if (times.size <= rememberedMeters) return;
  for (const [name, at] of times) if (at <= now) times.delete(name);
}
