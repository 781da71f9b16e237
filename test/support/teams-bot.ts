import { cast } from "../../demo/cast.ts";
import type { Overrides } from "../../demo/configuration.ts";
import { untilReady } from "../../demo/install-on-teams.ts";
import type { TeamsPerson, TeamsWorldOptions } from "../../demo/teams/options.ts";
import type { TeamsWorld } from "../../demo/teams/world.ts";
import type { World } from "../../demo/world.ts";
import type { Store } from "../../src/store/store.ts";
import { startBot } from "./bot.ts";
import { createFastClock } from "./fast-clock.ts";

export const tenantId = "72f988bf-0000-4000-8000-2d7cd011db47";
export const foreignTenant = "0f0f0f0f-0000-4000-8000-00000000beef";
type People = readonly [TeamsPerson, TeamsPerson, TeamsPerson, TeamsPerson, TeamsPerson];
export const [maya, priya, zoe, , jonas]: People = cast.teams.people;
export const releases = "19:releases@thread.tacv2";
export const oncall = cast.teams.group.id;

/** The real bot on Teams alone, in this process, in a simulated world. */
export interface TeamsBot {
  readonly teams: TeamsWorld;
  readonly world: World;
  readonly store: Store;
  readonly log: readonly string[];
  close(): Promise<void>;
}

/** Starts the world and the bot; its app is in the team and in the group chat unless `install` is false. */
export async function startTeamsBot(
  options: {
    readonly teams?: Partial<TeamsWorldOptions>;
    readonly overrides?: Overrides;
    /** Settings of `teams` in the configuration. */
    readonly settings?: Readonly<Record<string, unknown>>;
    readonly install?: boolean;
  } = {},
): Promise<TeamsBot> {
  const { team, group } = cast.teams;
  const { bot, world, log, close } = await startBot({
    world: { teams: { people: [maya, priya, zoe, jonas], teams: [team], groups: [group], ...options.teams } },
    overrides: ({ teams }) => ({
      slack: undefined,
      teams: {
        ...{ appId: teams?.bot.appId, tenantId: teams?.tenantId, auth: "managed-identity", groups: false },
        openIdMetadataUrl: teams?.openIdMetadataUrl,
        ...options.settings,
      },
      people: undefined,
      roles: {
        deployer: { teams: [maya.aadObjectId] },
        "release-manager": { teams: [maya.aadObjectId] },
      },
      routes: [{ name: "releases", repositories: ["shop/**"], to: [`teams:${releases}`] }],
      ...options.overrides,
    }),
    // Teams takes one post or edit in two seconds for each conversation.
    clock: createFastClock(10),
    install: false,
  });
  const { teams } = world;
  if (teams === undefined) throw new Error("the world has no Teams");
  if (options.install !== false) {
    await untilReady(bot.internalAddress);
    await teams.install({ scope: "team" });
    await teams.install({ scope: "group", conversation: oncall });
  }
  return { teams, world, store: bot.store, log, close };
}
