import type { Config } from "../config/config.ts";
import type { Platform } from "../nouns/channel.ts";
import type { ListedWork } from "../nouns/due-work.ts";
import { groupIdsOf, userIdsOf } from "../policy/roles.ts";
import type { Store } from "../store/store.ts";
import type { Clock } from "../work/clock.ts";
import { type DueWork, usualTimes } from "../work/kind-of-work.ts";
import type { Directory } from "./people.ts";

// A third of what a group's members may be old, so that one failed reading costs nobody their role.
const refreshMs = 5 * 60_000;
const perPlatform = 2;
const atOnce = 4;
const retry = { firstMs: 5_000, longestMs: refreshMs };
// A platform that is not connected yet will be in a moment, and nobody tells.
const notConnectedMs = 1_000;

interface PeopleDeps {
  readonly store: Pick<Store, "saveGroup" | "findPrincipal" | "savePrincipal">;
  readonly config: () => Config;
  readonly directories: ReadonlyMap<Platform, Directory>;
  readonly clock: Clock;
}

/** Reads each group and person that a role names, in the background, so that no click ever waits for it. */
export function peopleWork(deps: PeopleDeps): DueWork<"people"> {
  const connected = () =>
    [...deps.directories.values()].filter((directory) => directory.home() !== undefined);
  return {
    kind: "people",
    serves: () => ({ by: "name", names: connected().map(({ platform }) => platform) }),
    idleMs: () => (connected().length < deps.directories.size ? notConnectedMs : undefined),
    perLane: perPlatform,
    atOnce,
    ...usualTimes,
    retry: () => retry,
    // A right that is missing is granted one day: members of a group that cannot be read are refused meanwhile.
    isForGood: () => false,
    list: async () => [...deps.directories.keys()].flatMap((platform) => namedIn(deps.config(), platform)),
    run: async (key) => {
      await read(key, deps);
      return { kind: "again", afterMs: refreshMs };
    },
    end: async () => ({ kind: "again", afterMs: usualTimes.longestPauseMs }),
  };
}

function namedIn({ roles }: Config, platform: Platform): readonly ListedWork[] {
  const named = Object.values(roles);
  const groups = named.flatMap((role) => groupIdsOf(role, platform)).map((id) => `${platform}/group/${id}`);
  const persons = named.flatMap((role) => userIdsOf(role, platform)).map((id) => `${platform}/person/${id}`);
  return [...new Set([...groups, ...persons])].map((key) => ({ key, lane: platform }));
}

async function read(key: string, deps: PeopleDeps): Promise<void> {
  const [platform, what, id] = key.split("/", 3) as [Platform, "group" | "person", string];
  const directory = deps.directories.get(platform);
  const tenant = directory?.home()?.id;
  if (directory === undefined || tenant === undefined) return;
  if (what === "group") {
    const members = await directory.readGroup(id);
    if (members !== undefined)
      await deps.store.saveGroup({ platform, tenant, groupId: id, members, readAt: deps.clock.now() });
    return;
  }
  const known = await deps.store.findPrincipal({ platform, tenant, userId: id });
  const who = { platform, tenant, userId: id, name: known?.name ?? id };
  const found = await directory.readPrincipal(who, known?.seenIn);
  if (found !== undefined) await deps.store.savePrincipal(found);
}
