import { afterAll, beforeAll, expect, it } from "vitest";
import { createRegistryWorld, type RegistryWorld } from "../../../demo/registry/world.ts";
import { createCredentials } from "../../../src/azure/credentials.ts";
import { createRetagTarget } from "../../../src/operations/targets/retag.ts";
import { describeTarget, run, type TargetStage } from "../../contract/target-contract.ts";
import { aRetagTarget } from "../../support/a-target.ts";
import { openWorld, worldConfig } from "../../support/world-registries.ts";

let world: RegistryWorld;
beforeAll(async () => {
  world = await createRegistryWorld();
});
afterAll(() => world.close());

const tagOf = (repository: string, tag: string) => world.snapshot().repositories[repository]?.tags[tag];

let stages = 0;
const operationId = "0198f000-0000-7000-8000-000000000009";

/** Each stage has a repository of its own, with an image that runs and one to deploy. */
async function open(): Promise<TargetStage & { readonly repository: string; readonly before: string }> {
  stages += 1;
  const repository = `shop/stage-${stages}`;
  const config = worldConfig(world);
  const access = openWorld(world);
  const before = (await world.push({ repository, tag: "staging" })).digest;
  const { digest } = await world.push({ repository, tag: "2" });
  let moves = 0;
  let last = tagOf(repository, "staging");
  world.onChange(() => {
    const now = tagOf(repository, "staging");
    // A tag that is set to what it is already has not moved.
    if (now !== last && now === digest) moves += 1;
    last = now;
  });
  return {
    repository,
    before,
    port: createRetagTarget(aRetagTarget(), {
      accessTo: () => access,
      registries: config.registries,
      azure: config.azure,
      credentials: createCredentials(() => config.credentials, config.azure),
      now: Date.now,
    }),
    job: (id, kind = "deploy") => ({
      operationId: id,
      kind,
      image: { registry: "contoso", loginServer: world.loginServer, repository, digest, tag: "2" },
      requestedBy: "Maya",
    }),
    effects: () => moves,
    runs: () => tagOf(repository, "staging"),
    close: async () => world.clearFaults(),
  };
}

const putOf = (stage: TargetStage) => `PUT /v2/${stage.job(operationId).image.repository}/manifests/staging`;
describeTarget("retag", {
  open,
  overload: (stage, times) => world.fault({ match: putOf(stage), status: 429, retryAfter: 1, count: times }),
  loseAnswer: (stage) => world.fault({ match: putOf(stage), status: 0, mode: "after" }),
});

it("keeps what was there under <tag>-previous", async () => {
  const stage = await open();
  const { digestBefore } = await run(stage, stage.job(operationId));
  expect(digestBefore).toBe(stage.before);
  expect(tagOf(stage.repository, "staging-previous")).toBe(stage.before);
});

it("deploys although what was there cannot be kept, and says so", async () => {
  const stage = await open();
  world.fault({ match: `PUT /v2/${stage.repository}/manifests/staging-previous`, status: 405 });
  const { effect } = await run(stage, stage.job(operationId));
  world.clearFaults();
  expect(effect).toMatchObject({
    kind: "done",
    outcome: expect.stringContaining("is not kept under staging-previous"),
  });
});

it("says with ACR's own reason that a tag is locked, and changes nothing", async () => {
  const stage = await open();
  world.lockTag({ repository: stage.repository, tag: "staging" });
  const { effect } = await run(stage, stage.job(operationId));
  expect(effect).toMatchObject({ kind: "failed", changed: "no", outcome: expect.stringContaining("lock") });
  expect(stage.runs()).toBe(stage.before);
});
