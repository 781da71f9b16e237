import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import {
  maya as mayaOnTeams,
  meetTheBot,
  priya,
  releases as teamsReleases,
  wordsOf,
} from "../support/on-teams.ts";
import { maya, releases, textOf } from "../support/stage.ts";
import { askForProduction, ben, ola, openApprovalStage } from "./with-approvals.ts";

const platform = "C0PLATFORM";
// Announces nothing of what is pushed here, in two of three channels.
const stage = await openApprovalStage(({ directory }) => ({
  killSwitch: join(directory, "stop"),
  routes: [
    { name: "released", repositories: ["shop/**"], tags: ["v*"], to: [`slack:${releases}`] },
    { name: "deleted", repositories: ["shop/*"], actions: ["delete"], to: [`slack:${platform}`] },
    { name: "teams", repositories: ["shop/*"], tags: ["v*"], to: [`teams:${teamsReleases}`] },
    { name: "tools", repositories: ["tools/**"], to: ["slack:C0TOOLS001"] },
  ],
}));
afterAll(() => stage.close());
await meetTheBot(stage.teams, mayaOnTeams, priya);

// Cards show it besides; what is heard are messages of their own.
const isCard = (shown: unknown) => /details/.test(JSON.stringify(shown));
const inSlack = (channel: string, words: RegExp) =>
  stage.world.slack.messages(channel).filter((one) => words.test(textOf(one)) && !isCard(one.blocks));
const onTeams = (words: RegExp) =>
  stage.teams.world.messages(teamsReleases).filter((one) => words.test(wordsOf(one)) && !isCard(one.card));

/** Waits until it was said once in every channel of every route that fits, and gives it. */
async function heardEverywhere(words: RegExp) {
  await stage.until(
    () =>
      inSlack(releases, words).length > 0 && inSlack(platform, words).length > 0 && onTeams(words).length > 0,
    String(words),
  );
  const heard = [...inSlack(releases, words), ...inSlack(platform, words)];
  expect(heard).toHaveLength(2);
  expect(onTeams(words)).toHaveLength(1);
  return [...heard.map(textOf), ...onTeams(words).map((one) => JSON.stringify(one.card))];
}

/** Pushes what no route announces, and waits until the bot knows it. */
async function pushed(repository: string) {
  const { digest } = await stage.push({ repository, tag: "1" });
  await stage.until(
    async () =>
      (await stage.bot.store.findArtifact({ registry: "contoso", repository, digest }))?.verification
        .state === "verified",
  );
  return digest;
}

const direct = async (user: string, text: string) => {
  await stage.world.slack.directMessage({ user, text });
};

describe("what no route announces and is asked for privately is heard in every channel of every route that fits", () => {
  it("when the glass is broken, and when that ended", async () => {
    const digest = await pushed("shop/unannounced");
    await direct(ola, "deploy shop/unannounced:1 to production --break-glass because it burns");
    await stage.until(() => stage.tagOf("shop/unannounced", "production") === digest);
    await heardEverywhere(/broke the glass.*shop.unannounced/s);
    await heardEverywhere(/past the rules.*shop.unannounced/s);
  });

  it("when it needs approval, with one mention for each platform", async () => {
    await pushed("shop/to-approve");
    await stage.command("/acr deploy shop/to-approve:1 to staging");
    await stage.card("shop/to-approve:1", ({ text }) => text.includes("Live on staging"));
    await askForProduction(stage, "shop/to-approve");
    const calls = await heardEverywhere(/shop.to-approve.*0 of 2/s);
    expect(calls.filter((one) => one.includes(`<@${ola}>`))).toHaveLength(1);
    expect(calls.filter((one) => one.includes(priya.aadObjectId))).toHaveLength(1);
    for (const who of [ola, ben]) {
      const [call] = inSlack(platform, /0 of 2|1 of 2/);
      if (call === undefined) throw new Error("no call");
      await stage.press(call.ts, "acr:approve", who, { channel: platform });
    }
    await stage.until(() => stage.tagOf("shop/to-approve", "production") !== undefined);
  });

  it("when it fails", async () => {
    const digest = await pushed("shop/failing");
    await direct(maya, "deploy shop/failing:1 to staging");
    await stage.until(() => stage.tagOf("shop/failing", "staging") === digest);
    await stage.until(async () => (await stage.bot.store.listOperations(1))[0]?.state === "succeeded");
    stage.world.registry.lockTag({ repository: "shop/failing", tag: "staging" });
    await direct(maya, "redeploy staging shop/failing");
    await heardEverywhere(/failed.*shop.failing/s);
  });
});

