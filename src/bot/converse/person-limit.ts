import { type Principal, principalKey } from "../../nouns/principal.ts";

const most = 5;
const windowMs = 60_000;
const rememberedPeople = 1_000;

/** How often somebody may: gives 0 and notes it, or how long that person has to wait, in ms. */
export type PersonLimit = (who: Principal, now: number) => number;

/** Five times a minute for each person, kept in memory: after a restart everybody may. */
export function createPersonLimit(): PersonLimit {
  const times = new Map<string, readonly number[]>();
  return (who, now) => {
    const key = principalKey(who);
    // What lies ahead was noted before the clock was set back: it locks nobody out.
    const recent = (times.get(key) ?? []).filter((at) => at <= now && now - at < windowMs);
    const [oldest] = recent;
    if (recent.length >= most && oldest !== undefined) return oldest + windowMs - now;
    if (times.size >= rememberedPeople) times.clear();
    times.set(key, [...recent, now]);
    return 0;
  };
}
