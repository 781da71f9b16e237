import { afterAll, describe, expect, it } from "vitest";
import { cast } from "../../demo/cast.ts";
import { sendJson, startServer } from "../support/loopback-server.ts";
import { maya, onTeams, priya, releases, type TeamsCard, wordsOf, zoe } from "../support/on-teams.ts";
import { openStage } from "../support/stage.ts";

const group = "9d0a51b4-2f3c-4a57-9f7d-5c1b0f6a9002";
const greta = { id: "29:greta", name: "Greta Group", aadObjectId: "a11ce000-0000-4000-8000-0000000001d4" };
const gwen = { id: "29:gwen", name: "Gwen Guest", aadObjectId: "a11ce000-0000-4000-8000-0000000001e5" };
const hostile = {
  id: "29:hostile",
  name: "<at>Everyone</at> [x](https://evil.example) <!channel> *_`",
  aadObjectId: "a11ce000-0000-4000-8000-0000000000f6",
};
const withRole = [maya.aadObjectId, gwen.aadObjectId, zoe.aadObjectId, hostile.aadObjectId];
let members: readonly string[] = [greta.aadObjectId];

// Microsoft Graph, as far as the members of groups go; every other id is no group.
const graph = await startServer((request, response) => {
  if (request.url?.includes(group)) sendJson(response, 200, { value: members.map((id) => ({ id })) });
  else sendJson(response, 404, { error: {} });
});

const people = [...cast.teams.people.map(({ roles, ...person }) => person), greta, hostile];
const stage = await openStage({
  world: { teams: { people: [...people, { ...gwen, isGuest: true }] } },
  overrides: (world) => ({
    azure: { armEndpoint: world.registry.url, graphEndpoint: graph.url },
    teams: {
      ...{ appId: cast.teams.appId, tenantId: world.registry.tenantId, organization: "Contoso" },
      auth: "managed-identity",
      ...{ groups: true, openIdMetadataUrl: world.teams?.openIdMetadataUrl },
    },
    roles: {
      // Each of these holds the role by its id: being a foreigner or a guest must weigh more.
      deployer: { slack: ["U0MAYA0001"], teams: [...withRole, group] },
      "release-manager": { slack: ["U0MAYA0001"], teams: withRole },
    },
  }),
});
const teams = onTeams(stage);
afterAll(async () => {
  await stage.close();
  await graph.close();
});

async function pushed(repository: string, verb = "deploy"): Promise<TeamsCard> {
  await stage.push({ repository, tag: "1" });
  return await teams.card(`${repository}:1`, ({ buttons }) => buttons.includes(verb));
}

const onlyMembers = "Only members of Contoso can use this bot.";
const refused = { outcome: "message", text: expect.stringContaining(onlyMembers) };
const operationsOn = (repository: string) =>
  stage.bot.store.operationsOfRepository("contoso", repository, 20);

describe("nothing happens in either place when Teams' button is pressed by", () => {
  it("somebody without the role, who is told which one", async () => {
    const card = await pushed("shop/who");
    const pressed = await teams.press(card.id, "deploy", priya.id);
    // A dialog, since it has a button: somebody who has the role can be asked.
    expect(pressed).toMatchObject({ outcome: "dialog", status: 200 });
    expect(JSON.stringify(pressed)).toContain("to deploy on staging");
    expect((await stage.audit())[0]).toMatchObject({
      ...{ outcome: "refused", what: "deploy", rule: "targets.staging.allow.deploy" },
      who: { platform: "teams", userId: priya.aadObjectId },
    });
    expect(await operationsOn("shop/who")).toEqual([]);
  });

  it("somebody of another tenant in the shared channel, who is told so by button, dialog and command", async () => {
    const card = await pushed("shop/foreign");
    const places = await stage.bot.store.listInstallations("teams");
    expect(await teams.press(card.id, "deploy", zoe.id)).toMatchObject(refused);
    expect(await teams.press(card.id, "details", zoe.id)).toMatchObject(refused);
    expect((await stage.audit())[0]).toMatchObject({
      ...{ outcome: "refused", rule: "membership", what: "click" },
      who: { tenant: zoe.tenantId, userId: zoe.aadObjectId },
    });
    // A client of hers submits what she may see of somebody else's button.
    const opened = await teams.press(card.id, "deploy");
    const reference = /"reference":"([\w-]+)"/.exec(opened.body)?.[1] ?? "";
    const said = await teams.say({ conversation: releases, user: zoe.id, text: "@acr running" });
    expect(wordsOf(await said.here())).toContain(onlyMembers);
    const submitted = await teams.world.send({
      ...JSON.parse(said.request?.body ?? "{}"),
      ...{
        type: "invoke",
        name: "task/submit",
        id: "f:zoe",
        value: { data: { reference, reason: "let me" } },
      },
    });
    expect(submitted.body).toContain(onlyMembers);
    expect(await stage.bot.store.countWork("decide", { by: "everything" })).toMatchObject({ due: 0 });
    expect(await operationsOn("shop/foreign")).toEqual([]);
    expect(await stage.bot.store.listInstallations("teams")).toEqual(places);
    expect(teams.world.messages(teams.world.personalChat(zoe.id))).toEqual([]);
    expect(teams.cards().filter(({ summary }) => summary.startsWith("shop/foreign"))).toHaveLength(1);
  });

  it("the same, in activities that name our tenant as theirs: the channel's roster says whose they are", async () => {
    const heard = await teams.say({ conversation: releases, user: zoe.id, text: "@acr running" });
    const { tenantId } = teams.world;
    const message = JSON.parse(heard.request?.body ?? "{}");
    const claimed = {
      ...message,
      id: "claimed",
      channelData: { ...message.channelData, tenant: { id: tenantId } },
    };
    await heard.here();
    const before = teams.world.messages(releases).length;
    expect(await teams.world.send(claimed)).toMatchObject({ status: 200 });
    const told = () => teams.world.messages(releases).slice(before).map(wordsOf).join("\n");
    await stage.until(() => told().includes(onlyMembers), "the words in the channel");
    const known = await stage.bot.store.findPrincipal({
      platform: "teams",
      tenant: tenantId,
      userId: zoe.aadObjectId,
    });
    expect(known).toMatchObject({ membership: "outsider" });
  });

  it("a guest who holds the role by id", async () => {
    const card = await pushed("shop/guest");
    const pressed = await teams.press(card.id, "deploy", gwen.id);
    expect(pressed).toMatchObject(refused);
    const said = await teams.say({ conversation: releases, user: gwen.id, text: "@acr running" });
    expect(await said.privately()).toContain(onlyMembers);
    expect((await stage.audit()).find(({ who }) => who?.userId === gwen.aadObjectId)).toMatchObject({
      ...{ outcome: "refused", rule: "membership" },
    });
    expect(await operationsOn("shop/guest")).toEqual([]);
    expect(stage.tagOf("shop/guest", "staging")).toBeUndefined();
  });
});

