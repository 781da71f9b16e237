// docs.slack.dev/apis/web-api/rate-limits: tiers are "n+ per minute" for each method and workspace.
const tier2 = { perMinute: 20, burst: 20 };
const tier3 = { perMinute: 50, burst: 50 };
const tier4 = { perMinute: 100, burst: 100 };
// "Generally one message per second per channel", with short bursts let through; three is our reading of it.
const posting = { perMinute: 60, burst: 3 };
// auth.test and getPermalink: "hundreds of requests per minute".
const generous = { perMinute: 600, burst: 600 };

const rateOf: Readonly<Record<string, { readonly perMinute: number; readonly burst: number }>> = {
  "auth.test": generous,
  "chat.postMessage": posting,
  "chat.postEphemeral": tier4,
  "chat.update": tier3,
  "chat.delete": tier3,
  "chat.getPermalink": generous,
  "views.open": tier4,
  "views.update": tier4,
  "views.push": tier4,
  "users.info": tier4,
  "users.list": tier2,
  "usergroups.list": tier2,
  "usergroups.users.list": tier2,
  "conversations.info": tier3,
  "conversations.list": tier2,
  "conversations.members": tier4,
  "conversations.open": tier3,
  "conversations.history": tier3,
  "conversations.replies": tier3,
};

/** Counts calls per method; `chat.postMessage` per channel besides. */
export type Rates = {
  /** Undefined: taken. A number: refused, and how many whole seconds to wait (at least 1). */
  readonly take: (method: string, channel: string | undefined) => number | undefined;
};

/** Token buckets over the clock that is given, in milliseconds. */
export function createRates(now: () => number): Rates {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    take(method, channel) {
      const rate = rateOf[method];
      if (rate === undefined) return undefined;
      const key = method === "chat.postMessage" ? `${method} ${channel ?? ""}` : method;
      const bucket = buckets.get(key) ?? { tokens: rate.burst, at: now() };
      const perMs = rate.perMinute / 60_000;
      const at = now();
      const tokens = Math.min(rate.burst, bucket.tokens + Math.max(0, at - bucket.at) * perMs);
      // Who waits exactly as long as told must get in, whatever the rounding of fractions.
      if (tokens < 1 - 1e-9) {
        buckets.set(key, { tokens, at });
        return Math.max(1, Math.ceil((1 - tokens) / perMs / 1000));
      }
      buckets.set(key, { tokens: tokens - 1, at });
      return undefined;
    },
  };
}
