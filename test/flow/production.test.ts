import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { World } from "../../demo/world.ts";
import { lena as lenaOnTeams, maya as mayaOnTeams } from "../support/on-teams.ts";
import { byHand, openProductionStage, type ProductionStage } from "../support/production-stage.ts";
import { lena, maya, releases } from "../support/stage.ts";

const twoHours = 2 * 60 * 60_000;

describe("production, on Kubernetes, with two approvals", () => {
  let stage: ProductionStage;
  beforeAll(async () => {
    stage = await openProductionStage();
  });
  afterAll(() => stage?.close());

  it("goes live once two have approved, one in Slack and one in Teams, and back by one person", async () => {
    const first = stage.running();
    const { digest, ts } = await stage.onStaging("1.4.2");
    const asked = await stage.ask(ts, { reason: "tax fix" });
    expect(asked).toMatchObject({ state: "awaiting-approval", digest, target: "production" });
    expect(await stage.approveInSlack("1.4.2", maya)).toContain("You asked for this yourself");
    expect(await stage.approveInTeams("1.4.2", mayaOnTeams.id)).toContain("You asked for this yourself");
    expect(await stage.approveInSlack("1.4.2", lena)).toContain("1 of 2");
    expect(stage.changes()).toBe(0);
    expect(await stage.approveInTeams("1.4.2")).toContain("it starts now");
    await stage.untilState(asked.id, "succeeded");
    expect(stage.running()).toBe(digest);
    const isLive = ({ text }: { readonly text: string }) => text.includes("Live on production");
    await stage.card("shop/checkout:1.4.2", isLive);
    await stage.teams.card("shop/checkout:1.4.2", isLive);

    // What was healthy there before needs nobody's approval.
    const back = await stage.ask(ts, { verb: "rollback" });
    expect(back).toMatchObject({ kind: "rollback", digest: first, votes: [] });
    expect(back.approvals).toBeUndefined();
    await stage.untilState(back.id, "succeeded");
    expect(stage.running()).toBe(first);
    expect(stage.changes()).toBe(2);
  });

  it("deploys once when both approve in the same moment", async () => {
    const before = stage.changes();
    const { digest, ts } = await stage.onStaging("1.4.3");
    const asked = await stage.ask(ts);
    await Promise.all([stage.approveInSlack("1.4.3"), stage.approveInTeams("1.4.3")]);
    const { votes } = await stage.untilState(asked.id, "succeeded");
    expect(votes.map(({ who }) => who.name).sort()).toEqual(["Jonas Weber", "Lena Okafor"]);
    expect(stage.running()).toBe(digest);
    expect(stage.changes()).toBe(before + 1);
    const done = (await stage.audit()).filter((one) => one.operationId === asked.id);
    expect(done.filter(({ outcome }) => outcome === "succeeded")).toHaveLength(1);
  });

  it("counts somebody once, whichever of their accounts they use, and ends with one Decline", async () => {
    const running = stage.running();
    const { ts } = await stage.onStaging("1.4.4");
    const asked = await stage.ask(ts);
    expect(await stage.approveInSlack("1.4.4")).toContain("1 of 2");
    expect(await stage.approveInTeams("1.4.4", lenaOnTeams.id)).toContain("approved this already");
    expect(await stage.operation(asked.id)).toMatchObject({ state: "awaiting-approval" });
    const onTeams = await stage.teams.card("shop/checkout:1.4.4", ({ buttons }) =>
      buttons.includes("decline"),
    );
    await stage.teams.act(onTeams.id, "decline", "not on a Friday", lenaOnTeams.id);
    expect(await stage.untilState(asked.id, "cancelled")).toMatchObject({
      outcome: "declined by Lena Okafor: not on a Friday",
    });
    await stage.card("shop/checkout:1.4.4", ({ buttons }) => !buttons.includes("acr:approve"));
    expect(stage.running()).toBe(running);
  });
});

describe("production that waits", () => {
  let stage: ProductionStage | undefined;
  afterEach(() => stage?.close());

  it("forgets what nobody approved in time", async () => {
    stage = await openProductionStage();
    const { ts } = await stage.onStaging("1.4.2");
    const asked = await stage.ask(ts);
    await stage.approveInSlack("1.4.2");
    stage.clock.advance(twoHours);
    expect(await stage.operation(asked.id)).toMatchObject({ state: "awaiting-approval" });
    stage.clock.advance(twoHours + 60_000);
    expect(await stage.untilState(asked.id, "expired")).toMatchObject({ changed: "no" });
    expect(stage.changes()).toBe(0);
    await stage.card("shop/checkout:1.4.2", ({ buttons }) => !buttons.includes("acr:approve"));
  });

  it("does not add up people of two platforms who may be one", async () => {
    const onlyMaya = [{ name: "Maya Lindqvist", slack: maya, teams: mayaOnTeams.aadObjectId }];
    stage = await openProductionStage({ overrides: (_world: World) => ({ people: onlyMaya }) });
    const { ts } = await stage.onStaging("1.4.2");
    const asked = await stage.ask(ts);
    expect(await stage.approveInSlack("1.4.2")).toContain("1 of 2");
    expect(await stage.approveInTeams("1.4.2")).toContain("still 1 of 2");
    expect(await stage.operation(asked.id)).toMatchObject({ state: "awaiting-approval" });
    expect(stage.changes()).toBe(0);
  });

  it("puts back what ran when it is cancelled while it rolls out", async () => {
    stage = await openProductionStage({ world: { kubernetes: byHand } });
    const { cluster, until, changes, press } = stage;
    const first = stage.running();
    const { digest, ts } = await stage.onStaging("1.4.2");
    const asked = await stage.ask(ts);
    await stage.approveInSlack("1.4.2");
    await stage.approveInTeams("1.4.2");
    await until(() => changes() === 1, "the patch");
    expect(stage.running()).toBe(digest);
    cluster.advance();
    cluster.advance();
    await stage.card("shop/checkout:1.4.2", ({ buttons }) => buttons.includes("acr:cancel"));
    expect(await press(ts, "acr:cancel", maya, { channel: releases })).toMatchObject({
      said: expect.stringContaining("I try to stop it"),
    });
    await stage.untilState(asked.id, "cancelled");
    expect(stage.running()).toBe(first);
    expect(changes()).toBe(2);
  });
});
