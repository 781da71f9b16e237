import { describe, expect, it } from "vitest";
import type { WebAppSetup } from "../../../demo/azure/web-apps.ts";
import type { AzureWorldOptions } from "../../../demo/azure/world.ts";
import type { WebAppTarget } from "../../../src/nouns/target.ts";
import { createWebAppTarget } from "../../../src/operations/targets/web-app.ts";
import { describeTarget, emptyJournal, run } from "../../contract/target-contract.ts";
import { aJob, newDigest, newImage, oldDigest, oldImage, targetBase } from "../../support/azure-target.ts";
import {
  type AzureStage,
  expectRefusal,
  faultsOf,
  id,
  namesMissingActions,
  openAzure,
  signal,
  slow,
  staged,
} from "./azure-stage.ts";

function open(
  setup: Partial<WebAppSetup> = {},
  overrides: Partial<WebAppTarget> = {},
  options: AzureWorldOptions = {},
): Promise<AzureStage & { readonly now: () => number }> {
  const app = { name: "shop", linuxFxVersion: `DOCKER|${oldImage}`, instances: 2, ...setup };
  return openAzure({ webApps: [app], ...options }, (world, deps) => {
    const id = world.ids.webApp("shop");
    const target: WebAppTarget = {
      ...targetBase,
      type: "web-app",
      app: id,
      startLimitMs: 230_000,
      ...overrides,
    };
    const key = target.slot === undefined ? "shop" : `shop/${target.slot}`;
    const shop = () => world.snapshot().webApps[key];
    return {
      now: deps.now,
      port: createWebAppTarget(target, deps),
      effects: () => shop()?.starts.filter(({ image }) => image === newImage).length ?? 0,
      runs: () => /@(sha256:\w+)$/.exec(configured(shop()))?.[1],
    };
  });
}

function configured(
  app:
    | {
        readonly config: Readonly<Record<string, unknown>>;
        readonly siteContainers: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
      }
    | undefined,
): string {
  const version = String(app?.config.linuxFxVersion ?? "");
  return version === "SITECONTAINERS" ? String(app?.siteContainers.main?.image) : version;
}

const sidecars = {
  linuxFxVersion: "SITECONTAINERS",
  siteContainers: {
    main: {
      image: oldImage,
      isMain: true,
      targetPort: "8080",
      authType: "SystemIdentity",
      environmentVariables: [{ name: "A", value: "B" }],
    },
    otel: { image: "mcr.microsoft.com/otel:1", isMain: false },
  },
} as const;

describeTarget("web-app", {
  open,
  occupy: (stage) =>
    (stage as AzureStage).world.setWebApp({ name: "shop", linuxFxVersion: "DOCKER|docker.io/other/thing:1" }),
  ...faultsOf("PATCH"),
});

describeTarget("web-app of site containers", {
  open: () => open(sidecars),
  occupy: (stage) =>
    (stage as AzureStage).world.setWebApp({
      name: "shop",
      linuxFxVersion: "SITECONTAINERS",
      siteContainers: { main: { image: "docker.io/other/thing:1", isMain: true } },
    }),
  ...faultsOf("PUT"),
});

