import type { Config } from "../config/config.ts";
import { ChatopsError, describeError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Platform } from "../nouns/channel.ts";
import type { KnownPrincipal, Principal } from "../nouns/principal.ts";
import { type Known, rolesOf } from "../policy/roles.ts";
import { present } from "../present.ts";
import type { Store } from "../store/store.ts";
import type { Clock } from "../work/clock.ts";
import { within } from "../work/within.ts";

/** Our own workspace or tenant. */
export interface Home {
  readonly id: string;
  /** What people call it; undefined: the platform does not say. */
  readonly name?: string | undefined;
}

/** Asks a platform about its people; the network part. */
export interface Directory {
  readonly platform: Platform;
  home(): Home | undefined;
  /**
   * Somebody as the platform knows them now. `seenIn` is where they were last seen: a platform that knows people by
   * their conversations gives undefined without it.
   */
  readPrincipal(who: Principal, seenIn?: string): Promise<KnownPrincipal | undefined>;
  /** User ids of a group's members; undefined: that id is no group. */
  readGroup(groupId: string): Promise<readonly string[] | undefined>;
}

// Somebody who became a guest keeps a member's rights no longer than this.
const memberMaxAgeMs = 60 * 60_000;
// And who was refused is asked about again before long: they may have become a member.
const strangerMaxAgeMs = 60_000;
// Slack gives a click 3 s, of which opening the dialog takes a part.
const meetingBudgetMs = 1_000;

interface PeopleDeps {
  readonly store: Store;
  readonly config: () => Config;
  readonly directories: ReadonlyMap<Platform, Directory>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Answers who somebody is and which roles they have, out of the store; `learn` and `meet` may ask the platform. */
export function createPeople(deps: PeopleDeps) {
  /** What is known now, without any network. */
  const recall = async (who: Principal): Promise<Known> => {
    const now = deps.clock.now();
    const home = deps.directories.get(who.platform)?.home();
    const known = await deps.store.findPrincipal(who);
    const maxAgeMs = known?.membership === "member" ? memberMaxAgeMs : strangerMaxAgeMs;
    const usable = known !== undefined && now - known.readAt <= maxAgeMs;
    const unknown = present({ ...who, membership: "unknown" as const, seenIn: known?.seenIn, readAt: now });
    const groups = (await deps.store.listGroups()).filter((group) => group.tenant === who.tenant);
    const roles = who.tenant === home?.id ? rolesOf(who, deps.config().roles, groups, now) : [];
    return { who: usable ? known : unknown, roles, home: home?.id, homeName: home?.name };
  };

  /**
   * Asks the platform about somebody who is not known yet, or again (their groups too) if `fresh`; then recalls.
   * `seenIn` is where they are seen now, where the platform has to be asked by place.
   */
  const learn = async (who: Principal, fresh: boolean, seenIn?: string): Promise<Known> => {
    const { platform } = who;
    const known = await recall(who);
    const directory = deps.directories.get(platform);
    // Refusing somebody because we are not connected would end for good what was acknowledged: it is asked again.
    if (directory !== undefined && known.home === undefined)
      throw new ChatopsError("chat-later", `Not connected to ${platform} yet: nobody can be looked up.`);
    const foreign = known.home !== undefined && known.home !== who.tenant;
    if (directory === undefined || foreign || (known.who.membership !== "unknown" && !fresh)) return known;
    const read = await directory.readPrincipal(who, seenIn ?? known.who.seenIn);
    if (read !== undefined) await deps.store.savePrincipal(read);
    if (fresh) await readGroupsOf(who, directory, deps);
    return await recall(who);
  };

  /**
   * Who presses a button. Somebody who is not known yet is looked up, and known if the platform says it within a second;
   * else they are known by the time that their dialog comes back.
   */
  const meet = async (who: Principal, seenIn: string): Promise<Known> => {
    const known = await recall(who);
    if (known.who.membership !== "unknown" || known.home !== who.tenant) return known;
    const learning = learn(who, false, seenIn).catch((error: unknown) => {
      deps.log.warn({ userId: who.userId, error: describeError(error) }, "somebody could not be looked up");
      return known;
    });
    return (await within(learning, meetingBudgetMs, deps.clock)) ?? known;
  };

  return { recall, learn, meet };
}
export type People = ReturnType<typeof createPeople>;

/** A role rests on the groups that name the person: who has left one loses it before the next effect. */
async function readGroupsOf(
  who: Principal,
  directory: Directory,
  { store, clock }: PeopleDeps,
): Promise<void> {
  const resting = (await store.listGroups()).filter(
    ({ platform, tenant, members }) =>
      platform === who.platform && tenant === who.tenant && members.includes(who.userId),
  );
  for (const group of resting) {
    const members = await directory.readGroup(group.groupId);
    await store.saveGroup({ ...group, members: members ?? [], readAt: clock.now() });
  }
}
