import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openProductionStage, type ProductionStage } from "../support/production-stage.ts";
import { releases, textOf } from "../support/stage.ts";

let stage: ProductionStage;
beforeEach(async () => {
  stage = await openProductionStage();
});
afterEach(() => stage?.close());

const pods = () =>
  stage.cluster.snapshot().workloads.flatMap((workload) => workload.pods.map(({ state }) => state));

describe("an image that does not come up", () => {
  it("is taken back by itself, which is an operation of its own and announced", async () => {
    const { cluster, running, changes, until } = stage;
    const first = running();
    const { digest, ts } = await stage.onStaging("1.5.0");
    cluster.breakImage(digest);
    const asked = await stage.ask(ts);
    await stage.approveInSlack("1.5.0");
    await stage.approveInTeams("1.5.0");
    const failed = await stage.untilState(asked.id, "failed");
    expect(failed).toMatchObject({ changed: "yes", outcome: expect.stringContaining("CrashLoopBackOff") });
    // What the container said last, as `logs: tail` allows.
    expect(failed.outcome).toContain("TAX_RATES is not set");
    const back = await until(
      async () =>
        (await stage.bot.store.listOperations(10)).find(({ rollbackOf }) => rollbackOf === asked.id),
      "a roll back",
    );
    expect(await stage.untilState(back.id, "succeeded")).toMatchObject({ kind: "rollback", digest: first });
    expect(running()).toBe(first);
    expect(changes()).toBe(2);
    await until(() => new Set(pods()).size === 1, "healthy pods");
    await until(
      () =>
        stage.world.slack
          .messages(releases)
          .some((one) => one.thread_ts === ts && /by itself/i.test(textOf(one))),
      "a word about the roll back",
    );
    // What never ran well is no place to go back to.
    await stage.card("shop/checkout:1.5.0", ({ text }) => !text.includes("Live on production"));
  });

  it("says in Kubernetes' words that it cannot be pulled, and the old pods serve on", async () => {
    const { digest, ts } = await stage.onStaging("1.5.1");
    const asked = await stage.ask(ts);
    await stage.approveInSlack("1.5.1");
    const { cluster, world, until, changes } = stage;
    const gone = cluster.onChange(() => {
      if (changes() === 0) return;
      gone();
      world.registry.delete({ repository: "shop/checkout", digest });
    });
    await stage.approveInTeams("1.5.1");
    expect(await stage.untilState(asked.id, "failed")).toMatchObject({
      outcome: expect.stringContaining("ImagePullBackOff"),
      changed: "yes",
    });
    await until(() => changes() === 2, "the roll back");
    expect(pods().filter((state) => state === "Running").length).toBeGreaterThanOrEqual(3);
  });
});