it("a lock and its end are heard in every channel that the target's repositories have, once", async () => {
  const say = (text: string) => stage.world.slack.command({ channel: releases, user: ola, text });
  await say("/acr lock staging because inventory");
  await heardEverywhere(/staging.*locked.*inventory/s);
  await say("/acr unlock staging");
  await heardEverywhere(/staging is free again/);
  expect(inSlack("C0TOOLS001", /staging/)).toEqual([]);
});

it("the kill switch and its end are heard in every channel of every route, once", async () => {
  const file = join(stage.world.directory, "stop");
  await writeFile(file, "");
  await heardEverywhere(/kill switch is on/);
  await rm(file);
  await heardEverywhere(/kill switch is off/);
});

describe("an outcome that no channel shows to who asked goes to them by direct message", () => {
  it("which is said when it is asked for, where the bot cannot post in Slack", async () => {
    const digest = await pushed("shop/elsewhere");
    await stage.world.slack.removeBot(platform);
    const said = await stage.command("/acr deploy shop/elsewhere:1 to staging", maya, platform);
    expect(said).toContain("asked");
    expect(said).toMatch(/can't post in this channel.*direct message/s);
    await stage.until(() => stage.tagOf("shop/elsewhere", "staging") === digest);
    await stage.until(() => privately(maya).some((one) => /Deployed to staging.*shop.elsewhere/s.test(one)));
    await stage.world.slack.inviteBot(platform, maya);
  });

  it("which comes though the bot was taken out of the channel after its card was shown there", async () => {
    await stage.push({ repository: "shop/left", tag: "v1" });
    const card = await stage.card("shop/left:v1", ({ buttons }) => buttons.includes("acr:deploy"));
    const pressed = await stage.press(card.ts, "acr:deploy");
    if (pressed.kind !== "dialog") throw new Error(pressed.said);
    await stage.world.slack.removeBot(releases);
    await stage.submit(pressed.view);
    await stage.until(() => privately(maya).some((one) => /Deployed to staging.*shop.left/s.test(one)));
    await stage.world.slack.inviteBot(releases, maya);
  });

  it("where it was asked in a direct message, on both platforms", async () => {
    await pushed("shop/whispered");
    await direct(maya, "deploy shop/whispered:1 to staging");
    await stage.until(() => privately(maya).some((one) => /direct message/.test(one)));
    await stage.until(() => privately(maya).some((one) => /Deployed to staging.*shop.whispered/s.test(one)));
    const own = stage.teams.world.personalChat(mayaOnTeams.id);
    const heard = await stage.teams.say({
      conversation: own,
      user: mayaOnTeams.id,
      text: "redeploy staging shop/whispered",
    });
    expect(await heard.privately()).toContain("direct message");
    await stage.until(() =>
      stage.teams.world.messages(own).some((one) => /Redeployed.*shop.whispered/s.test(wordsOf(one))),
    );
  });
});

/** What the bot wrote to somebody alone in Slack. */
function privately(user: string): readonly string[] {
  const { slack } = stage.world;
  const ids = Object.keys(slack.snapshot().channels).filter((id) => slack.directUser(id) === user);
  return ids.flatMap((id) => slack.messages(id).map(textOf));
}
