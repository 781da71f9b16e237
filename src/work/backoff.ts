/**
 * How long to wait before try number `attempts` + 1, in ms: doubled each time from `firstMs` up to `longestMs`, never
 * less than what the other side asked for, with up to a fifth of jitter that `random` (0..1) gives.
 */
export function backoffMs(options: {
  readonly attempts: number;
  readonly firstMs: number;
  readonly longestMs: number;
  readonly retryAfterMs?: number | undefined;
  readonly random: number;
}): number {
  const doubled = Math.min(options.firstMs * 2 ** Math.min(options.attempts, 30), options.longestMs);
  const jittered = doubled * (1 + options.random / 5);
  return Math.ceil(Math.max(jittered, options.retryAfterMs ?? 0));
}
