import { afterAll, describe, expect, it } from "vitest";
import { cast } from "../../demo/cast.ts";
import { maya as mayaOnTeams, meetTheBot } from "../support/on-teams.ts";
import { maya } from "../support/stage.ts";
import { ola, openApprovalStage, withApprovals } from "./with-approvals.ts";

const retag = { type: "retag", registry: "contoso", repositories: ["shop/*"] } as const;
const allow = { deploy: ["deployer"], rollback: ["deployer"], breakGlass: ["operator"] };
const approvals = { count: 2, from: ["approver"] };
// The two together are a week.
const always = ["Mon 00:00 - Thu 00:00 Europe/Berlin", "Thu 00:00 - Mon 00:00 Europe/Berlin"];

const stage = await openApprovalStage(() => ({
  targets: {
    ...(withApprovals.targets as object),
    frozen: { ...retag, tag: "frozen", allow, approvals, freeze: always },
    held: { ...retag, tag: "held", allow, approvals, freeze: always, rollbackInFreeze: "hold" },
    careful: { ...retag, tag: "careful", allow, approvals: { ...approvals, rollback: { count: 1 } } },
  },
}));
afterAll(() => stage.close());
await meetTheBot(stage.teams, mayaOnTeams);

/** Puts versions of a repository on a target, one after the other; gives their digests. */
async function ran(target: string, repository: string, ...tags: readonly string[]) {
  const digests: string[] = [];
  for (const tag of tags) {
    const { digest } = await stage.push({ repository, tag });
    await stage.card(`${repository}:${tag}`, ({ buttons }) => buttons.includes("acr:deploy"));
    await stage.command(`/acr deploy ${repository}:${tag} to ${target} --break-glass because first`, ola);
    await stage.until(() => stage.tagOf(repository, target) === digest, `${tag} on ${target}`);
    await stage.card(`${repository}:${tag}`, ({ text }) => text.includes(`Live on ${target}`));
    digests.push(digest);
  }
  return digests;
}

const newest = async (repository: string) =>
  (await stage.bot.store.operationsOfRepository("contoso", repository, 1))[0];

describe("going back to what was healthy there before", () => {
  it("is done at once by one person, in a freeze and where deploys need approvals, in Slack", async () => {
    const [first] = await ran("frozen", "shop/back", "1", "2");
    expect(await stage.command("/acr deploy shop/back:1 to frozen")).toContain("is in a freeze");
    const card = await stage.card("shop/back:2", ({ buttons }) => buttons.includes("acr:rollback"));
    await stage.act(card.ts, "acr:rollback", "payments fail");
    await stage.until(() => stage.tagOf("shop/back", "frozen") === first, "the way back");
    expect(await newest("shop/back")).toMatchObject({
      kind: "rollback",
      votes: [],
      requestedBy: { userId: maya },
    });
  });

  it("is done so in Teams, too", async () => {
    const [first] = await ran("frozen", "shop/back-too", "1", "2");
    const card = await stage.teams.card("shop/back-too:2", ({ buttons }) => buttons.includes("rollback"));
    await stage.teams.act(card.id, "rollback", "payments fail");
    await stage.until(() => stage.tagOf("shop/back-too", "frozen") === first, "the way back");
    expect(await newest("shop/back-too")).toMatchObject({
      requestedBy: { userId: cast.teams.people[0].aadObjectId },
    });
  });

  it("is held by a lock, which broken glass passes", async () => {
    const [first, second] = await ran("frozen", "shop/locked", "1", "2");
    await stage.world.slack.command({ channel: "C0RELEASES", user: maya, text: "/acr lock frozen audit" });
    await stage.until(async () => (await stage.bot.store.listStanding("lock")).length === 1);
    expect(await stage.command("/acr rollback frozen shop/locked")).toContain("frozen is locked by");
    expect(stage.tagOf("shop/locked", "frozen")).toBe(second);
    await stage.command("/acr rollback frozen shop/locked --break-glass because the shop is down", ola);
    await stage.until(() => stage.tagOf("shop/locked", "frozen") === first, "the way back");
    await stage.world.slack.command({ channel: "C0RELEASES", user: maya, text: "/acr unlock frozen" });
    await stage.until(async () => (await stage.bot.store.listStanding("lock")).length === 0);
  });

  it("is held by a freeze where the target says so", async () => {
    const [, second] = await ran("held", "shop/held", "1", "2");
    expect(await stage.command("/acr rollback held shop/held")).toContain("is in a freeze");
    expect(stage.tagOf("shop/held", "held")).toBe(second);
  });

  it("waits for the approvals that the target has for it", async () => {
    const [first, second] = await ran("careful", "shop/careful", "1", "2");
    expect(await stage.command("/acr rollback careful shop/careful")).toContain("once 1 of approver approve");
    const asked = await newest("shop/careful");
    expect(asked).toMatchObject({ state: "awaiting-approval", kind: "rollback", digest: first });
    expect(stage.tagOf("shop/careful", "careful")).toBe(second);
    await stage.command(`/acr approve ${asked?.id}`, ola);
    await stage.until(() => stage.tagOf("shop/careful", "careful") === first, "the way back");
  });

  it("isn't done to what was rolled back from: the versions that fit are named, and the deploy", async () => {
    await ran("frozen", "shop/thrice", "1", "2", "3");
    await stage.command("/acr rollback frozen shop/thrice");
    await stage.until(async () => (await newest("shop/thrice"))?.state === "succeeded");
    const said = await stage.command("/acr rollback frozen shop/thrice:3");
    expect(said).toContain("You can go back to `1`.");
    expect(said).toContain("`deploy shop/thrice:3 to frozen`");
    expect(await stage.command("/acr deploy shop/thrice:3 to frozen")).toContain("is in a freeze");
  });
});
