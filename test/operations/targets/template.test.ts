import { describe, expect, it } from "vitest";
import type { AzureWorldOptions } from "../../../demo/azure/world.ts";
import type { JsonObject } from "../../../demo/shared/json-object.ts";
import type { TemplateTarget } from "../../../src/nouns/target.ts";
import { createTemplateTarget } from "../../../src/operations/targets/template.ts";
import { describeTarget, emptyJournal, run } from "../../contract/target-contract.ts";
import { aJob, newDigest, newImage, oldDigest, oldImage, targetBase } from "../../support/azure-target.ts";
import {
  expectRefusal,
  faultsOf,
  id,
  namesMissingActions,
  openAzure,
  signal,
  staged,
} from "./azure-stage.ts";

const parameters: Readonly<Record<string, JsonObject>> = {
  image: { type: "string" },
  cpu: { type: "int" },
  region: { type: "string", defaultValue: "westeurope" },
};

function open(overrides: Partial<TemplateTarget> = {}, options: AzureWorldOptions = {}) {
  const templateSpecs = [{ name: "container-group", version: "1.2", parameters }];
  return openAzure({ templateSpecs, ...options }, (world, deps) => {
    const portOf = (changed: Partial<TemplateTarget>) => {
      const target: TemplateTarget = {
        ...targetBase,
        type: "template",
        templateSpec: world.ids.templateSpec("container-group", "1.2"),
        resourceGroup: world.ids.group,
        imageParameter: "image",
        parameters: { cpu: 2 },
        ...changed,
      };
      return createTemplateTarget(target, deps);
    };
    const made = () => world.snapshot().deployments.filter(({ image }) => image === newImage);
    return {
      portOf,
      port: portOf(overrides),
      effects: () => made().reduce((sum, { runs }) => sum + runs, 0),
      runs: () => /@(sha256:\w+)/.exec(made().at(-1)?.image ?? "")?.[1],
    };
  });
}

describeTarget("template", {
  open,
  occupy: async (stage) => {
    const { image, ...job } = aJob("0198f000-0000-7000-8000-000000000008", { digest: oldDigest });
    await run(stage, { ...job, image: { ...image, repository: "shop/other" } });
  },
  ...faultsOf("PUT"),
});

// As Bicep writes user-defined types (bicep build, language version 2.0).
const typed = (more: Readonly<Record<string, JsonObject>>) => ({
  templateSpecs: [
    {
      name: "container-group",
      version: "1.2",
      parameters: {
        image: { $ref: "#/definitions/imageReference", metadata: { description: "by digest" } },
        cpu: { $ref: "#/definitions/cores" },
        ...more,
      },
      definitions: {
        imageReference: { $ref: "#/definitions/text" },
        text: { type: "string", minLength: 1 },
        hidden: { type: "securestring" },
        cores: { type: "int", allowedValues: [1, 2] },
        tags: { type: "object", additionalProperties: { type: "string" }, nullable: true },
      },
    },
  ],
});

