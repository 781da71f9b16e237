import { describe, expect, it } from "vitest";
import { allRights, type Right } from "../../../demo/registry/rights.ts";
import { createRegistryWorld, type RegistryWorld } from "../../../demo/registry/world.ts";
import type { RegistryConfig } from "../../../src/config/config.ts";
import type { ImportTarget } from "../../../src/nouns/target.ts";
import type { Job } from "../../../src/operations/target-port.ts";
import { createImportTarget } from "../../../src/operations/targets/import.ts";
import { createAcrConnection } from "../../../src/registry/acr/acr-connection.ts";
import { createReader } from "../../../src/registry/acr/data-plane.ts";
import { describeTarget, run, type TargetStage } from "../../contract/target-contract.ts";
import { aJob, azureDeps, botClientId, mintedCredential, targetBase } from "../../support/azure-target.ts";
import { createManualClock } from "../../support/manual-clock.ts";
import { aRegistry } from "../../support/registry-config.ts";
import { id, signal, staged } from "./azure-stage.ts";

const sbom = "application/spdx+json";

type Stage = TargetStage & {
  readonly source: RegistryWorld;
  readonly destination: RegistryWorld;
  readonly digest: string;
  readonly jobOf: (overrides: Partial<Job["image"]>) => Job;
};

interface Options {
  readonly into?: Partial<ImportTarget["into"]>;
  readonly importMs?: number;
  readonly rights?: readonly Right[];
  readonly platforms?: readonly string[];
  readonly registries?: (
    known: Readonly<Record<string, RegistryConfig>>,
  ) => Readonly<Record<string, RegistryConfig>>;
}

async function open(options: Options = {}): Promise<Stage> {
  const clock = createManualClock();
  const source = await createRegistryWorld({ now: clock.now });
  const destination = await createRegistryWorld({
    registryName: "contosoprod",
    now: clock.now,
    importMs: options.importMs ?? 25_000,
    neighbours: () => [source.importSource],
    identities: [{ clientId: botClientId, rights: options.rights ?? allRights }],
  });
  const { digest } = source.push({
    repository: "shop/checkout",
    tag: "1.2.3",
    platforms: [...(options.platforms ?? [])],
  });
  const worlds = { contoso: source, contosoprod: destination };
  const known = Object.fromEntries(
    Object.entries(worlds).map(([name, { loginServer, resourceId, url }]) => {
      return [
        name,
        aRegistry({ name, loginServer, resourceId, endpoint: url, credentials: { read: "bot" } }),
      ];
    }),
  );
  const readers = Object.fromEntries(
    Object.entries(worlds).map(([name, world]) => [name, readerOf(world, clock.now)]),
  );
  const into = { registry: "contosoprod", repository: "prod/{name}", tag: "live", ...options.into };
  const target: ImportTarget = { ...targetBase, type: "import", into };
  const port = createImportTarget(
    target,
    azureDeps({
      armEndpoint: destination.url,
      now: clock.now,
      registries: options.registries?.(known) ?? known,
      accessTo: (name) => (readers[name] === undefined ? {} : { reader: readers[name] }),
    }),
  );
  const jobOf = (overrides: Partial<Job["image"]>) => {
    const job = aJob(id, { digest });
    return { ...job, image: { ...job.image, ...overrides } };
  };
  return {
    source,
    destination,
    digest,
    port,
    jobOf,
    job: (operationId, kind = "deploy") => aJob(operationId, { kind, digest }),
    effects: () => destination.imports().filter(({ moved }) => moved.includes("prod/checkout:live")).length,
    runs: () => destination.snapshot().repositories["prod/checkout"]?.tags.live,
    advance: () => clock.advance(10_000),
    close: async () => {
      await Promise.all([source.close(), destination.close()]);
    },
  };
}

function readerOf(world: RegistryWorld, now: () => number) {
  const connection = createAcrConnection({
    loginServer: world.loginServer,
    endpoint: world.url,
    audience: "https://containerregistry.azure.net",
    credential: mintedCredential(),
    credentialName: "bot",
    now,
  });
  return createReader(connection);
}

