import type { ChannelId } from "../../nouns/channel.ts";

/** So many calls at once, then one every `everyMs`. */
export interface Rate {
  readonly burst: number;
  readonly everyMs: number;
}

/**
 * What a platform lets us do: posts are counted for each channel, edits for all channels together; or `together`, posts
 * and edits alike, for each channel.
 */
export interface PaceRates {
  readonly post: Rate;
  readonly update: Rate;
  readonly together?: true;
}

export type PacedCall = "post" | "update";

/** Says when a platform may be called; nothing here waits. */
export interface Pace {
  /** Takes the next free place and gives how long to wait for it, in ms. */
  reserve(call: PacedCall, channel: ChannelId, now: number): number;
  /** When the next place is free, in ms from now, without taking it. */
  peek(call: PacedCall, channel: ChannelId, now: number): number;
  /** The platform said to wait (`Retry-After`): no such call before `until`. */
  pause(call: PacedCall, channel: ChannelId, until: number): void;
}

// A channel that was not written to for a while has no state worth keeping.
const rememberedChannels = 5_000;

/** Paces calls by the generic cell rate algorithm: one number, the time at which the bucket is empty again. */
export function createPace(rates: PaceRates): Pace {
  const emptyAt = new Map<string, number>();
  const pausedUntil = new Map<string, number>();
  const scope = (call: PacedCall, channel: ChannelId): string =>
    rates.together === true || call === "post" ? `post ${channel}` : "update";
  let latest = 0;

  // A clock that was set back by an hour must not cost an hour's pause.
  const followClock = (now: number): void => {
    if (now < latest)
      for (const times of [emptyAt, pausedUntil])
        for (const [key, at] of times) times.set(key, at - latest + now);
    latest = now;
  };

  const waitFor = (call: PacedCall, channel: ChannelId, now: number): number => {
    followClock(now);
    const key = scope(call, channel);
    const { burst, everyMs } = rates[call];
    const full = (emptyAt.get(key) ?? 0) - (burst - 1) * everyMs;
    return Math.max(0, full - now, (pausedUntil.get(key) ?? 0) - now);
  };

  return {
    peek: waitFor,
    reserve: (call, channel, now) => {
      const waitMs = waitFor(call, channel, now);
      const key = scope(call, channel);
      const start = Math.max(emptyAt.get(key) ?? 0, now + waitMs);
      if (emptyAt.size > rememberedChannels) forgetPast(emptyAt, now);
      if (pausedUntil.size > rememberedChannels) forgetPast(pausedUntil, now);
      emptyAt.set(key, start + rates[call].everyMs);
      return waitMs;
    },
    pause: (call, channel, until) => {
      const key = scope(call, channel);
      pausedUntil.set(key, Math.max(pausedUntil.get(key) ?? 0, until));
    },
  };
}

function forgetPast(times: Map<string, number>, now: number): void {
  for (const [key, at] of times) if (at <= now) times.delete(key);
}
