import { describe, expect, it } from "vitest";
import type { ContainerAppSetup } from "../../../demo/azure/container-app-state.ts";
import type { AzureWorldOptions } from "../../../demo/azure/world.ts";
import type { ContainerAppTarget } from "../../../src/nouns/target.ts";
import { createContainerAppTarget } from "../../../src/operations/targets/container-app.ts";
import { describeTarget, run } from "../../contract/target-contract.ts";
import { aJob, newDigest, newImage, oldDigest, oldImage, targetBase } from "../../support/azure-target.ts";
import {
  type AzureStage,
  expectRefusal,
  faultsOf,
  id,
  namesMissingActions,
  openAzure,
  signal,
  staged,
} from "./azure-stage.ts";

const main = {
  name: "checkout",
  image: oldImage,
  resources: { cpu: 0.5, memory: "1Gi" },
  env: [{ name: "A", secretRef: "a" }],
};
const proxy = { name: "proxy", image: "mcr.microsoft.com/envoy:1", probes: [{ type: "Liveness" }] };

function open(
  setup: Partial<ContainerAppSetup> = {},
  overrides: Partial<ContainerAppTarget> = {},
  options: AzureWorldOptions = {},
): Promise<AzureStage> {
  const containerApps = [{ name: "shop", containers: [main], ...setup }];
  return openAzure({ containerApps, ...options }, (world, deps) => {
    const app = world.ids.containerApp("shop");
    const made = () => world.snapshot().containerApps.shop?.revisions.slice(1) ?? [];
    return {
      port: createContainerAppTarget({ ...targetBase, type: "container-app", app, ...overrides }, deps),
      effects: () => made().length,
      runs: () => /@(sha256:\w+)/.exec(made().at(-1)?.images ?? "")?.[1],
    };
  });
}

describeTarget("container-app", {
  open,
  occupy: (stage) =>
    (stage as AzureStage).world.setContainerApp({
      name: "shop",
      containers: [{ ...main, image: "docker.io/other/thing:1" }],
    }),
  ...faultsOf("PATCH"),
});

describeTarget("container-app in multiple mode with an ETag", {
  open: () => open({ mode: "Multiple", hasEtag: true, containers: [main, proxy] }, { container: "checkout" }),
  ...faultsOf("PATCH"),
});

