import { untilAborted } from "../work/within.ts";

// ACR answers reads in well under a second; the deadlines leave room for the two token calls before the first read.
export const readDeadlineMs = 15_000;
export const listDeadlineMs = 30_000;
// A write waits for the registry's storage; leases of operations must be longer than this.
export const writeDeadlineMs = 30_000;

/** A signal that ends at a deadline, or before it with the caller's own. */
export function signalWithin(deadlineMs: number, signal: AbortSignal | undefined): AbortSignal {
  const deadline = AbortSignal.timeout(deadlineMs);
  return signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
}

/**
 * Runs one call with a deadline and the caller's signal. It ends at the deadline even if `run` does not listen to its
 * signal, as @azure/identity does not; errors go through `translate`.
 */
export async function withDeadline<T>(
  options: {
    readonly deadlineMs: number;
    readonly signal: AbortSignal | undefined;
    readonly translate: (error: unknown) => Error;
  },
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const signal = signalWithin(options.deadlineMs, options.signal);
  try {
    signal.throwIfAborted();
    return await untilAborted(run(signal), signal);
  } catch (error) {
    // The reason tells a deadline (TimeoutError) from a stop; SDKs make an AbortError of both.
    throw options.translate(signal.aborted ? stopReason(signal) : error);
  }
}

function stopReason(signal: AbortSignal): unknown {
  if (signal.reason instanceof Error && signal.reason.name === "TimeoutError") return signal.reason;
  return new DOMException("stopped", "AbortError");
}
