import { afterEach, expect, it } from "vitest";
import { cast } from "../../demo/cast.ts";
import { maya as mayaOnTeams, releases as releasesOnTeams } from "../support/on-teams.ts";
import { maya, openStage, releases, type Stage } from "../support/stage.ts";

let stage: Stage | undefined;
afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

/** Why `/readyz` says that a platform cannot be used; undefined if it can. Events are taken all the same. */
async function whyNot({ bot }: Stage, platform: "slack" | "teams"): Promise<string | undefined> {
  const response = await fetch(`${bot.internalAddress}/readyz`);
  expect(response.status).toBe(200);
  const { checks } = (await response.json()) as { checks: Record<string, { reason?: string }> };
  return checks[platform]?.reason;
}

const refusals = ({ log }: Stage) => log.filter((line) => line.includes('"request refused"'));

it("a wrong signing secret of Slack is in the log, limited, and on /readyz until a request is right", async () => {
  stage = await openStage();
  const { world, bot } = stage;
  const help = { channel: releases, user: maya, text: "/acr help" };
  await stage.until(async () => stage && (await whyNot(stage, "slack")) === undefined);
  world.slack.connectBot({ url: bot.publicAddress, signingSecret: "of-another-app" });
  for (let times = 0; times < 30; times += 1)
    expect(await world.slack.command(help)).toMatchObject({ status: 401 });
  expect(refusals(stage)).toHaveLength(20);
  expect(JSON.parse(refusals(stage)[0] ?? "")).toMatchObject({
    ...{ level: "warn", status: 401, way: "slack", reason: "it is not signed with slack.signingSecret" },
  });
  expect(await whyNot(stage, "slack")).toMatch(
    /^30 requests were refused since .*: it is not signed with slack\.signingSecret\. None has been right since/,
  );
  world.slack.connectBot({ url: bot.publicAddress, signingSecret: world.secrets.slackSigning });
  expect(await world.slack.command(help)).toMatchObject({ status: 200 });
  expect(await whyNot(stage, "slack")).toBeUndefined();
});

it("what any stranger can send says nothing of the signing secret", async () => {
  stage = await openStage();
  const { bot } = stage;
  await stage.until(async () => stage && (await whyNot(stage, "slack")) === undefined);
  const address = `${bot.publicAddress}/slack/events`;
  expect((await fetch(address, { method: "POST", body: "{}" })).status).toBe(401);
  expect(refusals(stage)).toHaveLength(1);
  expect(await whyNot(stage, "slack")).toBeUndefined();
});

it("a revoked token of Slack is on /readyz within a minute", async () => {
  stage = await openStage();
  const { world, clock } = stage;
  await stage.until(async () => stage && (await whyNot(stage, "slack")) === undefined);
  await world.slack.revokeToken();
  const before = clock.now();
  await stage.until(async () => stage && (await whyNot(stage, "slack"))?.includes("token_revoked"));
  expect(clock.now() - before).toBeLessThanOrEqual(60_000);
});

it("an installation in a whole organization is said to be not supported", async () => {
  const enterprise = { id: "E0GRID0001", name: "Contoso Group" };
  stage = await openStage({ world: { slack: { enterprise, isOrgInstall: true } } });
  await stage.until(async () => stage && (await whyNot(stage, "slack"))?.startsWith("The token is of an"));
  expect(await whyNot(stage, "slack")).toContain("not supported. Install the app in one workspace");
  expect(stage.log.some((line) => line.includes("whole organization"))).toBe(true);
});

it("a wrong secret or app of Teams is on /readyz at the start, and its requests are in the log", async () => {
  stage = await openStage({
    install: false,
    world: { teams: { teams: [{ ...cast.teams.team, isInstalled: true }] } },
    overrides: (world) => ({
      teams: {
        ...{ appId: "b07c0de0-1111-4222-8333-acc0ffee9999", tenantId: world.registry.tenantId },
        ...{ auth: "managed-identity", groups: false, openIdMetadataUrl: world.teams?.openIdMetadataUrl },
      },
    }),
  });
  await stage.until(
    async () => stage && (await whyNot(stage, "teams"))?.startsWith("Entra gave the bot no token"),
  );
  const heard = await stage.world.teams?.message({
    ...{ conversation: releasesOnTeams, user: mayaOnTeams.id, text: "@acr help" },
  });
  expect(heard?.delivery).toMatchObject({ status: 401 });
  expect(JSON.parse(refusals(stage).at(-1) ?? "")).toMatchObject({
    way: "teams",
    reason: "the token is for another app",
  });
});

it("requests of Teams for another app are on /readyz, until one is right", async () => {
  stage = await openStage({ world: { teams: {} } });
  const { world, bot } = stage;
  const said = { conversation: releasesOnTeams, user: mayaOnTeams.id, text: "@acr help" };
  await stage.until(async () => stage && (await whyNot(stage, "teams")) === undefined);
  world.teams?.connectBot({ url: bot.publicAddress, appId: "b07c0de0-1111-4222-8333-acc0ffee9999" });
  await world.teams?.message(said);
  expect(await whyNot(stage, "teams")).toMatch(
    /^1 request was refused since .*: the token is for another app\./,
  );
  world.teams?.connectBot({ url: bot.publicAddress, appId: cast.teams.appId });
  await world.teams?.message(said);
  expect(await whyNot(stage, "teams")).toBeUndefined();
});
