import { z } from "zod";
import { armPath } from "../../../azure/arm-id.ts";
import type { ArmResource, ResourcePlace } from "../../../azure/arm-resource.ts";
import type { TemplateTarget } from "../../../nouns/target.ts";
import { safeText } from "../../../outgoing/safe-text.ts";
import { type RefusedPlan, refused } from "../check-step.ts";

// The newest stable version of template specs (azure-rest-api-specs, Microsoft.Resources templateSpecs).
const apiVersion = "2022-02-01";

const Version = z.object({
  properties: z.object({
    mainTemplate: z.object({
      parameters: z
        .record(
          z.string().max(300),
          z.object({
            type: z.string().max(100),
            defaultValue: z.unknown().optional(),
            nullable: z.boolean().optional(),
          }),
        )
        .default({}),
    }),
  }),
});
type Parameters = z.infer<typeof Version>["properties"]["mainTemplate"]["parameters"];

/** The version of the template spec, as ARM knows it: `the template spec container-group 1.2`. */
export function specPlace({ templateSpec }: TemplateTarget): ResourcePlace {
  const parts = templateSpec.split("/").filter(Boolean);
  const on = `the template spec ${parts.at(-3)} ${parts.at(-1)}`;
  return { on, type: "Microsoft.Resources/templateSpecs/versions", apiVersion, path: armPath(templateSpec) };
}

/** Reads the template's parameters and compares them with the target's; undefined if they fit. */
export async function checkTemplate(
  spec: ArmResource,
  target: TemplateTarget,
  signal: AbortSignal,
): Promise<RefusedPlan | undefined> {
  const { body } = await spec.ask({ doing: "read", right: "read" }, Version, signal);
  return compare(spec.on, body.properties.mainTemplate.parameters, target);
}

function compare(name: string, parameters: Parameters, target: TemplateTarget): RefusedPlan | undefined {
  // ARM does not tell upper from lower case in names of parameters.
  const known = new Map(Object.entries(parameters).map(([key, value]) => [key.toLowerCase(), value]));
  const image = known.get(target.imageParameter.toLowerCase());
  if (image === undefined)
    return refused(
      `${name} has no parameter ${target.imageParameter}`,
      `It has: ${safeText(Object.keys(parameters).join(", ")) || "none"}. Correct targets.<name>.image.`,
    );
  if (image.type.toLowerCase() !== "string")
    return refused(
      `the parameter ${target.imageParameter} of ${name} is of type ${safeText(image.type)}`,
      "It must be a string (a secure one is not given back, so nobody could read what was deployed).",
    );
  const given = [...Object.keys(target.parameters), target.imageParameter].map((key) => key.toLowerCase());
  const unknown = Object.keys(target.parameters).filter((key) => !known.has(key.toLowerCase()));
  if (unknown.length > 0)
    return refused(`${name} has no parameter ${unknown.join(", ")}`, "Correct the target's parameters.");
  const missing = Object.entries(parameters)
    .filter(([key, value]) => !given.includes(key.toLowerCase()) && !isOptional(value))
    .map(([key]) => key);
  if (missing.length === 0) return undefined;
  return refused(
    `${name} wants the parameter ${safeText(missing.join(", "))}, which has no default`,
    "Give it in the target's parameters.",
  );
}

function isOptional(parameter: Parameters[string]): boolean {
  return parameter.defaultValue !== undefined || parameter.nullable === true;
}
