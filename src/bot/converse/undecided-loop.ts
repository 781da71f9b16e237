import { describeError } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { Notice } from "../../nouns/card.ts";
import type { Request } from "../../nouns/request.ts";
import type { Store } from "../../store/store.ts";
import type { Clock } from "../../work/clock.ts";
import { createLoop, type Loop } from "../../work/loop.ts";
import type { Orders } from "./orders.ts";
import { isOnCard, verdictAnswer } from "./outcome-answer.ts";

const batch = 20;
const idleMs = 30_000;
// A request that was recorded by a process that still lives is decided by that one; this loop takes what was left.
const leftOverMs = 3_000;

/** Decides what was recorded and never decided: the process died in between, or the person had to be looked up. */
export function createUndecidedLoop(deps: {
  readonly store: Pick<Store, "findUndecided" | "findArtifact" | "saveButtons">;
  readonly orders: Pick<Orders, "decideRecorded">;
  /** Tells the person privately, where that is possible. */
  readonly tell: (request: Request, said: Notice) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}): Loop {
  return createLoop({
    name: "undecided",
    clock: deps.clock,
    log: deps.log,
    step: async (signal) => {
      const left = await deps.store.findUndecided(batch);
      const due = left.filter((request) => deps.clock.now() - request.at >= leftOverMs);
      for (const request of due) {
        if (signal.aborted) return 0;
        await decideOne(request, deps);
      }
      return left.length > 0 ? leftOverMs : idleMs;
    },
  });
}

/** One that cannot be decided now (its person cannot be looked up) does not hold the others up. */
async function decideOne(request: Request, deps: Parameters<typeof createUndecidedLoop>[0]): Promise<void> {
  try {
    const verdict = await deps.orders.decideRecorded(request);
    if (verdict.outcome === "accepted" && isOnCard(request.order)) return;
    await deps.tell(
      request,
      (await verdictAnswer(verdict, request.order, request.channel, deps.store)).notice,
    );
  } catch (error) {
    deps.log.warn(
      { step: "decide", requestId: request.id, error: describeError(error) },
      "a recorded request could not be decided yet",
    );
  }
}
