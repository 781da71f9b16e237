import type { Config } from "../config/config.ts";
import { targetsOf } from "../config/targets-of.ts";
import type { Log } from "../log.ts";
import type { RegistryEvent } from "../nouns/registry-event.ts";
import type { Route } from "../nouns/route.ts";
import { environmentTagsOf } from "../nouns/target.ts";
import type { Store } from "../store/store.ts";
import type { Clock } from "../work/clock.ts";
import { createLoop, type Loop } from "../work/loop.ts";
import { type FoldSettings, fold } from "./fold.ts";

// Measured (ADR 0004): short slices keep the answer lane fast while a backlog is folded on the same thread.
const batch = 25;
// Recording wakes this loop; the pause only covers a wake that was lost with its process.
const idleMs = 5_000;

/** Folds recorded events into what is known, and decides which cards they make; found by their state. */
export function createFoldLoop(deps: {
  readonly store: Pick<Store, "foldBatch">;
  readonly config: () => Config;
  /** Every route that holds now. */
  readonly routes: () => Promise<readonly Route[]>;
  readonly clock: Clock;
  readonly log: Log;
}): Loop {
  return createLoop({
    name: "fold",
    clock: deps.clock,
    log: deps.log,
    step: async () => {
      const config = deps.config();
      const routes = await deps.routes();
      const taken = await deps.store.foldBatch(batch, (sighting, known) => {
        const { event } = sighting;
        deps.log.info(
          {
            step: "route",
            eventId: event.id,
            action: event.action,
            repository: event.repository,
            digest: event.digest,
          },
          "event folded",
        );
        return fold(sighting, known, settingsFor(event, config, routes), deps.clock.now());
      });
      return taken > 0 ? 0 : idleMs;
    },
  });
}

/** What folding needs to know for one event. */
function settingsFor(event: RegistryEvent, config: Config, routes: readonly Route[]): FoldSettings {
  const { registry, repository } = event;
  const targets = repository === undefined ? [] : targetsOf(config, { registry, repository });
  return {
    routes,
    settleMs: config.cards.settleMs,
    registryReadable: config.registries[event.registry]?.credentials.read !== undefined,
    environmentTags: new Map(
      targets.flatMap((target) => environmentTagsOf(target).map((tag) => [tag, target.name])),
    ),
  };
}
