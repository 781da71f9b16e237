import { z } from "zod";
import * as part from "../parts/schema-parts.ts";
import { ofKey } from "../read/finding.ts";
import { namesAt, textAt } from "../read/tree.ts";
import { armIdKey, credentialKey } from "./azure-keys.ts";
import { checkNamesOfValues, maxParameters } from "./given-values.ts";
import { targetMapping } from "./schema-target-base.ts";
import { anotherSystem, none, noSecrets, ownKeysOf, sharesPlaces, type TargetForm } from "./target-form.ts";

const parameterPattern = /^[A-Za-z_][A-Za-z0-9_]{0,254}$/;

const schema = targetMapping("template", "Deploys a template spec with the image as a parameter.", {
  credential: credentialKey,
  templateSpec: armIdKey(
    "one version of a template spec",
    "/providers/Microsoft.Resources/templateSpecs/<name>/versions/<version>",
  ).describe("ARM id of one version of a template spec."),
  resourceGroup: armIdKey("a resource group", "").describe(
    "ARM id of the resource group that it deploys to.",
  ),
  image: part
    .boundedText("must be the name of a parameter", 255, parameterPattern)
    .default("image")
    .describe("The parameter that gets <login server>/<repository>@sha256:…"),
  parameters: part
    .named(
      z.union([z.string().max(4_000), z.number(), z.boolean()], {
        error: "must be a text of at most 4000 characters, a number, true or false",
      }),
      "must be parameters by name",
      maxParameters,
      parameterPattern,
    )
    .default({})
    .describe("The template's other parameters."),
});

/** Deploys a version of a template spec. */
export const templateForm: TargetForm<"template", typeof schema> = {
  schema,
  otherNames: [
    ...["aci", "arm", "bicep", "container-app-job", "container-group"],
    ...["container-instance", "container-instances", "template-spec"],
  ],
  ...anotherSystem,
  seesHealth: true,
  ...noSecrets,
  // What other systems are told is nobody else's concern.
  hiddenKeys: ["parameters.*"],
  check: ({ value }) => [
    ...checkNamesOfValues(value, "parameters", parameterPattern, "letters, digits and _"),
    ...checkImageParameter(value),
  ],
  advise: none,
  ...sharesPlaces,
  files: none,
  resolve: (file) => {
    const { image, ...own } = ownKeysOf(file);
    return { ...own, imageParameter: image };
  },
};

/** ARM tells names of parameters apart without regard to case. */
function checkImageParameter(target: unknown) {
  const image = textAt(target, ["image"]) ?? "image";
  const same = namesAt(target, ["parameters"]).filter((name) => name.toLowerCase() === image.toLowerCase());
  return same.flatMap((name) =>
    ofKey(["parameters", name], "is the parameter that gets the image; leave it out"),
  );
}
