import { ChatopsError } from "../errors.ts";
import { backoffMs } from "../work/backoff.ts";
import type { Clock } from "../work/clock.ts";
import type { Pace, PacedCall } from "./pace.ts";

/**
 * Makes a call for a person when the pace has room for it, and again for as long as nothing came of it (a 429, no connection), for
 * at most `patienceMs` in all. Throws `chat-later` after that, and every other error of `run` at once.
 */
export type PatientCall = <T>(call: PacedCall, patienceMs: number, run: () => Promise<T>) => Promise<T>;

// What somebody typed is worth an answer for about as long as they look at the chat.
export const answerPatienceMs = 120_000;
const retry = { firstMs: 1_000, longestMs: 30_000, random: 0 };

/** The turns of one platform; `signal` ends the waiting. */
export function createPatientCall(deps: {
  readonly pace: Pace;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}): PatientCall {
  const { pace, clock, signal } = deps;
  return async (call, patienceMs, run) => {
    const giveUpAt = clock.now() + patienceMs;
    let failure: ChatopsError | undefined;
    for (let attempts = 0; ; attempts += 1) {
      const waitMs = await pace.peek(call, "person");
      if (clock.now() + waitMs > giveUpAt) throw failure ?? later("The platform takes no more now.", waitMs);
      await clock.sleep(await pace.take(call, "person"), signal);
      if (signal.aborted) throw failure ?? later("The bot is stopping.", 0);
      try {
        return await run();
      } catch (error) {
        if (!(error instanceof ChatopsError) || error.code !== "chat-later") throw error;
        failure = error;
        await pace.pause(call, backoffMs({ ...retry, attempts, retryAfterMs: error.retryAfterMs }));
      }
    }
  };
}

function later(message: string, retryAfterMs: number): ChatopsError {
  return new ChatopsError("chat-later", message, { retryAfterMs, isUntried: true });
}
