import { describeError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Platform } from "../nouns/channel.ts";
import type { Clock } from "../work/clock.ts";
import type { Loop } from "../work/loop.ts";
import { within } from "../work/within.ts";

/** Answers that are sent after the platform itself was answered. */
export interface Background {
  /** Keeps it in sight to its end; its failure is logged and goes no further. */
  run(work: Promise<void>): void;
  /** Aborted when the bot waits no longer for what runs. */
  readonly signal: AbortSignal;
  /** Has nothing to do by itself; its stop waits for what runs, for a few seconds. */
  readonly loop: Loop;
}

const finishMs = 5_000;

/** Makes a place for such work, so that a bot that is told to leave finishes its sentence. */
export function createBackground(deps: {
  readonly platform: Platform;
  readonly clock: Clock;
  readonly log: Log;
}): Background {
  const { platform, clock, log } = deps;
  const running = new Set<Promise<void>>();
  const cutOff = new AbortController();
  return {
    run: (work) => {
      const watched = work
        .catch((error: unknown) => {
          log.warn({ step: "decide", platform, error: describeError(error) }, "an answer could not be sent");
        })
        .finally(() => running.delete(watched));
      running.add(watched);
    },
    signal: cutOff.signal,
    loop: {
      name: `answers on ${platform}`,
      start: () => undefined,
      wake: () => undefined,
      stop: async () => {
        await within(Promise.all(running), finishMs, clock);
        cutOff.abort();
      },
    },
  };
}