describe("a group of Entra", () => {
  it("gives its members the role, and takes it back between the dialog and the effect", async () => {
    await stage.until(async () => (await stage.bot.store.listGroups()).length > 0, "the group");
    const card = await pushed("shop/grouped");
    await teams.act(card.id, "deploy", "by a group", greta.id);
    await teams.card("shop/grouped:1", ({ text }) => text.includes("Live on staging"));
    expect(await operationsOn("shop/grouped")).toMatchObject([
      { requestedBy: { userId: greta.aadObjectId } },
    ]);

    const other = await pushed("shop/ungrouped");
    const { dialogId = "" } = await teams.press(other.id, "deploy", greta.id);
    members = [];
    expect(await teams.submit(dialogId, "too late", greta.id)).toMatchObject({ outcome: "closed" });
    const [operation] = await stage.until(async () => {
      const all = await operationsOn("shop/ungrouped");
      return all[0]?.state === "failed" && all;
    }, "the refused operation");
    expect(operation?.outcome).toContain('You need the role "deployer"');
    expect(stage.tagOf("shop/ungrouped", "staging")).toBeUndefined();
    const shown = await stage.card("shop/ungrouped:1", ({ text }) => /failed/i.test(text));
    expect(shown.text).not.toContain("Live");
    await teams.card("shop/ungrouped:1", ({ text }) => text.includes('You need the role "deployer"'));
  });
});

describe("hostile words", () => {
  it("of a reason and of a name stay words in both places", async () => {
    stage.world.registry.setQuarantinePolicy(true);
    const card = await pushed("shop/hostile", "release");
    stage.world.registry.setQuarantinePolicy(false);
    const reason =
      "<!channel> <@U0TOMAS001> <at>Priya Nair</at> [x](https://evil.example) </script> \u202egnp.exe";
    await teams.act(card.id, "release", reason, hostile.id);
    const released = await teams.card("shop/hostile:1", ({ buttons }) => buttons.includes("deploy"));
    const inSlack = await stage.card("shop/hostile:1", ({ buttons }) => buttons.includes("acr:deploy"));
    const slack = JSON.stringify(
      stage.world.slack.messages("C0RELEASES").filter((one) => one.ts === inSlack.ts),
    );
    for (const never of ["<!channel>", "<@U0TOMAS001>", "\u202e", '"url":"https://evil.example']) {
      expect(slack).not.toContain(never);
    }
    const message = teams.world.messages(releases).find(({ id }) => id === released.id);
    const json = JSON.stringify(message);
    for (const never of ["<at>", "https://evil.example", "\u202e"]) expect(json).not.toContain(never);
    expect(json).not.toMatch(/(?<!\\)\]\(https:.{0,9}evil/);
    expect(released.text).toContain("channel");
    expect(teams.world.complaints().filter((what) => !/failed|401/.test(what))).toEqual([]);
  });
});