describe("the template target", () => {
  staged(
    "takes parameters of user-defined types, and asks nothing of those that it does not fill",
    () =>
      open(
        {},
        typed({
          tags: { $ref: "#/definitions/tags" },
          ports: { type: "array", items: { $ref: "#/definitions/port" }, defaultValue: [80] },
          odd: { type: ["string"], defaultValue: "x", metadata: 4 } as unknown as JsonObject,
        }),
      ),
    async (stage) => expect(await run(stage, aJob(id))).toMatchObject({ effect: { kind: "done" } }),
  );

  it("refuses an image parameter whose own type is no plain string, and a missing one of its types", async () => {
    const hidden = await open({}, typed({ image: { $ref: "#/definitions/hidden" } }));
    await expectRefusal(hidden, /is of type securestring/);
    await hidden.close();
    const missing = await open({ parameters: {} }, typed({}));
    await expectRefusal(missing, /wants the parameter cpu/);
    await missing.close();
  });

  staged("remembers what it deployed, newest first", open, async (stage) => {
    expect(await stage.port.observe(aJob(id).image, signal())).toEqual({ kind: "nothing" });
    await run(stage, aJob("0198f000-0000-7000-8000-000000000007", { digest: oldDigest }));
    const { digestBefore } = await run(stage, aJob(id));
    expect(digestBefore).toBe(oldDigest);
    expect(await stage.port.observe(aJob(id).image, signal())).toEqual({
      kind: "runs",
      digest: newDigest,
      as: "configured",
      health: "unknown",
    });
    expect(stage.world.snapshot().deployments.map(({ name, image }) => [name, image])).toEqual([
      ["acr-chatops-0198f000-0000-7000-8000-000000000007", oldImage],
      [`acr-chatops-${id}`, newImage],
    ]);
  });

  staged("finds its newest deployment behind many others", open, async (stage) => {
    for (let n = 10; n < 70; n += 1) {
      const operationId = `0198f000-0000-7000-8000-0000000001${n}`;
      const digest = `sha256:${`${n}`.padStart(64, "0")}`;
      await run(stage, aJob(operationId, { digest }));
    }
    const observed = await stage.port.observe(aJob(id).image, signal());
    expect(observed).toMatchObject({ digest: `sha256:${"69".padStart(64, "0")}` });
  });

  staged("does not take another target's deployments for its own", open, async (stage) => {
    await run(stage, aJob(id));
    expect(await stage.portOf({ name: "staging" }).observe(aJob(id).image, signal())).toEqual({
      kind: "nothing",
    });
  });

  staged("deploys the same digest again for another operation", open, async (stage) => {
    await run(stage, aJob("0198f000-0000-7000-8000-000000000007"));
    expect(await run(stage, aJob(id, { kind: "redeploy" }))).toMatchObject({ effect: { kind: "done" } });
    expect(stage.effects()).toBe(2);
  });

  staged("fails with the provider's own message, and not with ARM's wrapping", open, async (stage) => {
    const why = "The image 'contoso.azurecr.io/shop/checkout' is not accessible.";
    stage.world.breakImage(newDigest, { why });
    const { effect } = await run(stage, aJob(id));
    expect(effect).toMatchObject({ kind: "failed", changed: "yes", unhealthy: true });
    expect(effect).toMatchObject({ outcome: `acr-chatops-${id} failed: InaccessibleImage: ${why}` });
    expect(await stage.port.observe(aJob(id).image, signal())).toEqual({ kind: "nothing" });
  });

  staged("is stopped while it runs", open, async (stage) => {
    const { effect } = await run(stage, aJob(id), { stopAfterWaits: 2 });
    expect(effect).toMatchObject({ kind: "cancelled", changed: "unknown" });
    expect(stage.world.snapshot().deployments).toMatchObject([{ state: "Canceled" }]);
    const again = await stage.port.cancel?.(aJob(id), {}, signal());
    expect(again).toMatchObject({ kind: "cancelled" });
  });

  staged("is not said to be stopped while its start may still be on the way", open, async (stage) => {
    stage.world.fault({ match: "PUT /subscriptions/", status: 0 });
    const kept = { journal: emptyJournal };
    await expect(run(stage, aJob(id), { keep: kept })).rejects.toMatchObject({ retryable: true });
    const stop = () => stage.port.cancel?.(aJob(id), kept.journal.notes, signal());
    await expect(stop()).rejects.toMatchObject({ code: "target-unavailable", retryable: true });
    for (let n = 0; n < 7; n += 1) await stage.advance?.();
    expect(await stop()).toMatchObject({ kind: "cancelled", changed: "no" });
  });

  staged("cannot be stopped any more once it has ended", open, async (stage) => {
    await run(stage, aJob(id));
    expect(await stage.port.cancel?.(aJob(id), {}, signal())).toMatchObject({ kind: "too-late" });
    const never = aJob("0198f000-0000-7000-8000-000000000006");
    expect(await stage.port.cancel?.(never, {}, signal())).toMatchObject({
      kind: "cancelled",
      changed: "no",
    });
  });

  it.each<[string, Partial<TemplateTarget>, RegExp]>([
    [
      "an image parameter that is not there",
      { imageParameter: "img" },
      /no parameter img.*image, cpu, region/,
    ],
    [
      "an image parameter of another type",
      { imageParameter: "cpu", parameters: { image: "x" } },
      /is of type int/,
    ],
    ["a parameter that is not there", { parameters: { cpu: 2, gpu: 1 } }, /no parameter gpu/],
    ["a missing parameter", { parameters: {} }, /wants the parameter cpu/],
  ])("refuses %s", async (_, overrides, why) => {
    const stage = await open(overrides);
    await expectRefusal(stage, why);
    await stage.close();
  });

  namesMissingActions(
    [
      "Microsoft.Resources/templateSpecs/versions/read",
      "Microsoft.Resources/deployments/read",
      "Microsoft.Resources/deployments/write",
    ],
    "",
    (options) => open({}, options),
  );
});
