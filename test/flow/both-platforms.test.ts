import { afterAll, describe, expect, it } from "vitest";
import { onTeams, priya, maya as teamsMaya } from "../support/on-teams.ts";
import { maya, openStage, releases } from "../support/stage.ts";

const repository = "shop/checkout";

const stage = await openStage({ world: { teams: {} } });
afterAll(() => stage.close());
const teams = onTeams(stage);

const has = (button: string) => (card: { readonly buttons: readonly string[] }) =>
  card.buttons.includes(button);
const saysLive = ({ text }: { readonly text: string }) => text.includes("Live on staging");

async function bothCards(title: string, verb: string) {
  const slack = await stage.card(title, has(`acr:${verb}`));
  return { slack, teams: await teams.card(title, has(verb)) };
}

function repliesInSlack(ts: string): readonly string[] {
  return stage.world.slack
    .messages(releases)
    .filter((message) => message.thread_ts === ts && message.ts !== ts)
    .map(({ text }) => text);
}

async function operationsOn(name: string) {
  return await stage.bot.store.operationsOfRepository("contoso", name, 20);
}

describe("one image in Slack and in Teams", () => {
  let first: string;
  let second: string;

  it("is pushed once and has a card in both, which say the same", async () => {
    first = (await stage.push({ repository, tag: "1.4.1" })).digest;
    const cards = await bothCards(`${repository}:1.4.1`, "deploy");
    expect(cards.teams.summary).toBe(cards.slack.text);
    expect(cards.teams.buttons).toEqual(["deploy", "details"]);
    expect(cards.slack.buttons).toEqual(["acr:deploy", "acr:details", "acr:link"]);
  });

  it("is released in Teams with a reason, and Slack's card follows", async () => {
    stage.world.registry.setQuarantinePolicy(true);
    second = (await stage.push({ repository, tag: "1.4.2" })).digest;
    stage.world.registry.setQuarantinePolicy(false);
    const held = await bothCards(`${repository}:1.4.2`, "release");
    const pressed = await teams.press(held.teams.id, "release");
    expect(pressed).toMatchObject({ outcome: "dialog", status: 200 });
    const dialogId = pressed.dialogId ?? "";
    expect(await teams.submit(dialogId)).toMatchObject({ outcome: "invalid", delivery: undefined });
    expect(await teams.submit(dialogId, "scan is clean")).toMatchObject({ outcome: "closed" });

    const released = await bothCards(`${repository}:1.4.2`, "deploy");
    expect(released.slack.ts).toBe(held.slack.ts);
    expect(released.teams.id).toBe(held.teams.id);
    expect(released.slack.text).toContain("Released");
    expect(released.teams.text).toContain("scan is clean");
    const manifest = stage.world.registry.snapshot().repositories[repository]?.manifests[second];
    expect(manifest?.quarantineState).toBe("Passed");
    expect(manifest?.quarantineDetails).toContain("scan is clean");
  });

  it("is deployed from Slack, and Teams' card follows and names who asked", async () => {
    const before = await bothCards(`${repository}:1.4.1`, "deploy");
    await stage.act(before.slack.ts, "acr:deploy");
    const live = await teams.card(`${repository}:1.4.1`, saysLive);
    expect(live.id).toBe(before.teams.id);
    expect(stage.tagOf(repository, "staging")).toBe(first);
    expect(live.text).toContain("Maya Lindqvist");
    expect(live.edits).toBeGreaterThan(before.teams.edits);
    // Its outcome is told in the thread where it was asked for, and nowhere else.
    await stage.until(() => repliesInSlack(before.slack.ts).length > 0);
    expect(teams.repliesTo(live.id)).toEqual([]);
  });

  it("is deployed and rolled back from Teams, and Slack's card follows", async () => {
    const { teams: card } = await bothCards(`${repository}:1.4.2`, "deploy");
    await teams.act(card.id, "deploy");
    const live = await bothCards(`${repository}:1.4.2`, "rollback");
    expect(live.slack.text).toContain("Live on staging");
    expect(stage.tagOf(repository, "staging")).toBe(second);
    await teams.act(live.teams.id, "rollback", "payments fail");
    const said = await stage.until(() => teams.repliesTo(live.teams.id).find((one) => /roll/i.test(one)));
    expect(said).toContain("Maya Lindqvist");
    await stage.card(`${repository}:1.4.1`, saysLive);
    await teams.card(`${repository}:1.4.1`, saysLive);
    expect(stage.tagOf(repository, "staging")).toBe(first);
  });

  it("leaves an audit that names one person, whichever account acted", async () => {
    const audit = (await stage.audit()).filter(({ outcome }) => outcome === "allowed");
    expect(audit.map(({ what, who, person }) => [what, who?.platform, who?.userId, person])).toEqual([
      ["rollback", "teams", teamsMaya.aadObjectId, "Maya Lindqvist"],
      ["deploy", "teams", teamsMaya.aadObjectId, "Maya Lindqvist"],
      ["deploy", "slack", maya, "Maya Lindqvist"],
      ["release", "teams", teamsMaya.aadObjectId, "Maya Lindqvist"],
    ]);
    const effects = (await stage.audit()).filter(({ outcome }) => outcome === "succeeded");
    expect(effects.map(({ person }) => person)).toEqual(audit.map(({ person }) => person));
  });
});

