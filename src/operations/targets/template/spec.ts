import { z } from "zod";
import { armPath } from "../../../azure/arm-id.ts";
import type { TemplateTarget } from "../../../nouns/target.ts";
import { safeText } from "../../../outgoing/safe-text.ts";
import type { ArmContext } from "../arm-context.ts";
import { type RefusedPlan, refused } from "../check-step.ts";

// The newest stable version of template specs (azure-rest-api-specs, Microsoft.Resources templateSpecs).
const specsApiVersion = "2022-02-01";

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

/** `the template spec container-group 1.2`. */
export function templateName({ templateSpec }: TemplateTarget): string {
  const parts = templateSpec.split("/").filter(Boolean);
  return `the template spec ${parts.at(-3)} ${parts.at(-1)}`;
}

/** Reads the template's parameters and compares them with the target's; undefined if they fit. */
export async function checkTemplate(
  { arm, target }: ArmContext<TemplateTarget>,
  signal: AbortSignal,
): Promise<RefusedPlan | undefined> {
  const name = templateName(target);
  const action = "Microsoft.Resources/templateSpecs/versions/read";
  const purpose = { doing: `read ${name}`, action, on: name };
  const request = {
    method: "GET",
    path: armPath(target.templateSpec),
    apiVersion: specsApiVersion,
  } as const;
  const { properties } = (await arm.ask(purpose, request, Version, signal)).body;
  return compare(properties.mainTemplate.parameters, target);
}

function compare(parameters: Parameters, target: TemplateTarget): RefusedPlan | undefined {
  const name = templateName(target);
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
