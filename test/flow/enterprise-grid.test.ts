import { afterAll, describe, expect, it } from "vitest";
import { cast } from "../../demo/cast.ts";
import { gwen, lena, maya, openStage, textOf } from "../support/stage.ts";

const [ours, second, org] = ["T0DEMO0001", "T0SECOND01", "E0GRID0001"];
// Of the same organization, but not in our workspace; of another one that says its people are in ours; and a stranger.
const [colleague, pretender, stranger] = ["U0COLLEAG1", "U0PRETEND1", "U0STRANGE1"];
const shared = "C0PARTNER1";

const people = cast.people.map(({ roles, ...user }) => ({
  ...user,
  // What a click says of them: the organization, or one workspace of theirs for ever.
  team_id: user.id === maya ? org : second,
  enterprise: { id: org, teams: [second, ours] },
}));

const stage = await openStage({
  world: {
    slack: {
      enterprise: { id: org, name: "Contoso Group" },
      users: [
        ...people,
        { id: colleague, name: "carla", team_id: second, enterprise: { id: org, teams: [second] } },
        {
          id: pretender,
          name: "pete",
          team_id: "T0EVIL0001",
          enterprise: { id: "E0EVIL0001", teams: [ours] },
        },
        { id: stranger, name: "stan", team_id: "T0EVIL0001" },
      ],
      channels: [
        { id: "C0RELEASES", name: "releases", is_ext_shared: true },
        { id: shared, name: "with-partner", is_ext_shared: true, hostTeam: "T0OTHER001" },
      ],
    },
  },
  overrides: {
    // Each of these holds the role by its id: being no member must weigh more.
    roles: {
      deployer: { slack: [maya, lena, gwen, colleague, pretender, stranger] },
      "release-manager": { slack: [maya] },
    },
  },
});
afterAll(() => stage.close());

const onlyMembers = "Only members of Contoso can use this bot.";

async function pushed(repository: string) {
  await stage.push({ repository, tag: "1" });
  return await stage.card(`${repository}:1`, ({ buttons }) => buttons.includes("acr:deploy"));
}

describe("on Enterprise Grid, whatever workspace a click names as the person's own,", () => {
  it.each([
    ["the organization's id", maya],
    ["another workspace of the organization", lena],
  ])("a full member of ours may act: %s", async (_what, user) => {
    const repository = `shop/${user.toLowerCase()}`;
    const card = await pushed(repository);
    expect(await stage.act(card.ts, "acr:deploy", "from the grid", user)).toMatchObject({
      outcome: "closed",
    });
    await stage.card(`${repository}:1`, ({ text }) => text.includes("Live on staging"));
    expect((await stage.audit())[0]).toMatchObject({
      outcome: "succeeded",
      who: { tenant: ours, userId: user },
    });
    expect(await stage.command("/acr running", user)).not.toContain(onlyMembers);
  });

  it.each([
    ["somebody of the same organization who is not in our workspace", colleague, {}],
    ["the same, who claims our workspace", colleague, { userTeamId: ours }],
    ["somebody of an organization that lists our workspace as its own", pretender, { userTeamId: org }],
    ["a stranger of a shared channel who claims our workspace", stranger, { userTeamId: ours }],
    ["a guest", gwen, {}],
  ])("is refused in words at the first click: %s", async (_what, user, claims) => {
    const repository = `shop/${user.toLowerCase()}${Object.keys(claims).length}`;
    const card = await pushed(repository);
    const pressed = await stage.press(card.ts, "acr:deploy", user, claims);
    expect(pressed).toMatchObject({ kind: "private", said: expect.stringContaining(onlyMembers) });
    expect(await stage.command(`/acr deploy ${repository}:1 to staging`, user)).toContain(onlyMembers);
    expect((await stage.audit()).find(({ who }) => who?.userId === user)).toMatchObject({
      ...{ outcome: "refused", rule: "membership" },
    });
    expect(stage.tagOf(repository, "staging")).toBeUndefined();
  });
});

describe("in a channel that another company shared with us", () => {
  const heard = async (user: string, claims: { userTeamId?: string; teamId?: string } = {}) => {
    const before = new Set(stage.world.slack.ephemerals());
    await stage.world.slack.mention({ channel: shared, user, text: "help", ...claims });
    return textOf(
      await stage.until(() =>
        stage.world.slack.ephemerals().find((one) => one.user === user && !before.has(one)),
      ),
    );
  };

  it("our own member is answered, although the envelope names the other company's workspace", async () => {
    expect(await heard(maya, { userTeamId: ours })).toContain("deploy");
  });

  it("one of theirs is not, whatever workspace the event names as theirs", async () => {
    expect(await heard(stranger, { userTeamId: ours })).toContain(onlyMembers);
    expect(await heard(stranger)).toContain(onlyMembers);
  });

  it("nobody is when the event is for the installation of another workspace", async () => {
    expect(await heard(maya, { userTeamId: ours, teamId: "T0OTHER001" })).toContain(onlyMembers);
  });
});
