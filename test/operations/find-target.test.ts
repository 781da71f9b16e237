import { describe, expect, it } from "vitest";
import { azureOf } from "../../src/config/clouds.ts";
import { ChatopsError } from "../../src/errors.ts";
import type { AzurePipelinesTarget } from "../../src/nouns/target.ts";
import { createFindTarget } from "../../src/operations/find-target.ts";
import { aRetagTarget } from "../support/a-target.ts";
import { createManualClock } from "../support/manual-clock.ts";
import { depsOf, jobOf, targetBase } from "./targets/pipeline-stage.ts";

const production: AzurePipelinesTarget = {
  ...targetBase,
  type: "azure-pipelines",
  credential: "deployer",
  organization: "https://dev.azure.com/contoso",
  project: "shop",
  pipeline: 12,
  ref: "refs/heads/main",
  parameters: { image: "{image}", operation: "{operation}" },
};

function configOf(target: AzurePipelinesTarget) {
  return {
    targets: { [target.name]: target },
    registries: {},
    credentials: {},
    azure: azureOf({ cloud: "public" }),
  };
}

describe("findTarget", () => {
  it("opens a target again that could not be opened before", async () => {
    const deps = depsOf(createManualClock());
    const config = configOf(production);
    let asked = 0;
    const findTarget = createFindTarget({
      ...deps,
      config: () => config,
      credentials: {
        get(name) {
          asked += 1;
          if (asked === 1) throw new ChatopsError("config-invalid", "the token file is not mounted yet");
          return deps.credentials.get(name);
        },
      },
    });
    await expect(findTarget("production")).rejects.toThrow("not mounted yet");
    const port = await findTarget("production");
    expect(port).toMatchObject({ type: "azure-pipelines" });
    expect(await findTarget("production")).toBe(port);
    expect(asked).toBe(2);
  });

  it("opens a target again for another configuration, and leaves the port of the one before as it is", async () => {
    let config = configOf(production);
    const findTarget = createFindTarget({ ...depsOf(createManualClock()), config: () => config });
    const before = await findTarget("production");
    config = configOf({ ...production, pipeline: 13, revision: "r2" });
    const after = await findTarget("production");
    expect(after).not.toBe(before);
    expect(await findTarget("production")).toBe(after);
    config = { ...config, targets: {} };
    expect(await findTarget("production")).toBeUndefined();
  });

  it("leaves the port of the one before on the registry and the identity that this one names", async () => {
    const { credentials, ...deps } = depsOf(createManualClock());
    const first = { ...configOf(production), targets: { staging: aRetagTarget(), production } };
    let config = first;
    const askedOf: unknown[] = [];
    const findTarget = createFindTarget({
      ...deps,
      config: () => config,
      accessTo: (_name, of) => {
        askedOf.push(of);
        return {};
      },
      credentials: {
        get(name, of) {
          askedOf.push(of);
          return credentials.get(name);
        },
      },
    });
    const port = await findTarget("staging");
    const opening = findTarget("production");
    config = { ...first, credentials: {} };
    await opening;
    await expect(port?.plan(jobOf(), AbortSignal.any([]))).rejects.toThrow("needs read and write");
    expect(askedOf.map((of) => [of === first.credentials, of === first])).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  it("goes by a secret that was rotated, although the target's revision is the same", async () => {
    let config = configOf(production);
    const findTarget = createFindTarget({ ...depsOf(createManualClock()), config: () => config });
    const before = await findTarget("production");
    config = configOf(production);
    expect(await findTarget("production")).not.toBe(before);
  });
});
