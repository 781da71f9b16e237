/** What the public server takes, and for how long it waits; tests pass shorter times. */
export interface ServerLimits {
  readonly headersTimeoutMs: number;
  /** For the whole request, headers and body. */
  readonly requestTimeoutMs: number;
  /** How often Node looks for requests that are over time. */
  readonly checkIntervalMs: number;
  readonly keepAliveTimeoutMs: number;
  /** A connection on which nothing moves is closed after this. */
  readonly idleTimeoutMs: number;
  /** Once it closes, what is still open after this is cut off. */
  readonly drainLimitMs: number;
  readonly maxHeaderBytes: number;
  readonly maxConnections: number;
  /** For all bodies together whose sender has not been proven yet. */
  readonly unprovenBytes: number;
  /** For all others together, so that who has one secret cannot fill the memory either. */
  readonly provenBytes: number;
}

export const serverLimits: ServerLimits = {
  headersTimeoutMs: 5_000,
  // ACR gives up after 5 s and Event Grid after 30 s; 1.5 MiB pass in 10 s on any line that is worth serving.
  requestTimeoutMs: 10_000,
  checkIntervalMs: 1_000,
  // Longer than the 60 s of common proxies, so that they close idle connections and we never do it under a request.
  keepAliveTimeoutMs: 72_000,
  idleTimeoutMs: 30_000,
  // A process is given 10 s to end (`docker stop`); a commit takes 2 s at most.
  drainLimitMs: 3_000,
  // Event Grid sends up to 10 delivery properties of 4,096 bytes each as headers, besides its own.
  maxHeaderBytes: 49_152,
  maxConnections: 1_000,
  // Signed requests have some 10 KB and are there at once: room for over a thousand of them in one moment.
  unprovenBytes: 16 * 1024 * 1024,
  provenBytes: 64 * 1024 * 1024,
};

/** What is read before it is known who sent it: webhooks that are signed, and whatever Slack sends, are far smaller. */
export const maxUnprovenBodyBytes = 256 * 1024;

/** Longest part of a path, such as a registry's short name. */
export const maxParamLength = 100;
