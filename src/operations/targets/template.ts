import type { ArmCaller } from "../../azure/arm-caller.ts";
import { armPath, portalLink } from "../../azure/arm-id.ts";
import { ChatopsError } from "../../errors.ts";
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
import { lazyArm } from "./lazy-arm.ts";
import { failedFor, type RefusedPlan } from "./refused.ts";
import { isOwn, ownDigest, pinned, type RunningImage, refuseForeign } from "./running-image.ts";
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

interface Context {
  readonly target: TemplateTarget;
  readonly arm: () => Promise<ArmCaller>;
  readonly deps: TargetDeps;
}

/**
 * Deploys the owner's template spec with the image as a parameter. The deployment is named for the operation, so that it
 * is found again and never made twice; how it ends is ARM's word about the resources, not about what runs in them.
 */
export function createTemplateTarget(target: TemplateTarget, deps: TargetDeps): TargetPort {
  const context: Context = { target, deps, arm: lazyArm(deps, target.credential) };
  return {
    type: "template",
    plan: (job, signal) => plan(context, job, signal),
    steps: (job) => [check(context, job), deploy(context, job), follow(context, job)],
    observe: (image, signal) => observe(context, image, signal),
    cancel: (job, notes, signal) => cancel(context, job, notes, signal),
  };
}

interface Ready {
  readonly kind: "ready";
  readonly running: RunningImage | undefined;
}

async function read(
  { target, arm }: Context,
  image: DeployedImage,
  signal: AbortSignal,
): Promise<Ready | RefusedPlan> {
  const misfit = await checkTemplate(await arm(), target, signal);
  if (misfit !== undefined) return misfit;
  const running = await newestImage(await arm(), target, signal);
  const what = `what ${target.name} deployed last to ${resourceGroupName(target)}`;
  return refuseForeign(running, image, target.replaces, what) ?? { kind: "ready", running };
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

function check(context: Context, { image }: Job): Step {
  return {
    name: "check",
    says: `read ${templateName(context.target)}`,
    changes: false,
    run: async ({ signal, noteDigestBefore }) => {
      const state = await read(context, image, signal);
      if (state.kind === "refused") return failedFor(state);
      await noteDigestBefore(ownDigest(state.running, image));
      return { kind: "done" };
    },
  };
}

function deploy({ target, arm, deps }: Context, { operationId, image }: Job): Step {
  return {
    name: "deploy",
    says: `deploy ${templateName(target)}`,
    changes: true,
    look: async ({ signal }) => {
      const found = await findDeployment(await arm(), target, operationId, deps.now, signal);
      return { kind: found === undefined ? "absent" : "done" };
    },
    run: async ({ signal, note }) => {
      const caller = await arm();
      // A stop must know that it may still be on its way.
      await note({ sentAt: String(deps.now()) });
      await startDeployment(caller, target, { operationId, image: pinned(image) }, signal);
      const link = portalLink(deps.azure.cloud, deploymentId(target, operationId));
      return { kind: "done", link };
    },
  };
}

function follow({ target, arm, deps }: Context, { operationId }: Job): Step {
  const name = deploymentName(operationId);
  return {
    name: "follow",
    says: `wait until ${name} is deployed`,
    changes: false,
    run: ({ begunAt, signal }) =>
      askHowItIs(async () => {
        const state = await findDeployment(await arm(), target, operationId, deps.now, signal);
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
  { target, arm, deps }: Context,
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
  const state = await findDeployment(await arm(), target, operationId, deps.now, signal);
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
    await (await arm()).send(purpose, request, signal);
    return stopped;
  } catch (error) {
    // 409: it ended between the two calls.
    if (error instanceof ChatopsError && error.code === "target-refused")
      return { kind: "too-late", why: error.message };
    throw error;
  }
}

function mayStillCome(name: string, retryAfterMs: number): ChatopsError {
  const message = `${name} was sent, and Azure does not know it yet: it may still start.`;
  return new ChatopsError("target-unavailable", message, { retryable: true, retryAfterMs });
}

async function observe(
  { target, arm }: Context,
  image: Pick<DeployedImage, "loginServer" | "repository">,
  signal: AbortSignal,
): Promise<Observed> {
  const running = await newestImage(await arm(), target, signal);
  if (running === undefined) return { kind: "nothing" };
  if (!isOwn(running, image) || running.digest === undefined)
    return { kind: "other", image: running.written };
  return { kind: "runs", digest: running.digest, as: "configured", health: "unknown" };
}