const path =
  "/subscriptions/6f2d3a10-8c41-4f0e-9b57-2f1c0a9e7d33/resourceGroups/rg-shop/providers/Microsoft.ContainerRegistry/registries/contosoprod";

describeTarget("import", {
  open,
  overload: (stage, times) =>
    (stage as Stage).destination.fault({
      match: `POST ${path}/importImage`,
      status: 429,
      retryAfter: 3,
      count: times,
    }),
  loseAnswer: (stage) =>
    (stage as Stage).destination.fault({
      match: `POST ${path}/importImage`,
      status: 0,
      mode: "after",
    }),
});

describeTarget("import that is over at once", { open: () => open({ importMs: 0 }) });

describe("the import target", () => {
  const onStage = (title: string, options: Options, test: (stage: Stage) => Promise<void>) =>
    staged(title, () => open(options), test);

  onStage("copies signatures, SBOMs and their own signatures by digest", {}, async (stage) => {
    const { source, digest } = stage;
    const referrer = (subject: string, artifactType: string, tag?: string) =>
      source.pushReferrer({
        repository: "shop/checkout",
        subject,
        artifactType,
        ...(tag === undefined ? {} : { tag }),
      }).digest;
    const list = referrer(digest, sbom);
    const signature = referrer(list, "application/vnd.cncf.notary.signature");
    const cosigned = referrer(
      digest,
      "application/vnd.dev.cosign.artifact.sig.v1+json",
      `${digest.replace(":", "-")}.sig`,
    );
    const plan = await stage.port.plan(stage.job(id), signal());
    expect(plan).toMatchObject({
      lines: [expect.anything(), expect.stringContaining("copies 3 that refer to it")],
    });
    const { effect } = await run(stage, stage.job(id));
    expect(effect).toMatchObject({ kind: "done", outcome: "with 3 that refer to it" });
    const copied = stage.destination.snapshot().repositories["prod/checkout"];
    expect(Object.keys(copied?.manifests ?? {}).sort()).toEqual([digest, list, signature, cosigned].sort());
    expect(copied?.tags).toEqual({ live: digest, [`${digest.replace(":", "-")}.sig`]: cosigned });
  });

  onStage(
    "copies what refers to each platform of an index",
    { platforms: ["linux/amd64", "linux/arm64"] },
    async (stage) => {
      const { source, digest } = stage;
      const children = Object.keys(source.snapshot().repositories["shop/checkout"]?.manifests ?? {}).filter(
        (one) => one !== digest,
      );
      const subject = children[1] ?? "";
      const signature = source.pushReferrer({
        repository: "shop/checkout",
        subject,
        artifactType: sbom,
      }).digest;
      expect(await run(stage, stage.job(id))).toMatchObject({ effect: { kind: "done" } });
      const copied = Object.keys(stage.destination.snapshot().repositories["prod/checkout"]?.manifests ?? {});
      expect(copied.sort()).toEqual([digest, ...children, signature].sort());
    },
  );

  onStage("notes what the tag was, and observes it after", {}, async (stage) => {
    expect(await stage.port.observe(stage.job(id).image, signal())).toEqual({ kind: "nothing" });
    const old = stage.destination.push({ repository: "prod/checkout", tag: "live" }).digest;
    const { digestBefore } = await run(stage, stage.job(id));
    expect(digestBefore).toBe(old);
    expect(await stage.port.observe(stage.job(id).image, signal())).toEqual({
      kind: "runs",
      digest: stage.digest,
      as: "configured",
      health: "unknown",
    });
  });

  onStage(
    "sends the request of ACR's specification",
    { into: { repository: "{repository}", tag: "{tag}" } },
    async (stage) => {
      await run(stage, stage.job(id));
      expect(stage.destination.imports()).toEqual([
        {
          source: stage.source.resourceId,
          sourceImage: `shop/checkout@${stage.digest}`,
          targetTags: ["shop/checkout:1.2.3"],
          untaggedTargetRepositories: [],
          mode: "Force",
          digest: stage.digest,
          moved: ["shop/checkout:1.2.3"],
        },
      ]);
      expect(await stage.port.observe(stage.job(id).image, signal())).toEqual({ kind: "unknown" });
    },
  );

  onStage("gives ACR's reason for a locked tag", {}, async (stage) => {
    stage.destination.push({ repository: "prod/checkout", tag: "live" });
    await lockTag(stage.destination);
    const { effect } = await run(stage, stage.job(id));
    expect(effect).toMatchObject({
      kind: "failed",
      outcome: expect.stringContaining("REGISTRY_DISALLOWED_OPERATION"),
    });
    expect(stage.effects()).toBe(0);
  });

  onStage("reads the tag where the operation itself cannot be read", {}, async (stage) => {
    stage.destination.fault({ match: `GET ${path}/operationResults`, status: 403, count: 50 });
    expect(await run(stage, stage.job(id))).toMatchObject({ effect: { kind: "done" } });
  });

  onStage(
    "refuses a tag that depends on one where the image has none",
    { into: { tag: "{tag}" } },
    async (stage) => {
      const { image, ...job } = stage.job(id);
      const { tag: _, ...untagged } = image;
      const bare = { ...job, image: untagged };
      expect(await stage.port.plan(bare, signal())).toMatchObject({
        kind: "refused",
        why: expect.stringContaining("by its digest"),
      });
      expect(await run(stage, bare)).toMatchObject({ effect: { kind: "failed", changed: "no" } });
      expect(stage.destination.imports()).toEqual([]);
    },
  );

  it.each<[string, Options, RegExp]>([
    [
      "a registry without its ARM id",
      {
        registries: ({ contoso, contosoprod }) => ({
          ...(contoso && { contoso }),
          ...(contosoprod && {
            contosoprod: aRegistry({ name: "contosoprod", credentials: { read: "bot" } }),
          }),
        }),
      },
      /contosoprod has no resourceId/,
    ],
    [
      "a registry that cannot be read",
      {
        registries: ({ contoso, contosoprod }) => ({
          ...(contoso && { contoso: { ...contoso, credentials: {} } }),
          ...(contosoprod && { contosoprod }),
        }),
      },
      /contoso has no credentials.read/,
    ],
    [
      "a name that no registry could have",
      { into: { repository: "Prod/{name}" } },
      /is not the name of a repository/,
    ],
    [
      "the repository that the image is in",
      { into: { registry: "contoso", repository: "{repository}" } },
      /is the repository that the image is in/,
    ],
  ])("refuses %s", async (_, options, why) => {
    const stage = await open(options);
    const plan = await stage.port.plan(stage.job(id), signal());
    const { effect } = await run(stage, stage.job(id));
    await stage.close();
    expect(plan).toMatchObject({ kind: "refused", why: expect.stringMatching(why) });
    expect(effect).toMatchObject({ kind: "failed", changed: "no", outcome: expect.stringMatching(why) });
  });

  onStage(
    "names the missing action",
    { rights: allRights.filter((right) => right !== "importImage/action") },
    async (stage) => {
      const { effect } = await run(stage, stage.job(id));
      expect(effect).toMatchObject({
        kind: "failed",
        changed: "no",
        outcome: expect.stringContaining(
          "Microsoft.ContainerRegistry/registries/importImage/action on the registries",
        ),
      });
    },
  );

  onStage("says that the image is not there", {}, async (stage) => {
    const absent = stage.jobOf({ digest: `sha256:${"0".repeat(64)}` });
    expect(await run(stage, absent)).toMatchObject({ effect: { kind: "failed", changed: "no" } });
    await expect(stage.port.plan(absent, signal())).rejects.toMatchObject({ code: "registry-not-found" });
  });
});

/** As `az acr repository update --image prod/checkout:live --write-enabled false`. */
async function lockTag(world: RegistryWorld): Promise<void> {
  const { username, password } = world.admin;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  const response = await fetch(`${world.url}/acr/v1/prod/checkout/_tags/live`, {
    method: "PATCH",
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify({ writeEnabled: false }),
  });
  expect(response.status).toBeLessThan(300);
}