describe("the web-app target", () => {
  staged("changes the image and no other setting", open, async (stage) => {
    const { effect, digestBefore } = await run(stage, aJob(id));
    expect(effect).toMatchObject({
      kind: "done",
      outcome: "2 of 2 instances of the web app shop are ready",
      link: expect.stringContaining("https://portal.azure.com/#resource/subscriptions/"),
    });
    expect(digestBefore).toBe(oldDigest);
    expect(stage.world.snapshot().webApps.shop?.config).toEqual({
      linuxFxVersion: `DOCKER|${newImage}`,
      alwaysOn: true,
      minTlsVersion: "1.2",
    });
  });

  staged(
    "keeps everything else of a site container, and the other ones",
    () => open(sidecars),
    async (stage) => {
      expect(await run(stage, aJob(id))).toMatchObject({ effect: { kind: "done" } });
      expect(stage.world.snapshot().webApps.shop?.siteContainers).toEqual({
        main: { ...sidecars.siteContainers.main, image: newImage },
        otel: sidecars.siteContainers.otel,
      });
    },
  );

  staged(
    "deploys to a slot and leaves production alone",
    () => open({ slots: [{ name: "staging", linuxFxVersion: `DOCKER|${oldImage}` }] }, { slot: "staging" }),
    async (stage) => {
      expect(await run(stage, aJob(id))).toMatchObject({ effect: { kind: "done" } });
      const { webApps } = stage.world.snapshot();
      expect(webApps["shop/staging"]?.config.linuxFxVersion).toBe(`DOCKER|${newImage}`);
      expect(webApps.shop?.starts).toEqual([]);
    },
  );

  staged(
    "does not call deployed what crashed while the old container goes on answering",
    open,
    async (stage) => {
      stage.world.breakImage(newDigest, { why: "exit code 1" });
      const { effect } = await run(stage, aJob(id));
      expect(effect).toMatchObject({
        kind: "failed",
        changed: "yes",
        unhealthy: true,
        outcome:
          "2 of 2 instances of the web app shop are ready, but its new container did not start (ContainerExited: exit code 1)",
      });
      expect(await stage.port.observe(aJob(id).image, signal())).toEqual({
        kind: "runs",
        digest: newDigest,
        as: "configured",
        health: "unknown",
        why: "2 of 2 instances are ready; the last start that failed: ContainerExited: exit code 1",
      });
    },
  );

  staged("does not hold an error of an earlier image against the next one", open, async (stage) => {
    stage.world.breakImage(newDigest, { why: "exit code 1" });
    await run(stage, aJob(id));
    const another = `sha256:${"c".repeat(64)}`;
    const job = aJob("0198f000-0000-7000-8000-000000000003", { digest: another });
    expect(await run(stage, job)).toMatchObject({ effect: { kind: "done" } });
  });

  staged(
    "waits past the container's start limit, as the target gives it",
    () => open({}, { startLimitMs: 400_000 }),
    async (stage) => {
      const begun = stage.now();
      expect(await run(stage, aJob(id))).toMatchObject({ effect: { kind: "done" } });
      expect(stage.now() - begun).toBeGreaterThan(400_000);
    },
  );

  staged(
    "asks each instance of which the list says UNKNOWN, where there is no siteStatus",
    () => open({ siteStatus: false, listsUnknown: true }),
    async (stage) => {
      expect(await run(stage, aJob(id))).toMatchObject({
        effect: { kind: "done", outcome: "2 of 2 instances of the web app shop are ready" },
      });
    },
  );

  staged(
    "restarts an app that has the digest already",
    () => open({ linuxFxVersion: `DOCKER|${newImage}` }),
    async (stage) => {
      const plan = await stage.port.plan(aJob(id), signal());
      expect(plan).toMatchObject({
        lines: [expect.stringMatching(/^restarts the web app shop/), expect.anything()],
      });
      expect(await run(stage, aJob(id, { kind: "redeploy" }))).toMatchObject({ effect: { kind: "done" } });
      expect(stage.effects()).toBe(1);
    },
  );

  staged(
    "does not restart again when nobody can tell whether it did",
    () => open({ linuxFxVersion: `DOCKER|${newImage}` }),
    async (stage) => {
      stage.world.fault({ match: "POST /subscriptions/", status: 0, mode: "after" });
      const keep = { journal: emptyJournal };
      await expect(run(stage, aJob(id), { keep })).rejects.toMatchObject({ retryable: true });
      const { effect } = await run(stage, aJob(id), { journal: keep.journal });
      expect(effect).toMatchObject({
        kind: "in-doubt",
        outcome: expect.stringContaining("was told to restart"),
      });
      expect(stage.effects()).toBe(1);
    },
  );

  staged(
    "asks for a restart again that App Service had no time for",
    () => open({ linuxFxVersion: `DOCKER|${newImage}` }),
    async (stage) => {
      stage.world.fault({ ...slow, match: "POST /subscriptions/" });
      const keep = { journal: emptyJournal };
      await expect(run(stage, aJob(id), { keep })).rejects.toMatchObject({ retryAfterMs: 3_000 });
      expect(await run(stage, aJob(id), { journal: keep.journal })).toMatchObject({
        effect: { kind: "done" },
      });
      expect(stage.effects()).toBe(1);
    },
  );

  staged("says who else has changed the app meanwhile", open, async (stage) => {
    const { journal } = await run(stage, aJob(id), { crashAt: 5 });
    stage.world.setWebApp({ name: "shop", linuxFxVersion: "DOCKER|docker.io/other/thing:1" });
    const { effect } = await run(stage, aJob(id), { journal });
    expect(effect).toMatchObject({
      kind: "failed",
      changed: "yes",
      outcome: expect.stringContaining("somebody else"),
    });
  });

  it.each<[string, Partial<WebAppSetup>, Partial<WebAppTarget>, RegExp]>([
    ["a Windows app", { kind: "app" }, {}, /Windows app/],
    [
      "Docker Compose",
      { linuxFxVersion: "COMPOSE|dmVyc2lvbg==" },
      {},
      /Docker Compose.*sitecontainers convert/,
    ],
    ["code without a container", { linuxFxVersion: "NODE|22-lts" }, {}, /runs NODE\|22-lts/],
    ["a stopped app", { state: "Stopped" }, {}, /is stopped.*Start it/],
    ["a container that is not there", sidecars, { container: "web" }, /no site container web.*main, otel/],
    ["a named container without site containers", {}, { container: "main" }, /has no site containers/],
    [
      "a container with a password",
      {
        ...sidecars,
        siteContainers: {
          main: { ...sidecars.siteContainers.main, authType: "UserCredentials", passwordSecret: "s3" },
        },
      },
      {},
      /password, which would be lost/,
    ],
  ])("refuses %s", async (_, setup, overrides, why) => {
    const stage = await open(setup, overrides);
    await expectRefusal(stage, why);
    await stage.close();
  });

  staged(
    "takes another image's place where the configuration says so",
    () =>
      open(
        { linuxFxVersion: "DOCKER|mcr.microsoft.com/appsvc/staticsite:latest" },
        { replaces: ["mcr.microsoft.com/appsvc/*"] },
      ),
    async (stage) => expect(await run(stage, aJob(id))).toMatchObject({ effect: { kind: "done" } }),
  );

  namesMissingActions(
    [
      "Microsoft.Web/sites/read",
      "Microsoft.Web/sites/config/read",
      "Microsoft.Web/sites/config/write",
      "Microsoft.Web/sites/instances/read",
      "Microsoft.Web/sites/siteStatus/read",
    ],
    " on the web app shop",
    (options) => open({}, {}, options),
  );
});
