import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { shop } from "../../demo/shop-cluster.ts";
import { openProductionStage, type ProductionStage, production } from "../support/production-stage.ts";
import { maya, releases, textOf } from "../support/stage.ts";

let stage: ProductionStage;
beforeEach(async () => {
  stage = await openProductionStage({
    overrides: (world) => ({ killSwitch: join(world.directory, "stop") }),
  });
});
afterEach(() => stage?.close());

/** Types a command whose answer is for everybody, and waits for it. */
async function aloud(text: string, words: string): Promise<void> {
  await stage.world.slack.command({ channel: releases, user: maya, text });
  await stage.until(
    () => stage.world.slack.messages(releases).some((one) => textOf(one).includes(words)),
    `"${words}"`,
  );
}

/** A deploy that both have approved while something holds it: how it ends. */
async function approvedMeanwhile(hold: () => Promise<unknown>) {
  const { ts } = await stage.onStaging("1.4.2");
  const asked = await stage.ask(ts);
  await stage.approveInSlack("1.4.2");
  await hold();
  await stage.approveInTeams("1.4.2");
  return { ts, asked };
}

describe("what comes between asking for production and its start", () => {
  it("a lock ends it, with nothing changed", async () => {
    const { asked, ts } = await approvedMeanwhile(() =>
      aloud("/acr lock production database is moved for 2h", "production is locked"),
    );
    expect(await stage.untilState(asked.id, "failed")).toMatchObject({
      outcome: expect.stringContaining("database is moved"),
      changed: "no",
    });
    expect(stage.changes()).toBe(0);
    await aloud("/acr unlock production", "free again");
    await stage.approved("1.4.2", await stage.ask(ts));
    expect(stage.changes()).toBe(1);
  });

  it("a freeze of everything does too, for staging and production", async () => {
    const { asked } = await approvedMeanwhile(() =>
      aloud("/acr freeze all stocktaking", "Everything is frozen"),
    );
    expect(await stage.untilState(asked.id, "failed")).toMatchObject({
      outcome: expect.stringContaining("stocktaking"),
    });
    expect(await stage.command(`/acr redeploy staging ${shop.repository}`)).toContain("stocktaking");
    expect(stage.changes()).toBe(0);
  });

  it("the kill switch stops everything, broken glass included, until it is off", async () => {
    const stop = join(stage.world.directory, "stop");
    const { ts } = await stage.onStaging("1.4.2");
    await writeFile(stop, "");
    expect(await stage.pressFor(ts, "deploy")).toMatchObject({
      said: expect.stringContaining("The kill switch is on"),
    });
    const typed = `/acr deploy ${shop.repository}:1.4.2 to production --break-glass because shop is down`;
    expect(await stage.command(typed)).toContain("The kill switch is on");
    expect(stage.changes()).toBe(0);
    await rm(stop);
    const asked = await stage.ask(ts);
    await stage.approveInSlack("1.4.2");
    await writeFile(stop, "");
    expect(await stage.approveInTeams("1.4.2")).toContain("The kill switch is on");
    await rm(stop);
    expect(await stage.approveInTeams("1.4.2")).toContain("it starts now");
    await stage.untilState(asked.id, "succeeded");
    expect(stage.changes()).toBe(1);
  });

  it("somebody else's change of the deployment makes the approval void", async () => {
    const { asked } = await approvedMeanwhile(async () => {
      const other = stage.world.registry.push({ repository: shop.repository, tag: "1.4.1-hotfix" });
      const image = `${stage.world.registry.loginServer}/${shop.repository}@${other.digest}`;
      stage.cluster.setImage(production, shop.container, image);
    });
    const hotfix = stage.running();
    expect(await stage.untilState(asked.id, "failed")).toMatchObject({
      outcome: expect.stringContaining("what was approved is void"),
      changed: "no",
    });
    expect(stage.changes()).toBe(0);
    expect(stage.running()).toBe(hotfix);
  });

  it("a deleted image is not deployed, however many have approved it", async () => {
    const running = stage.running();
    const { asked } = await approvedMeanwhile(async () => {
      stage.world.registry.delete({ repository: shop.repository, tag: "1.4.2" });
      await stage.world.registry.settled();
    });
    expect(await stage.untilState(asked.id, "failed")).toMatchObject({ changed: "no" });
    expect(stage.running()).toBe(running);
    expect(stage.changes()).toBe(0);
  });
});

describe("breaking the glass on production", () => {
  it("goes past order and approvals, with a reason, and is announced twice", async () => {
    const { digest } = await stage.push({ repository: shop.repository, tag: "1.4.9" });
    const card = await stage.card("shop/checkout:1.4.9", ({ buttons }) => buttons.length > 2);
    const pressed = await stage.pressFor(card.ts, "deploy");
    if (pressed.kind !== "dialog") throw new Error(pressed.said);
    await stage.world.slack.submit({
      viewId: pressed.view.id,
      user: maya,
      values: {
        reason: { value: { value: "shop is down" } },
        glass: { value: { selected_option: { value: "break" } } },
      },
    });
    await stage.until(() => stage.running() === digest, "production on the image");
    const told = () =>
      stage.world.slack
        .messages(releases)
        .filter(
          (one) =>
            one.thread_ts === undefined &&
            one.ts !== card.ts &&
            /broke the glass|past the rules/.test(textOf(one)),
        );
    const [operation] = await stage.bot.store.listOperations(1);
    expect(await stage.untilState(operation?.id ?? "", "succeeded")).toMatchObject({ votes: [] });
    await stage.until(() => told().length === 2, "two words about broken glass");
    expect(textOf(told()[0] ?? { text: "", blocks: [] })).toContain("shop is down");
  });
});
