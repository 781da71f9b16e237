import { type Principal, principalKey } from "../../nouns/principal.ts";

// A ping is a write in ARM's quota, which a whole subscription shares (1,200 an hour).
const mostPings = 5;
const windowMs = 60_000;
const rememberedPeople = 1_000;

/** Who may ping how often: gives 0 and notes the ping, or how long that person has to wait, in ms. */
export type PingLimit = (who: Principal, now: number) => number;

/** Five pings a minute for each person, kept in memory: after a restart everybody may. */
export function createPingLimit(): PingLimit {
  const pings = new Map<string, readonly number[]>();
  return (who, now) => {
    const key = principalKey(who);
    // What lies ahead was noted before the clock was set back: it locks nobody out.
    const recent = (pings.get(key) ?? []).filter((at) => at <= now && now - at < windowMs);
    const [oldest] = recent;
    if (recent.length >= mostPings && oldest !== undefined) return oldest + windowMs - now;
    if (pings.size >= rememberedPeople) pings.clear();
    pings.set(key, [...recent, now]);
    return 0;
  };
}
