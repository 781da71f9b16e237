import { describeError } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { ChannelId } from "../../nouns/channel.ts";
import type { Store } from "../../store/store.ts";
import type { Clock } from "../../work/clock.ts";
import { createLoop, type Loop } from "../../work/loop.ts";

// Channels that are written to at the same time; more wait for a free lane.
const mostLanes = 16;
const idleMs = 30_000;
// A channel that is due but cannot be served now (its platform is not connected yet) is looked at again then.
const blockedMs = 1_000;

/**
 * Runs one lane per channel that has something due, so that a slow or broken channel never delays another. A lane
 * ends when nothing of its channel is due.
 */
export function createDeliveryLoop(deps: {
  readonly store: Pick<Store, "findDueChannels" | "nextMessageDueAt">;
  readonly deliver: (channel: ChannelId, signal: AbortSignal) => Promise<boolean>;
  readonly clock: Clock;
  readonly log: Log;
}): Loop {
  const lanes = new Map<ChannelId, Promise<void>>();

  const runLane = async (channel: ChannelId, signal: AbortSignal): Promise<void> => {
    let any = false;
    try {
      while (!signal.aborted && (await deps.deliver(channel, signal))) any = true;
    } catch (error) {
      // The store failed: the message is leased and comes back by itself.
      deps.log.error({ step: "deliver", channel, error: describeError(error) }, "a delivery lane failed");
      await deps.clock.sleep(blockedMs, signal);
    } finally {
      lanes.delete(channel);
      if (any) loop.wake();
    }
  };

  const loop = createLoop({
    name: "deliver",
    clock: deps.clock,
    log: deps.log,
    step: async (signal) => {
      const now = deps.clock.now();
      const due = await deps.store.findDueChannels(now);
      for (const channel of due) {
        if (lanes.size >= mostLanes) break;
        if (!lanes.has(channel)) lanes.set(channel, runLane(channel, signal));
      }
      const next = await deps.store.nextMessageDueAt();
      if (next === undefined) return idleMs;
      return Math.min(idleMs, Math.max(next - now, due.length > 0 ? blockedMs : 1));
    },
  });

  return {
    ...loop,
    stop: async () => {
      await loop.stop();
      await Promise.all(lanes.values());
    },
  };
}
