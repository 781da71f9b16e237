// What comes again within this time still goes on: due work waits for up to 15 minutes between two tries.
const stillMs = 20 * 60_000;
// It is said again after so long, doubled each time up to the longest.
const firstAgainMs = 60_000;
const longestAgainMs = 60 * 60_000;
// Words that are remembered; those that came first are forgotten first.
const mostWords = 50;

/** What has been said in these words. */
interface Said {
  readonly at: number;
  readonly cameAt: number;
  readonly againMs: number;
  readonly unsaid: number;
}

/** Tells what is news from what was said lately. */
export interface Seldom {
  /** How often this came since it was last said, this time included; undefined: it was said lately. */
  came(words: string): number | undefined;
  /** It is over: what comes from now on is news, unless it was said within the last minute. */
  over(): void;
}

/**
 * Keeps one source of trouble from saying the same each second: it is said when it is new, after a minute, and then
 * ever more seldom, at least hourly, for as long as it goes on. Words that differ in their numbers only are the same.
 */
export function createSeldom(now: () => number): Seldom {
  const known = new Map<string, Said>();
  return {
    came: (words) => {
      const at = now();
      const key = words.replaceAll(/\d+/g, "#");
      const said = known.get(key);
      known.delete(key);
      if (said === undefined || hasPassed(said.cameAt, at, stillMs)) {
        forgetOldest(known);
        known.set(key, { at, cameAt: at, againMs: firstAgainMs, unsaid: 0 });
        return 1;
      }
      const unsaid = said.unsaid + 1;
      if (!hasPassed(said.at, at, said.againMs)) {
        known.set(key, { ...said, cameAt: at, unsaid });
        return undefined;
      }
      const againMs = Math.min(said.againMs * 2, longestAgainMs);
      known.set(key, { at, cameAt: at, againMs, unsaid: 0 });
      return unsaid;
    },
    over: () => {
      for (const [key, said] of known) if (hasPassed(said.at, now(), firstAgainMs)) known.delete(key);
    },
  };
}

/** A clock that was set back says nothing of how long ago it was. */
function hasPassed(then: number, at: number, ms: number): boolean {
  return at < then || at - then >= ms;
}

function forgetOldest(known: Map<string, Said>): void {
  const [oldest] = known.keys();
  if (known.size >= mostWords && oldest !== undefined) known.delete(oldest);
}
