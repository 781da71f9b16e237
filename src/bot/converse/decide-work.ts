import { describeError } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { Notice } from "../../nouns/card.ts";
import type { Platform } from "../../nouns/channel.ts";
import type { Request } from "../../nouns/request.ts";
import type { Verdict } from "../../nouns/verdict.ts";
import { oldestRequestMs } from "../../policy/question.ts";
import type { Store } from "../../store/store.ts";
import type { Clock } from "../../work/clock.ts";
import { type DueWork, usualTimes } from "../../work/kind-of-work.ts";
import type { Orders } from "./orders.ts";
import { isOnCard, verdictAnswer } from "./outcome-answer.ts";

// People of one platform who are looked up at the same time.
const perPlatform = 4;
const atOnce = 8;
// Somebody waits for an answer, and an hour later nobody does.
const away = "This was asked for too long ago: I was away.";
const retry = { firstMs: 3_000, longestMs: 60_000 };

interface DecideDeps {
  readonly store: Pick<Store, "findArtifact" | "saveButtons">;
  readonly orders: Pick<Orders, "decideRecorded" | "endRecorded">;
  /** Platforms of the configuration of now. */
  readonly platforms: () => readonly Platform[];
  /** Tells the person privately, where that is possible. */
  readonly tell: (request: Request, said: Notice) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Decides what was recorded and never decided: the process died in between, or the person had to be looked up. What
 * cannot be decided within an hour ends with the reason.
 */
export function decideWork(deps: DecideDeps): DueWork<"decide"> {
  const end = async (request: Request, why: string) => {
    await tellVerdict(request, await deps.orders.endRecorded(request, why), deps);
    return { kind: "written" } as const;
  };
  return {
    kind: "decide",
    about: ({ id, who }) => ({ step: "decide", requestId: id, userId: who.userId }),
    serves: () => ({ by: "name", names: deps.platforms() }),
    unservedAfterMs: oldestRequestMs,
    perLane: perPlatform,
    atOnce,
    ...usualTimes,
    deadlineMs: 20_000,
    retry: () => retry,
    isForGood: (_error, _attempts, { at }) => deps.clock.now() - at > oldestRequestMs,
    run: async (request, { lastError }) => {
      const { platform } = request.who;
      if (!deps.platforms().includes(platform))
        return await end(request, `This could not be decided: ${platform} is not in the configuration.`);
      if (deps.clock.now() - request.at > oldestRequestMs)
        return await end(
          request,
          lastError === undefined ? away : `This could not be decided: ${lastError}.`,
        );
      await tellVerdict(request, await deps.orders.decideRecorded(request), deps);
      return { kind: "written" };
    },
    end: (request, why) => end(request, `This could not be decided: ${describeError(why)}.`),
  };
}

/** Decided is decided: that nobody could be told changes nothing. */
async function tellVerdict(request: Request, verdict: Verdict, deps: DecideDeps): Promise<void> {
  if (verdict.outcome === "accepted" && isOnCard(request.order)) return;
  try {
    const { notice } = await verdictAnswer(verdict, request.order, request.channel, deps.store);
    await deps.tell(request, notice);
  } catch (error) {
    const fields = { step: "decide", requestId: request.id, error: describeError(error) };
    deps.log.warn(fields, "somebody could not be told what became of their request");
  }
}
