import { z } from "zod";
import { armPath } from "../../../azure/arm-id.ts";
import type { ArmResource, ResourcePlace } from "../../../azure/arm-resource.ts";
import type { TemplateTarget } from "../../../nouns/target.ts";
import { safeText } from "../../../outgoing/safe-text.ts";
import { type RefusedPlan, refused } from "../check-step.ts";

// The newest stable version of template specs (azure-rest-api-specs, Microsoft.Resources templateSpecs).
const apiVersion = "2022-02-01";

// A type, or a `$ref` to one of the template's own in its place, which Bicep makes of user-defined types.
const Parameter = z
  .object({
    type: z.string().max(100).optional(),
    $ref: z.string().max(1_000).optional(),
    defaultValue: z.unknown().optional(),
    nullable: z.boolean().optional(),
  })
  // Of what nobody here fills in, the shape is ARM's affair.
  .catch({});
type Parameter = z.infer<typeof Parameter>;
const Parameters = z.record(z.string().max(300), Parameter);
const Template = z.object({ parameters: Parameters.default({}), definitions: Parameters.catch({}) });
type Template = z.infer<typeof Template>;
const Version = z.object({ properties: z.object({ mainTemplate: Template }) });

// Types that name types; ARM takes no circles.
const mostReferences = 20;

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
  return compare(spec.on, body.properties.mainTemplate, target);
}

function compare(name: string, template: Template, target: TemplateTarget): RefusedPlan | undefined {
  const { parameters } = template;
  // ARM does not tell upper from lower case in names of parameters.
  const known = new Map(Object.entries(parameters).map(([key, value]) => [key.toLowerCase(), value]));
  const image = known.get(target.imageParameter.toLowerCase());
  if (image === undefined)
    return refused(
      `${name} has no parameter ${target.imageParameter}`,
      `It has: ${safeText(Object.keys(parameters).join(", ")) || "none"}. Correct targets.<name>.image.`,
    );
  const { type = "string" } = resolved(image, template);
  if (type.toLowerCase() !== "string")
    return refused(
      `the parameter ${target.imageParameter} of ${name} is of type ${safeText(type)}`,
      "It must be a string (a secure one is not given back, so nobody could read what was deployed).",
    );
  const given = [...Object.keys(target.parameters), target.imageParameter].map((key) => key.toLowerCase());
  const unknown = Object.keys(target.parameters).filter((key) => !known.has(key.toLowerCase()));
  if (unknown.length > 0)
    return refused(`${name} has no parameter ${unknown.join(", ")}`, "Correct the target's parameters.");
  const missing = Object.entries(parameters)
    .filter(([key, value]) => !given.includes(key.toLowerCase()) && !isOptional(value, template))
    .map(([key]) => key);
  if (missing.length === 0) return undefined;
  return refused(
    `${name} wants the parameter ${safeText(missing.join(", "))}, which has no default`,
    "Give it in the target's parameters.",
  );
}

function isOptional(parameter: Parameter, template: Template): boolean {
  const { type, defaultValue, nullable } = resolved(parameter, template);
  // Of what cannot be read ARM says itself whether it is missing.
  return defaultValue !== undefined || nullable === true || type === undefined;
}

/** A parameter with what the types say that it refers to; what stands nearer counts. */
function resolved(parameter: Parameter, { definitions }: Template): Parameter {
  let { $ref, ...known } = parameter;
  for (let hops = 0; $ref !== undefined && hops < mostReferences; hops += 1) {
    const name = $ref.replace("#/definitions/", "");
    const next: Parameter = (Object.hasOwn(definitions, name) && definitions[name]) || {};
    known = { ...next, ...known };
    $ref = next.$ref;
  }
  return known;
}
