// learn.microsoft.com, "Optimize your bot with rate limiting": for each bot and conversation.
const sending = [
  { seconds: 1, calls: 7 },
  { seconds: 2, calls: 8 },
  { seconds: 30, calls: 60 },
  { seconds: 3600, calls: 1800 },
] as const;
const reading = [
  { seconds: 1, calls: 14 },
  { seconds: 2, calls: 16 },
  { seconds: 30, calls: 120 },
  { seconds: 3600, calls: 3600 },
] as const;
const longestSeconds = 3600;

/** Counts calls for each conversation, writes and reads apart. */
export type Rates = {
  /** Undefined: taken. A number: refused, and how many whole seconds to wait (at least 1). */
  readonly take: (kind: "write" | "read", conversation: string) => number | undefined;
};

/** Sliding windows over the clock that is given, in milliseconds. Refused calls do not count. */
export function createRates(now: () => number): Rates {
  const taken = new Map<string, readonly number[]>();
  return {
    take(kind, conversation) {
      const key = `${kind} ${conversation}`;
      const at = now();
      const recent = (taken.get(key) ?? []).filter((one) => one > at - longestSeconds * 1000);
      const waits = (kind === "write" ? sending : reading).map(({ seconds, calls }) => {
        // The call that has to leave the window before another fits.
        const blocking = recent.filter((one) => one > at - seconds * 1000).at(-calls);
        return blocking === undefined ? 0 : blocking + seconds * 1000 - at;
      });
      const wait = Math.max(...waits);
      taken.set(key, wait > 0 ? recent : [...recent, at]);
      return wait > 0 ? Math.max(1, Math.ceil(wait / 1000)) : undefined;
    },
  };
}
