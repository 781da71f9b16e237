import { z } from "zod";
import type { ArmPurpose } from "../../../azure/arm-errors.ts";
import { armPath } from "../../../azure/arm-id.ts";
import { innermostError } from "../../../azure/inner-error.ts";
import { pollAfterMs } from "../../../azure/long-running.ts";
import { hasCode, orNothing } from "../../../errors.ts";
import type { TemplateTarget } from "../../../nouns/target.ts";
import type { ArmContext } from "../arm-context.ts";
import { type RunningImage, readReference } from "../running-image.ts";

// Stable versions (azure-rest-api-specs, Microsoft.Resources deployments 2025-04-01).
export const deploymentsApiVersion = "2025-04-01";
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
  readonly kind: "running" | "succeeded" | "failed" | "cancelled";
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

/** `the resource group rg-shop`. */
export function resourceGroupName({ resourceGroup }: TemplateTarget): string {
  return `the resource group ${resourceGroup.split("/").at(-1)}`;
}

/** Purpose of a call to deployments; `action` follows `Microsoft.Resources/deployments/`. */
export function deploymentPurpose(target: TemplateTarget, doing: string, action: string): ArmPurpose {
  const on = resourceGroupName(target);
  return { doing: `${doing} of ${on}`, action: `Microsoft.Resources/deployments/${action}`, on };
}

/** Reads an operation's deployment; undefined if there is none. */
export async function findDeployment(
  { arm, target, deps }: ArmContext<TemplateTarget>,
  operationId: string,
  signal: AbortSignal,
): Promise<DeploymentState | undefined> {
  const purpose = deploymentPurpose(target, `read the deployment ${deploymentName(operationId)}`, "read");
  const path = armPath(deploymentId(target, operationId));
  const request = { method: "GET", path, apiVersion: deploymentsApiVersion } as const;
  const answer = await orNothing(arm.ask(purpose, request, Deployment, signal), (error) =>
    hasCode(error, "arm-not-found"),
  );
  if (answer === undefined) return undefined;
  const { provisioningState: word, error } = answer.body.properties;
  const why = innermostError({ error })?.text ?? "Azure gave no reason";
  return { kind: kindOf(word), word, why, afterMs: pollAfterMs(answer, deps.now()) };
}

function kindOf(word: string): DeploymentState["kind"] {
  switch (word.toLowerCase()) {
    case "succeeded":
      return "succeeded";
    case "failed":
      return "failed";
    case "canceled":
    case "cancelled":
      return "cancelled";
    default:
      return "running";
  }
}

/** Starts an operation's deployment. The same name again deploys again: it is looked for first. */
export async function startDeployment(
  { arm, target }: ArmContext<TemplateTarget>,
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
  const purpose = deploymentPurpose(target, "deploy the template spec to the resources", "write");
  const path = armPath(deploymentId(target, job.operationId));
  await arm.send(purpose, { method: "PUT", path, apiVersion: deploymentsApiVersion, json }, signal);
}

/** The image of the target's newest deployment that succeeded, as far as the resource group keeps them. */
export async function newestImage(
  { arm, target }: ArmContext<TemplateTarget>,
  signal: AbortSignal,
): Promise<RunningImage | undefined> {
  const purpose = deploymentPurpose(target, "list the deployments", "read");
  const filter = `$filter=${encodeURIComponent("provisioningState eq 'Succeeded'")}`;
  let next: string | undefined =
    `${armPath(target.resourceGroup)}/providers/Microsoft.Resources/deployments/?${filter}`;
  let newest: { readonly at: number; readonly image: string } | undefined;
  for (let pages = 0; next !== undefined && pages < maxPages; pages += 1) {
    const request = { method: "GET", path: next, apiVersion: deploymentsApiVersion } as const;
    const page: z.infer<typeof Page> = (await arm.ask(purpose, request, Page, signal)).body;
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
  if (kindOf(properties.provisioningState) !== "succeeded") return undefined;
  const image = properties.parameters?.[target.imageParameter]?.value;
  const at = Date.parse(properties.timestamp ?? "");
  return typeof image === "string" && Number.isFinite(at) ? { at, image: image.slice(0, 1_000) } : undefined;
}
