import { afterAll, describe, expect, it } from "vitest";
import { cast } from "../../demo/cast.ts";
import { gwen, openStage, textOf, tomas } from "../support/stage.ts";

const outsider = "U0OUTSIDE1";
const claimant = "U0CLAIMS01";
const persistent = "U0STUBBORN";
const promoted = { id: "U0PROMOTED", name: "petra", is_restricted: true };
const robot = "U0ROBOT001";
const former = "U0FORMER01";
const grouped = "U0GROUPED1";
const onlyMembers = "Only members of Contoso can use this bot.";

const people = cast.people.map(({ roles, ...user }) => user);
const everybody = [outsider, claimant, robot, former, gwen, tomas];
const stage = await openStage({
  world: {
    slack: {
      users: [
        ...people,
        { id: outsider, name: "olga", team_id: "T0PARTNER1" },
        { id: claimant, name: "clara", team_id: "T0PARTNER1" },
        promoted,
        { id: persistent, name: "pat", team_id: "T0PARTNER1" },
        { id: robot, name: "robot", is_bot: true },
        { id: former, name: "felix", deleted: true },
        { id: grouped, name: "greta" },
      ],
      groups: [{ id: "S0DEPLOYER", handle: "deployers", users: [grouped] }],
      channels: [
        { id: "C0RELEASES", name: "releases", is_ext_shared: true },
        { id: "C0PLATFORM", name: "platform" },
      ],
    },
  },
  overrides: {
    // Each of these holds the role by its id: being no member must weigh more.
    roles: {
      deployer: { slack: ["U0MAYA0001", "S0DEPLOYER", ...everybody.filter((id) => id !== tomas)] },
      "release-manager": { slack: ["U0MAYA0001"] },
    },
  },
});
afterAll(() => stage.close());
await stage.push({ repository: "shop/who", tag: "1" });
const card = await stage.card("shop/who:1", ({ buttons }) => buttons.includes("acr:deploy"));

/** Tries the button and, where somebody with the role gets its dialog, submits it; gives what they were told. */
async function attempt(user: string, teamId?: string): Promise<string> {
  const pressed = await stage.press(card.ts, "acr:deploy", user, teamId === undefined ? {} : { teamId });
  if (pressed.kind === "private") return pressed.said;
  if (user !== grouped) throw new Error(`a dialog opened for ${user}`);
  const submitted = await stage.submit(pressed.view, "let me", user);
  return JSON.stringify(submitted.delivery?.json ?? submitted.outcome);
}

async function expectRefusal(user: string, rule: string): Promise<void> {
  const entry = (await stage.audit()).find(({ who }) => who?.userId === user);
  expect(entry).toMatchObject({ outcome: "refused", rule });
  expect(await stage.bot.store.listOperations(10)).toEqual([]);
  expect(stage.tagOf("shop/who", "staging")).toBeUndefined();
  expect(stage.world.slack.messages("C0RELEASES").filter(({ thread_ts }) => thread_ts !== undefined)).toEqual(
    [],
  );
}

describe("nothing happens, and a private word helps, when the button is pressed by", () => {
  it("a member without the role", async () => {
    expect(await attempt(tomas)).toContain('You need the role "deployer" to deploy on staging');
    await expectRefusal(tomas, "targets.staging.allow.deploy");
  });

  it("a guest who holds the role by id", async () => {
    expect(await attempt(gwen)).toContain(onlyMembers);
    await expectRefusal(gwen, "membership");
  });

  it("somebody of another workspace in a shared channel", async () => {
    expect(await attempt(outsider)).toContain(onlyMembers);
    await expectRefusal(outsider, "membership");
  });

  it("somebody of another workspace who claims ours in the click, the command and the dialog", async () => {
    const { slack } = stage.world;
    const claims = { userTeamId: slack.team.id, teamId: slack.team.id };
    const pressed = await stage.press(card.ts, "acr:deploy", claimant, claims);
    expect(pressed).toMatchObject({ kind: "private", said: expect.stringContaining(onlyMembers) });
    const channel = "C0RELEASES";
    await slack.command({ channel, user: claimant, text: "/acr deploy shop/who:1 to staging", ...claims });
    await slack.mention({ channel, user: claimant, text: "deploy shop/who:1 to staging", ...claims });
    const told = () => slack.ephemerals().filter(({ user }) => user === claimant);
    await stage.until(() => told().length >= 2, "the words to both");
    expect(told().every((one) => textOf(one).includes(onlyMembers))).toBe(true);
    const opened = await stage.press(card.ts, "acr:deploy", "U0MAYA0001");
    if (opened.kind !== "dialog") throw new Error(opened.said);
    // Their client sends what ours was shown.
    const { view } = opened;
    const submission = slack.submit({ viewId: view.id, user: claimant, values: {}, ...claims });
    await expect(submission).rejects.toThrow("no such view");
    await slack.closeView({ viewId: view.id, user: "U0MAYA0001" });
    await expectRefusal(claimant, "membership");
  });

  it("a bot", async () => {
    expect(await attempt(robot)).toContain("no orders from other bots");
    await expectRefusal(robot, "membership");
  });

  it("a deactivated account", async () => {
    expect(await attempt(former)).toContain("deactivated");
    await expectRefusal(former, "membership");
  });

  it("a member whose payload names another workspace", async () => {
    expect(await attempt("U0MAYA0001", "T0EVIL0001")).toContain(onlyMembers);
    await expectRefusal("U0MAYA0001", "membership");
  });
});

it("a stranger who never stops costs five words and five lines of the audit a minute", async () => {
  const { slack } = stage.world;
  const before = { views: slack.calls("views.open").length, said: slack.calls("chat.postEphemeral").length };
  const channel = "C0RELEASES";
  for (let times = 0; times < 8; times += 1) {
    await slack.click({ channel, ts: card.ts, actionId: "acr:deploy", user: persistent });
    await slack.mention({ channel, user: persistent, text: "help" });
  }
  const calls = () =>
    slack.calls("views.open").length - before.views + slack.calls("chat.postEphemeral").length - before.said;
  await stage.until(() => calls() >= 5, "the words to them");
  expect((await stage.audit()).filter(({ who }) => who?.userId === persistent).length).toBeLessThanOrEqual(5);
  expect(calls()).toBe(5);
  // A slash command is answered in its own request, which costs no call.
  const typed = await slack.command({ channel, user: persistent, text: "/acr help" });
  expect(typed.body).toContain(onlyMembers);
});

describe("commands are refused as buttons are:", () => {
  it.each([
    ["a guest", gwen],
    ["somebody of another workspace", outsider],
  ])("%s is told that only members can", async (_who, user) => {
    expect(await stage.command("/acr deploy shop/who:1 to staging", user)).toContain(onlyMembers);
    expect(await stage.command("/acr show shop/who:1", user)).toContain(onlyMembers);
    expect(await stage.bot.store.listOperations(10)).toEqual([]);
  });
});

it("a guest who has become a member may act a minute later", async () => {
  expect(await stage.command("/acr running", promoted.id)).toContain(onlyMembers);
  promoted.is_restricted = false;
  await stage.leap(60_001);
  expect(await stage.command("/acr running", promoted.id)).not.toContain(onlyMembers);
});

it("lets a member of a user group that the role names", async () => {
  await stage.until(async () => (await stage.bot.store.listGroups()).length > 0);
  expect(await attempt(grouped)).toBe('"closed"');
  await stage.card("shop/who:1", ({ text }) => text.includes("Live on staging"));
  expect((await stage.audit())[0]).toMatchObject({ outcome: "succeeded", who: { userId: grouped } });
});