describe("a wish from one platform meets the other", () => {
  it("asked in Slack and refused in Teams: nothing changes but what Slack asked for", async () => {
    await stage.push({ repository: "shop/met", tag: "1" });
    const { slack, teams: card } = await bothCards("shop/met:1", "deploy");
    const refused = await teams.press(card.id, "deploy", priya.id);
    // A dialog, since it has a button: somebody who has the role can be asked.
    expect(refused).toMatchObject({ outcome: "dialog" });
    expect(JSON.stringify(refused)).toContain("You need the role");
    expect((await stage.audit())[0]).toMatchObject({
      outcome: "refused",
      what: "deploy",
      who: { platform: "teams", userId: priya.aadObjectId },
    });
    await stage.act(slack.ts, "acr:deploy");
    await teams.card("shop/met:1", saysLive);
    expect(await operationsOn("shop/met")).toHaveLength(1);
  });

  it("a release asked for in Slack and declined in Teams: the image stays out, and both say so", async () => {
    stage.world.registry.setQuarantinePolicy(true);
    const { digest } = await stage.push({ repository: "shop/declined", tag: "1" });
    stage.world.registry.setQuarantinePolicy(false);
    const { slack, teams: card } = await bothCards("shop/declined:1", "release");
    const pressed = await stage.press(slack.ts, "acr:release");
    if (pressed.kind === "private") throw new Error(pressed.said);
    await teams.act(card.id, "reject", "not built by us");
    const rejected = await stage.card("shop/declined:1", ({ text }) => text.includes("Rejected"));
    expect(rejected.ts).toBe(slack.ts);
    // The dialog that is still open in Slack cannot go round that: it showed an image that nobody had decided on.
    const late = await stage.submit(pressed.view, "scan is clean");
    expect(late.outcome).toBe("updated");
    expect(JSON.stringify(stage.world.slack.views())).toContain("rejected already");
    expect(await operationsOn("shop/declined")).toMatchObject([
      { kind: "reject", requestedBy: { platform: "teams" }, state: "succeeded" },
    ]);
    const manifest = stage.world.registry.snapshot().repositories["shop/declined"]?.manifests[digest];
    expect(manifest?.quarantineState).toBe("Failed");
    expect(manifest?.quarantineDetails).toContain("not built by us");
  });

  it("another image asked for in Teams while Slack's is on its way: it waits in line, and comes after", async () => {
    await stage.push({ repository: "shop/same", tag: "1" });
    await stage.push({ repository: "shop/same", tag: "2" });
    const { slack } = await bothCards("shop/same:1", "deploy");
    const other = await bothCards("shop/same:2", "deploy");
    const pressed = await teams.press(other.teams.id, "deploy");
    stage.world.registry.fault({ match: "PUT /v2/shop/same/manifests/staging", delayMs: 300 });
    await stage.act(slack.ts, "acr:deploy");
    expect(await teams.submit(pressed.dialogId ?? "")).toMatchObject({ outcome: "closed" });
    await teams.card("shop/same:2", saysLive);
    const [second, first] = await operationsOn("shop/same");
    expect(first).toMatchObject({ requestedBy: { platform: "slack" }, state: "succeeded" });
    expect(second).toMatchObject({ requestedBy: { platform: "teams" }, state: "succeeded" });
    expect(second?.startedAt).toBeGreaterThanOrEqual(first?.finishedAt ?? Number.POSITIVE_INFINITY);
  });
});
