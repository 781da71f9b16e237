import type { Config } from "../config/config.ts";
import { describeError } from "../errors.ts";
import type { Log } from "../log.ts";
import { groupIdsOf, userIdsOf } from "../policy/roles.ts";
import type { Store } from "../store/store.ts";
import type { Clock } from "../work/clock.ts";
import { createLoop, type Loop } from "../work/loop.ts";
import type { Directory } from "./people.ts";

// A third of what a group's members may be old, so that one failed reading costs nobody their role.
const peopleRefreshMs = 5 * 60_000;
const notConnectedMs = 1_000;

/** Reads the groups and people that roles name, in the background, so that no click ever waits for it. */
export function createPeopleLoop(deps: {
  readonly store: Store;
  readonly config: () => Config;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly log: Log;
}): Loop {
  return createLoop({
    name: `people of ${deps.directory.platform}`,
    clock: deps.clock,
    log: deps.log,
    step: async (signal) => {
      const { platform } = deps.directory;
      const home = deps.directory.home();
      if (home === undefined) return notConnectedMs;
      const roles = Object.values(deps.config().roles);
      for (const groupId of new Set(roles.flatMap((role) => groupIdsOf(role, platform)))) {
        if (signal.aborted) return 0;
        await readGroup(deps, home, groupId);
      }
      for (const userId of new Set(roles.flatMap((role) => userIdsOf(role, platform)))) {
        if (signal.aborted) return 0;
        await readPerson(deps, home, userId);
      }
      return peopleRefreshMs;
    },
  });
}

type Deps = Parameters<typeof createPeopleLoop>[0];

async function readGroup(deps: Deps, tenant: string, groupId: string): Promise<void> {
  const { platform } = deps.directory;
  try {
    const members = await deps.directory.readGroup(groupId);
    if (members === undefined) return;
    await deps.store.saveGroup({ platform, tenant, groupId, members, readAt: deps.clock.now() });
  } catch (error) {
    deps.log.warn(
      { platform, groupId, error: describeError(error) },
      "a group of a role could not be read: its members may be refused",
    );
  }
}

async function readPerson(deps: Deps, tenant: string, userId: string): Promise<void> {
  const { platform } = deps.directory;
  try {
    const known = await deps.store.findPrincipal({ platform, tenant, userId });
    const who = { platform, tenant, userId, name: known?.name ?? userId };
    const read = await deps.directory.readPrincipal(who, known?.seenIn);
    if (read !== undefined) await deps.store.savePrincipal(read);
  } catch (error) {
    deps.log.warn(
      { platform, userId, error: describeError(error) },
      "somebody whom a role names could not be read",
    );
  }
}
