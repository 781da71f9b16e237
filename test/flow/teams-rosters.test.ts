import { afterAll, describe, expect, it } from "vitest";
import { cast } from "../../demo/cast.ts";
import { general, jonas, maya, onTeams, priya, releases } from "../support/on-teams.ts";
import { openStage, type Stage } from "../support/stage.ts";

const core = "19:core@thread.tacv2";
// Of our tenant, and in the shared channel without being in its team.
const sven = { id: "29:sven", name: "Sven Shared", aadObjectId: "a11ce000-0000-4000-8000-0000000001f7" };
const inTeam = [maya.id, priya.id];
const people = [...cast.teams.people.map(({ roles, ...person }) => person), sven];
const [first, second] = cast.teams.team.channels;
const channels = [
  first,
  { ...second, members: [...inTeam, sven.id, jonas.id] },
  { id: core, name: "core", type: "private" as const, members: inTeam },
];
const roster = { ...cast.teams.team, channels, members: inTeam };

const stages: Stage[] = [];
afterAll(async () => {
  for (const stage of stages) await stage.close();
});

async function openWith(consents?: readonly string[]) {
  const more = consents === undefined ? {} : { consents };
  const stage = await openStage({
    world: { teams: { people, teams: [{ ...roster, isInstalled: true }], ...more } },
  });
  stages.push(stage);
  const teams = onTeams(stage);
  /** What somebody who has the app by their team or channel alone is answered in their own chat. */
  const ask = async (conversation: string, user: string) =>
    await (await teams.say({ conversation, user, text: "@acr running" })).privately();
  const rosters = () => teams.world.calls("getConversationMember").map(({ conversation }) => conversation);
  return { teams, ask, rosters };
}

const unknown = /could not find out/;

describe("who somebody is, and their own chat, are found where only a team has the app:", () => {
  it("in a standard channel by the team's id, and the chat by the id of the activity", async () => {
    const { ask, rosters } = await openWith();
    expect(await ask(general, priya.id)).not.toMatch(unknown);
    expect(rosters()).toEqual([roster.id]);
  });

  it("in a private channel, and in a shared one for somebody who is not in its team", async () => {
    const { ask, rosters, teams } = await openWith();
    expect(await ask(core, priya.id)).not.toMatch(unknown);
    expect(await ask(releases, jonas.id)).not.toMatch(unknown);
    // What tells that it is shared makes its own members the first to be asked for.
    await teams.world.renameChannel(releases, "releases-2");
    expect(await ask(releases, sven.id)).not.toMatch(unknown);
    expect(rosters().at(-1)).toBe(releases);
  });

  it("without the permission that the manifest asks for, in a private channel by its team", async () => {
    const { ask } = await openWith([]);
    expect(await ask(core, priya.id)).not.toMatch(unknown);
    const { ask: other } = await openWith([]);
    expect(await other(releases, jonas.id)).toMatch(unknown);
  });
});
