/** Whether what callers send fits a secret of ours. */
export interface SecretWatch {
  /** A request that had a signature or token was refused, and why. */
  refused(why: string): void;
  /** One was right, so the secret is. */
  passed(): void;
  /** What speaks against the secret; undefined: nothing since one was right. */
  trouble(): string | undefined;
}

// A stranger can send a signature that is wrong, too: where nobody uses the chat, that is forgotten after a day.
const forgottenAfterMs = 24 * 60 * 60_000;

/** Remembers the requests that were refused since one was right; `advice` says what to check. */
export function createSecretWatch({
  advice,
  now,
}: {
  readonly advice: string;
  readonly now: () => number;
}): SecretWatch {
  let refused:
    | { readonly times: number; readonly since: number; readonly at: number; readonly why: string }
    | undefined;
  return {
    refused: (why) => {
      refused = { times: (refused?.times ?? 0) + 1, since: refused?.since ?? now(), at: now(), why };
    },
    passed: () => {
      refused = undefined;
    },
    trouble: () => {
      if (refused === undefined || now() - refused.at > forgottenAfterMs) return undefined;
      const { times, since, why } = refused;
      const counted = times === 1 ? "1 request was" : `${times} requests were`;
      return `${counted} refused since ${new Date(since).toISOString()}: ${why}. None has been right since: ${advice}`;
    },
  };
}
