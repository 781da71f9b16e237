import type { Config } from "../../config/config.ts";
import type { Log } from "../../log.ts";
import { haltSubject, type Slot } from "../../nouns/message.ts";
import type { Store } from "../../store/store.ts";
import type { Clock } from "../../work/clock.ts";
import type { KillSwitch } from "../../work/kill-switch.ts";
import { createLoop, type Loop } from "../../work/loop.ts";

const lookAgainMs = 5_000;

/**
 * Tells every channel of every route that the kill switch is on, and when it is off again. What was told stands in the
 * store, so that a restart, or another replica, tells nothing twice.
 */
export function createHaltLoop(deps: {
  readonly isHalted: KillSwitch;
  readonly config: () => Config;
  readonly store: Pick<Store, "messagesOf" | "wantMessages">;
  readonly clock: Clock;
  readonly log: Log;
}): Loop {
  const { isHalted, config, store, clock, log } = deps;
  let known: boolean | undefined;
  const step = async (): Promise<number> => {
    const isOn = await isHalted();
    if (isOn === known) return lookAgainMs;
    const told = await store.messagesOf(haltSubject);
    const last = told.at(-1)?.incarnation ?? 0;
    const wasOn = last > 0 && told.every(({ incarnation, slot }) => incarnation < last || slot === "halt:on");
    if (isOn !== wasOn) {
      log.warn({ step: "decide", isOn }, "the kill switch was turned");
      const slot: Slot = isOn ? "halt:on" : "halt:off";
      const about = { subject: haltSubject, incarnation: isOn ? last + 1 : last, slot, dueAt: clock.now() };
      const channels = new Set(config().routes.flatMap(({ to }) => to));
      await store.wantMessages([...channels].map((channel) => ({ channel, ...about })));
    }
    known = isOn;
    return lookAgainMs;
  };
  return createLoop({ name: "kill switch", clock, log, step });
}
