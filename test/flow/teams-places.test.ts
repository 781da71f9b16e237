import { afterAll, describe, expect, it } from "vitest";
import { cast } from "../../demo/cast.ts";
import type { Message } from "../../src/nouns/message.ts";
import { onTeams, releases } from "../support/on-teams.ts";
import { openStage } from "../support/stage.ts";

// Longer than a card waits between two tries at a place where it cannot be posted.
const untilNextTryMs = 11 * 60_000;
const { team } = cast.teams;

const stage = await openStage({ install: false, world: { teams: {} } });
afterAll(() => stage.close());
const teams = onTeams(stage);

const deployable = (verb: string) => (card: { readonly buttons: readonly string[] }) =>
  card.buttons.includes(verb);

/** Pushes and gives the card in Slack, which never waits for Teams. */
async function pushed(repository: string) {
  const { digest } = await stage.push({ repository, tag: "1" });
  await stage.card(`${repository}:1`, deployable("acr:deploy"));
  return `contoso/${repository}@${digest}`;
}

/** The card of Teams as the bot has it, as soon as it was tried and waits. */
function waiting(subject: string): Promise<Message> {
  return stage.until(async () => {
    const messages = await stage.bot.store.messagesOf(subject);
    return messages.find((one) => one.channel === `teams:${releases}` && one.lastError !== undefined);
  }, `${subject} waiting`);
}

/** Every card of an image in the channel, once there is one. */
async function shown(repository: string) {
  stage.clock.advance(untilNextTryMs);
  await teams.card(`${repository}:1`, deployable("deploy"));
  return teams.cards().filter(({ summary }) => summary.startsWith(`${repository}:1`));
}

const installation = (id: string) => stage.bot.store.findInstallation("teams", id);

describe("a route to a channel of Teams", () => {
  it("waits while the app is not in its team, says what to do, and shows the card once it is", async () => {
    const subject = await pushed("shop/early");
    expect(await waiting(subject)).toMatchObject({
      state: "waiting",
      lastError: expect.stringContaining("add its app to the team"),
    });
    expect(teams.world.messages(releases)).toEqual([]);
    await teams.world.install({ scope: "team" });
    expect(await shown("shop/early")).toHaveLength(1);
    expect(await installation(releases)).toMatchObject({ state: "installed", teamId: team.id });
  });

  it("waits after an uninstall, and catches up with the state of then", async () => {
    await teams.world.uninstall({ scope: "team" });
    expect(await installation(releases)).toMatchObject({ state: "removed" });
    const subject = await pushed("shop/away");
    expect((await waiting(subject)).lastError).toContain("was removed from");
    const { ts } = await stage.card("shop/away:1", deployable("acr:deploy"));
    await stage.act(ts, "acr:deploy");
    await stage.card("shop/away:1", ({ text }) => text.includes("Live on staging"));
    await teams.world.install({ scope: "team" });
    stage.clock.advance(untilNextTryMs);
    const card = await teams.card("shop/away:1", deployable("redeploy"));
    expect(card).toMatchObject({ edits: 0, summary: expect.stringContaining("Live on staging") });
  });

  it("waits while its team is archived, which is another thing than gone", async () => {
    await teams.world.archiveTeam();
    expect(await installation(releases)).toMatchObject({ state: "archived" });
    const subject = await pushed("shop/archived");
    expect((await waiting(subject)).lastError).toContain("is archived");
    await teams.world.unarchiveTeam();
    expect(await shown("shop/archived")).toHaveLength(1);
  });

  it("waits while the channel is deleted, and goes on when it is restored", async () => {
    await teams.world.deleteChannel(releases);
    expect(await installation(releases)).toMatchObject({ state: "removed" });
    expect(await installation(team.id)).toMatchObject({ state: "installed" });
    const subject = await pushed("shop/deleted");
    expect((await waiting(subject)).lastError).toContain("was deleted");
    await teams.world.restoreChannel(releases);
    expect(await shown("shop/deleted")).toHaveLength(1);
  });

  it("is served at the address that Teams' last activity named", async () => {
    teams.world.moveService("emea");
    await teams.world.renameChannel(releases, "released");
    for (const id of [team.id, releases])
      expect(await installation(id)).toMatchObject({ serviceUrl: teams.world.serviceUrl() });
    expect(teams.world.serviceUrl()).toMatch(/\/emea\/$/);
    expect(await installation(releases)).toMatchObject({ name: "released" });
    await pushed("shop/served");
    expect(await shown("shop/served")).toHaveLength(1);
  });
});
