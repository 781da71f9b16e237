import type { Config } from "../config/config.ts";
import type { Platform } from "../nouns/channel.ts";
import type { KnownPrincipal, Principal } from "../nouns/principal.ts";
import { type Known, rolesOf } from "../policy/roles.ts";
import type { Store } from "../store/store.ts";
import type { Clock } from "../work/clock.ts";

/** Asks a platform about its people; the network part, used by work loops only. */
export interface Directory {
  readonly platform: Platform;
  home(): string | undefined;
  readPrincipal(who: Principal): Promise<KnownPrincipal>;
  /** User ids of a group's members. */
  readGroup(groupId: string): Promise<readonly string[]>;
}

export interface People {
  /** What is known now, without any network. */
  recall(who: Principal): Promise<Known>;
  /** Asks the platform about somebody who is not known yet, or again (their groups too) if `fresh`; then recalls. */
  learn(who: Principal, fresh: boolean): Promise<Known>;
}

// Somebody who became a guest keeps a member's rights no longer than this.
const principalMaxAgeMs = 60 * 60_000;

/** Answers who somebody is and which roles they have, out of the store; `learn` may ask the platform. */
export function createPeople(deps: {
  readonly store: Store;
  readonly config: () => Config;
  readonly directories: ReadonlyMap<Platform, Directory>;
  readonly clock: Clock;
}): People {
  const recall = async (who: Principal): Promise<Known> => {
    const home = deps.directories.get(who.platform)?.home();
    const known = await deps.store.findPrincipal(who);
    const usable = known !== undefined && deps.clock.now() - known.readAt <= principalMaxAgeMs;
    const principal: KnownPrincipal = usable
      ? known
      : { ...who, membership: "unknown", readAt: deps.clock.now() };
    const groups = (await deps.store.listGroups()).filter((group) => group.tenant === who.tenant);
    const roles = who.tenant === home ? rolesOf(who, deps.config().roles, groups, deps.clock.now()) : [];
    return { who: principal, roles, home };
  };
  return {
    recall,
    learn: async (who, fresh) => {
      const known = await recall(who);
      const directory = deps.directories.get(who.platform);
      const foreign = known.home !== undefined && known.home !== who.tenant;
      if (directory === undefined || foreign || (known.who.membership !== "unknown" && !fresh)) return known;
      await deps.store.savePrincipal(await directory.readPrincipal(who));
      // A role rests on the groups that name the person: who has left one loses it before the next effect.
      const resting = (await deps.store.listGroups()).filter(
        (group) =>
          group.platform === who.platform &&
          group.tenant === who.tenant &&
          group.members.includes(who.userId),
      );
      for (const group of fresh ? resting : []) {
        const members = await directory.readGroup(group.groupId);
        await deps.store.saveGroup({ ...group, members, readAt: deps.clock.now() });
      }
      return await recall(who);
    },
  };
}
