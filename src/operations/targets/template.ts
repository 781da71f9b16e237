import { portalLink } from "../../azure/arm-id.ts";
import { createArmResource } from "../../azure/arm-resource.ts";
import { ChatopsError, hasCode } from "../../errors.ts";
import type { TemplateTarget } from "../../nouns/target.ts";
import type { TargetDeps } from "../target-deps.ts";
import type {
  Cancelled,
  ImageSource,
  Job,
  Observed,
  Step,
  StepResult,
  StepRun,
  TargetPort,
} from "../target-port.ts";
import { type ArmContext, armContext, lazyArm } from "./arm-context.ts";
import { checkStep } from "./check-step.ts";
import { configuredImage } from "./configured-image.ts";
import { followStep } from "./follow-step.ts";
import { observedImage, pinned } from "./running-image.ts";
import { sentAtOf, settleMs } from "./send-once.ts";
import {
  deploymentId,
  deploymentName,
  deploymentsPlace,
  findDeployment,
  newestImage,
  startDeployment,
} from "./template/deployments.ts";
import { checkTemplate, specPlace } from "./template/spec.ts";

// ARM lists a new deployment at once; one that is still not there then was never accepted.
const mostAbsentMs = 60_000;

type Context = ArmContext<TemplateTarget>;

/**
 * Deploys the owner's template spec with the image as a parameter. The deployment is named for the operation, so that it
 * is found again and never made twice; how it ends is ARM's word about the resources, not about what runs in them.
 */
export function createTemplateTarget(target: TemplateTarget, deps: TargetDeps): TargetPort {
  const context = armContext(target, deps, deploymentsPlace(target));
  const group = context.resource.on;
  const spec = createArmResource(lazyArm(deps, target.credential), specPlace(target));
  const { plan } = configuredImage({
    name: `what ${target.name} deployed last to ${group}`,
    replaces: target.replaces,
    read: async (signal) => {
      const misfit = await checkTemplate(spec, target, signal);
      return misfit ?? { kind: "ready", running: await newestImage(context, signal) };
    },
    linesOf: ({ running }, { operationId, image }) => [
      `deploys ${spec.on} to ${group}, as ${deploymentName(operationId)}`,
      `with ${target.imageParameter} = ${pinned(image)}; it was ${running?.written ?? "never deployed by this target"}`,
    ],
  });
  return {
    type: "template",
    plan,
    steps: (job) => {
      const name = deploymentName(job.operationId);
      return [
        checkStep(`read ${spec.on}`, (signal) => plan(job, signal)),
        deploy(context, spec.on, job),
        followStep({ name: "follow", says: `wait until ${name} is deployed` }, (run) =>
          follow(context, job, run),
        ),
      ];
    },
    observe: (image, signal) => observe(context, image, signal),
    cancel: (job, notes, signal) => cancel(context, job, notes, signal),
  };
}

function deploy(context: Context, spec: string, { operationId, image }: Job): Step {
  const { target, deps } = context;
  return {
    name: "deploy",
    says: `deploy ${spec}`,
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

async function follow(
  context: Context,
  { operationId }: Job,
  { begunAt, signal }: StepRun,
): Promise<StepResult> {
  const name = deploymentName(operationId);
  const state = await findDeployment(context, operationId, signal);
  if (state === undefined && context.deps.now() - begunAt > mostAbsentMs)
    return { kind: "in-doubt", outcome: `Azure took ${name} and does not know it any more` };
  if (state === undefined) return { kind: "wait", afterMs: 5_000, progress: `${name} is not there yet` };
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
}

async function cancel(
  context: Context,
  { operationId }: Job,
  notes: StepRun["notes"],
  signal: AbortSignal,
): Promise<Cancelled> {
  const name = deploymentName(operationId);
  const stopped = {
    kind: "cancelled",
    outcome: `${name} was stopped; what it had deployed until then stays`,
    changed: "unknown",
  } as const;
  const state = await findDeployment(context, operationId, signal);
  if (state === undefined) {
    const left = (sentAtOf(notes) ?? Number.NEGATIVE_INFINITY) + settleMs - context.deps.now();
    if (left > 0) throw mayStillCome(name, left);
    return { kind: "cancelled", outcome: `${name} was never started`, changed: "no" };
  }
  if (state.kind === "cancelled") return stopped;
  if (state.kind !== "running") return { kind: "too-late", why: `${name} has ended already` };
  const doing = `cancel the deployment ${name} of`;
  const call = { doing, right: "cancel/action", method: "POST", below: `/${name}/cancel` } as const;
  try {
    await context.resource.send(call, signal);
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

async function observe(context: Context, image: ImageSource, signal: AbortSignal): Promise<Observed> {
  const running = await newestImage(context, signal);
  return running === undefined ? { kind: "nothing" } : observedImage(running, image);
}