describe("the container-app target", () => {
  staged(
    "keeps side-cars and everything else of the template",
    () =>
      open(
        { containers: [main, proxy], scale: { minReplicas: 2, maxReplicas: 5 } },
        { container: "checkout" },
      ),
    async (stage) => {
      const { effect, digestBefore } = await run(stage, aJob(id));
      expect(effect).toMatchObject({ kind: "done" });
      expect(digestBefore).toBe(oldDigest);
      expect(stage.world.snapshot().containerApps.shop?.template).toEqual({
        revisionSuffix: expect.stringMatching(/^op[0-9a-f]{16}$/),
        containers: [{ ...main, image: newImage }, proxy],
        scale: { minReplicas: 2, maxReplicas: 5 },
      });
    },
  );

  staged(
    "makes a new revision for the same digest",
    () => open({ containers: [{ ...main, image: newImage }] }),
    async (stage) => {
      expect(await run(stage, aJob(id, { kind: "redeploy" }))).toMatchObject({ effect: { kind: "done" } });
      expect(stage.effects()).toBe(1);
    },
  );

  staged(
    "is done when the revision is scaled to zero, and says so",
    () => open({ scale: { minReplicas: 0, maxReplicas: 3 } }),
    async (stage) => {
      const { effect } = await run(stage, aJob(id));
      expect(effect).toMatchObject({ kind: "done", outcome: expect.stringContaining("scaled to zero") });
      expect(await stage.port.observe(aJob(id).image, signal())).toMatchObject({
        as: "configured",
        health: "healthy",
      });
    },
  );

  staged(
    "says that it gets no traffic where the weights name other revisions",
    () => open({ mode: "Multiple", traffic: [{ revisionName: "shop--0000001", weight: 100 }] }),
    async (stage) => {
      const plan = await stage.port.plan(aJob(id), signal());
      expect(plan).toMatchObject({
        lines: expect.arrayContaining([expect.stringContaining("it gets no traffic")]),
      });
      const { effect } = await run(stage, aJob(id));
      expect(effect).toMatchObject({ kind: "done", outcome: expect.stringContaining("it gets no traffic") });
      const revisions = stage.world.snapshot().containerApps.shop?.revisions ?? [];
      expect(revisions.map(({ trafficWeight }) => trafficWeight)).toEqual([100, 0]);
    },
  );

  staged("moves all traffic in single mode", open, async (stage) => {
    await run(stage, aJob(id));
    const revisions = stage.world.snapshot().containerApps.shop?.revisions ?? [];
    expect(revisions.map(({ state, trafficWeight }) => [state, trafficWeight])).toEqual([
      ["Stopped", 0],
      ["RunningAtMaxScale", 100],
    ]);
    expect(await stage.port.observe(aJob(id).image, signal())).toEqual({
      kind: "runs",
      digest: newDigest,
      as: "running",
      health: "healthy",
    });
  });

  it.each(["start", "provisioning"] as const)("fails with the revision's own reason (%s)", async (at) => {
    const stage = await open();
    stage.world.breakImage(newDigest, {
      at,
      why: "Deployment Progress Deadline Exceeded. 0/1 replicas ready.",
    });
    const { effect } = await run(stage, aJob(id));
    const observed = await stage.port.observe(aJob(id).image, signal());
    await stage.close();
    expect(effect).toMatchObject({
      kind: "failed",
      changed: "yes",
      unhealthy: true,
      outcome: expect.stringContaining("0/1 replicas ready."),
    });
    expect(observed).toMatchObject({ health: "unhealthy", why: expect.stringContaining("replicas ready") });
  });

  staged("waits for another change of the app", open, async (stage) => {
    await run(stage, aJob(id), { crashAt: 4 });
    const other = aJob("0198f000-0000-7000-8000-000000000009");
    await expect(run(stage, other)).rejects.toMatchObject({ code: "arm-unavailable", retryable: true });
    await stage.advance?.();
    await stage.advance?.();
    expect(await run(stage, other)).toMatchObject({ effect: { kind: "done" } });
  });

  staged(
    "does not overwrite what somebody else has changed since it was read",
    () => open({ hasEtag: true }),
    async (stage) => {
      stage.world.fault({ match: "PATCH /subscriptions/", status: 412 });
      await expect(run(stage, aJob(id))).rejects.toMatchObject({ retryable: true });
      expect(stage.effects()).toBe(0);
    },
  );

  it.each<[string, Partial<ContainerAppSetup>, Partial<ContainerAppTarget>, RegExp]>([
    ["mode Labels", { mode: "Labels" }, {}, /in mode Labels.*single or multiple/],
    ["several containers without a name", { containers: [main, proxy] }, {}, /checkout, proxy.*Name the one/],
    ["a container that is not there", {}, { container: "web" }, /and not web/],
  ])("refuses %s", async (_, setup, overrides, why) => {
    const stage = await open(setup, overrides);
    await expectRefusal(stage, why);
    await stage.close();
  });

  namesMissingActions(
    [
      "Microsoft.App/containerApps/read",
      "Microsoft.App/containerApps/write",
      "Microsoft.App/containerApps/revisions/read",
    ],
    " on the container app shop",
    (options) => open({}, {}, options),
  );

  staged(
    "says that an app is not there",
    () => open({ name: "other" }),
    async (stage) => {
      await expect(stage.port.plan(aJob(id), signal())).rejects.toMatchObject({
        code: "arm-not-found",
        retryable: false,
      });
    },
  );
});
