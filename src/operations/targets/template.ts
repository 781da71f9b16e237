import { armPath, portalLink } from "../../azure/arm-id.ts";
import { ChatopsError, hasCode } from "../../errors.ts";
import type { TemplateTarget } from "../../nouns/target.ts";
import type { TargetDeps } from "../target-deps.ts";
import type {
  Cancelled,
  DeployedImage,
  Job,
  Observed,
  Plan,
  Step,
  StepRun,
  TargetPort,
} from "../target-port.ts";
import { type ArmContext, armContext } from "./arm-context.ts";
import { checkStep, type RefusedPlan } from "./check-step.ts";
import { observedImage, ownDigest, pinned, type RunningImage, unlessForeign } from "./running-image.ts";
import { askHowItIs, sentAtOf, settleMs } from "./send-once.ts";
import {
  deploymentId,
  deploymentName,
  deploymentPurpose,
  deploymentsApiVersion,
  findDeployment,
  newestImage,
  resourceGroupName,
  startDeployment,
} from "./template/deployments.ts";
import { checkTemplate, templateName } from "./template/spec.ts";

// ARM lists a new deployment at once; one that is still not there then was never accepted.
const mostAbsentMs = 60_000;

type Context = ArmContext<TemplateTarget>;

/**
 * Deploys the owner's template spec with the image as a parameter. The deployment is named for the operation, so that it
 * is found again and never made twice; how it ends is ARM's word about the resources, not about what runs in them.
 */
export function createTemplateTarget(target: TemplateTarget, deps: TargetDeps): TargetPort {
  const context = armContext(target, deps);
  return {
    type: "template",
    plan: (job, signal) => plan(context, job, signal),
    steps: (job) => [
      checkStep(`read ${templateName(target)}`, (signal) => plan(context, job, signal)),
      deploy(context, job),
      follow(context, job),
    ],
    observe: (image, signal) => observe(context, image, signal),
    cancel: (job, notes, signal) => cancel(context, job, notes, signal),
  };
}

interface Ready {
  readonly kind: "ready";
  readonly running?: RunningImage;
}

async function read(
  context: Context,
  image: DeployedImage,
  signal: AbortSignal,
): Promise<Ready | RefusedPlan> {
  const { target } = context;
  const misfit = await checkTemplate(context, signal);
  if (misfit !== undefined) return misfit;
  const running = await newestImage(context, signal);
  const what = `what ${target.name} deployed last to ${resourceGroupName(target)}`;
  return unlessForeign({ kind: "ready", ...(running === undefined ? {} : { running }) }, image, target, what);
}

async function plan(context: Context, job: Job, signal: AbortSignal): Promise<Plan> {
  const { target } = context;
  const state = await read(context, job.image, signal);
  if (state.kind === "refused") return state;
  const before = ownDigest(state.running, job.image);
  return {
    kind: "change",
    ...(before === undefined ? {} : { digestBefore: before }),
    lines: [
      `deploys ${templateName(target)} to ${resourceGroupName(target)}, as ${deploymentName(job.operationId)}`,
      `with ${target.imageParameter} = ${pinned(job.image)}; it was ${state.running?.written ?? "never deployed by this target"}`,
    ],
  };
}

function deploy(context: Context, { operationId, image }: Job): Step {
  const { target, deps } = context;
  return {
    name: "deploy",
    says: `deploy ${templateName(target)}`,
    changes: true,
    look: async ({ signal }) => {
      const found = await findDeployment(context, operationId, signal);
      return { kind: found === undefined ? "absent" : "done" };
    },
    run: async ({ signal, note }) => {
      // A stop must know that it may still be on its way.
      await note({ sentAt: String(deps.now()) });
      await startDeployment(context, { operationId, image: pinned(image) }, signal);
      const link = portalLink(deps.azure.cloud, deploymentId(target, operationId));
      return { kind: "done", link };
    },
  };
}

function follow(context: Context, { operationId }: Job): Step {
  const { deps } = context;
  const name = deploymentName(operationId);
  return {
    name: "follow",
    says: `wait until ${name} is deployed`,
    changes: false,
    run: ({ begunAt, signal }) =>
      askHowItIs(async () => {
        const state = await findDeployment(context, operationId, signal);
        if (state === undefined && deps.now() - begunAt > mostAbsentMs)
          return { kind: "in-doubt", outcome: `Azure took ${name} and does not know it any more` };
        if (state === undefined)
          return { kind: "wait", afterMs: 5_000, progress: `${name} is not there yet` };
        switch (state.kind) {
          case "running":
            return { kind: "wait", afterMs: state.afterMs, progress: `${name}: ${state.word}` };
          case "succeeded":
            return { kind: "done" };
          case "failed":
            return { kind: "failed", outcome: `${name} failed: ${state.why}`, unhealthy: true };
          case "cancelled":
            return { kind: "failed", outcome: `${name} was cancelled in Azure`, unhealthy: true };
          default:
            return state.kind satisfies never;
        }
      }),
  };
}

async function cancel(
  context: Context,
  { operationId }: Job,
  notes: StepRun["notes"],
  signal: AbortSignal,
): Promise<Cancelled> {
  const { target, arm, deps } = context;
  const name = deploymentName(operationId);
  const stopped = {
    kind: "cancelled",
    outcome: `${name} was stopped; what it had deployed until then stays`,
    changed: "unknown",
  } as const;
  const state = await findDeployment(context, operationId, signal);
  if (state === undefined) {
    const left = (sentAtOf(notes) ?? Number.NEGATIVE_INFINITY) + settleMs - deps.now();
    if (left > 0) throw mayStillCome(name, left);
    return { kind: "cancelled", outcome: `${name} was never started`, changed: "no" };
  }
  if (state.kind === "cancelled") return stopped;
  if (state.kind !== "running") return { kind: "too-late", why: `${name} has ended already` };
  const purpose = deploymentPurpose(target, `cancel the deployment ${name}`, "cancel/action");
  const path = `${armPath(deploymentId(target, operationId))}/cancel`;
  try {
    const request = { method: "POST", path, apiVersion: deploymentsApiVersion } as const;
    await arm.send(purpose, request, signal);
    return stopped;
  } catch (error) {
    // 409: it ended between the two calls.
    if (!hasCode(error, "target-refused")) throw error;
    return { kind: "too-late", why: error.message };
  }
}

function mayStillCome(name: string, retryAfterMs: number): ChatopsError {
  const message = `${name} was sent, and Azure does not know it yet: it may still start.`;
  return new ChatopsError("target-unavailable", message, { retryable: true, retryAfterMs });
}

async function observe(
  context: Context,
  image: Pick<DeployedImage, "loginServer" | "repository">,
  signal: AbortSignal,
): Promise<Observed> {
  const running = await newestImage(context, signal);
  return running === undefined ? { kind: "nothing" } : observedImage(running, image);
}
