import { z } from "zod";
import { armPath } from "../../../azure/arm-id.ts";
import type { ResourcePlace } from "../../../azure/arm-resource.ts";
import { armOutcomeOf, type Polled, pollAfterMs, reasonIn } from "../../../azure/long-running.ts";
import { hasCode, orNothing } from "../../../errors.ts";
import type { TemplateTarget } from "../../../nouns/target.ts";
import type { ArmContext } from "../arm-context.ts";
import { type RunningImage, readReference } from "../running-image.ts";

// Stable versions (azure-rest-api-specs, Microsoft.Resources deployments 2025-04-01).
const apiVersion = "2025-04-01";
// A resource group keeps 800 deployments and drops the oldest (Azure Resource Manager limits).
const maxPages = 20;
const maxPerPage = 1_000;
const namePrefix = "acr-chatops-";
const targetTag = "acr-chatops-target";

const Deployment = z.object({
  name: z.string().max(200),
  tags: z.record(z.string(), z.unknown()).nullish().catch(undefined),
  properties: z.object({
    provisioningState: z.string().max(100),
    timestamp: z.string().max(100).nullish(),
    parameters: z
      .record(z.string(), z.object({ value: z.unknown().optional() }))
      .nullish()
      .catch(undefined),
    error: z.unknown().optional(),
  }),
});
const Page = z.object({
  value: z.array(z.unknown()).max(maxPerPage),
  nextLink: z.string().max(4_000).nullish(),
});

/** How a deployment is. */
export interface DeploymentState {
  readonly kind: Polled["kind"];
  /** ARM's own word: `Accepted`, `Running`, `Failed`. */
  readonly word: string;
  /** Innermost message of a failure, cut. */
  readonly why: string;
  readonly afterMs: number;
}

/** The name of an operation's deployment: at most 64 characters, so it is found again by it. */
export function deploymentName(operationId: string): string {
  return `${namePrefix}${operationId}`;
}

/** ARM id of an operation's deployment. */
export function deploymentId(target: TemplateTarget, operationId: string): string {
  return `${target.resourceGroup}/providers/Microsoft.Resources/deployments/${deploymentName(operationId)}`;
}

/** The deployments of the target's resource group, as ARM knows them. */
export function deploymentsPlace({ resourceGroup }: TemplateTarget): ResourcePlace {
  const type = "Microsoft.Resources/deployments";
  const on = `the resource group ${resourceGroup.split("/").at(-1)}`;
  return { on, type, apiVersion, path: `${armPath(resourceGroup)}/providers/${type}` };
}

/** Reads an operation's deployment; undefined if there is none. */
export async function findDeployment(
  { resource, deps }: ArmContext<TemplateTarget>,
  operationId: string,
  signal: AbortSignal,
): Promise<DeploymentState | undefined> {
  const name = deploymentName(operationId);
  const call = { doing: `read the deployment ${name} of`, right: "read", below: `/${name}` };
  const answer = await orNothing(resource.ask(call, Deployment, signal), (error) =>
    hasCode(error, "arm-not-found"),
  );
  if (answer === undefined) return undefined;
  const { provisioningState: word, error } = answer.body.properties;
  return {
    kind: armOutcomeOf(word),
    word,
    why: reasonIn({ error }),
    afterMs: pollAfterMs(answer, deps.now()),
  };
}

/** Starts an operation's deployment. The same name again deploys again: it is looked for first. */
export async function startDeployment(
  { resource, target }: ArmContext<TemplateTarget>,
  job: { readonly operationId: string; readonly image: string },
  signal: AbortSignal,
): Promise<void> {
  const values = { ...target.parameters, [target.imageParameter]: job.image };
  const parameters = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));
  const json = {
    tags: { [targetTag]: target.name },
    // Incremental: what the template does not name is left alone.
    properties: { mode: "Incremental", templateLink: { id: target.templateSpec }, parameters },
  };
  const doing = "deploy the template spec to the resources of";
  const below = `/${deploymentName(job.operationId)}`;
  await resource.send({ doing, right: "write", method: "PUT", below, json }, signal);
}

/** The image of the target's newest deployment that succeeded, as far as the resource group keeps them. */
export async function newestImage(
  { resource, target }: ArmContext<TemplateTarget>,
  signal: AbortSignal,
): Promise<RunningImage | undefined> {
  let next: string | undefined = `/?$filter=${encodeURIComponent("provisioningState eq 'Succeeded'")}`;
  let newest: { readonly at: number; readonly image: string } | undefined;
  for (let pages = 0; next !== undefined && pages < maxPages; pages += 1) {
    const call = { doing: "list the deployments of", right: "read", below: next };
    const page: z.infer<typeof Page> = (await resource.ask(call, Page, signal)).body;
    for (const entry of page.value) {
      const found = ownOf(entry, target);
      if (found !== undefined && (newest === undefined || found.at > newest.at)) newest = found;
    }
    next = page.nextLink ?? undefined;
  }
  return newest === undefined ? undefined : readReference(newest.image);
}

function ownOf(entry: unknown, target: TemplateTarget) {
  // Other people's deployments may have any shape.
  const parsed = Deployment.safeParse(entry);
  if (!parsed.success) return undefined;
  const { name, tags, properties } = parsed.data;
  if (!name.startsWith(namePrefix) || tags?.[targetTag] !== target.name) return undefined;
  if (armOutcomeOf(properties.provisioningState) !== "succeeded") return undefined;
  const image = properties.parameters?.[target.imageParameter]?.value;
  const at = Date.parse(properties.timestamp ?? "");
  return typeof image === "string" && Number.isFinite(at) ? { at, image: image.slice(0, 1_000) } : undefined;
}
