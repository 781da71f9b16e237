import type { ArmCaller } from "../../azure/arm-caller.ts";
import { armPath, portalLink } from "../../azure/arm-id.ts";
import { armOperationOf } from "../../azure/long-running.ts";
import type { ContainerAppTarget } from "../../nouns/target.ts";
import type { TargetDeps } from "../target-deps.ts";
import type { Health, Job, Looked, Observed, Plan, Step, StepResult, TargetPort } from "../target-port.ts";
import {
  appApiVersion,
  type ContainerAppState,
  containerAppName,
  containerAppPurpose,
  readContainerApp,
  revisionNameOf,
  revisionSuffixOf,
} from "./container-app/read-container-app.ts";
import { type RevisionState, readRevision } from "./container-app/read-revision.ts";
import { lazyArm } from "./lazy-arm.ts";
import { notesOf, operationIn } from "./noted-operation.ts";
import { failedFor } from "./refused.ts";
import { digestOrNothing, isOwn, ownDigest, pinned, refuseForeign } from "./running-image.ts";
import { askHowItIs } from "./send-once.ts";

interface Context {
  readonly target: ContainerAppTarget;
  readonly arm: () => Promise<ArmCaller>;
  readonly deps: TargetDeps;
}

/**
 * Makes a new revision of a container app with the image, everything else as it is. Its suffix comes from the operation,
 * so that it is found again, and so that the same digest makes a new revision too.
 */
export function createContainerAppTarget(target: ContainerAppTarget, deps: TargetDeps): TargetPort {
  const context: Context = { target, deps, arm: lazyArm(deps, target.credential) };
  return {
    type: "container-app",
    plan: (job, signal) => plan(context, job, signal),
    steps: (job) => [check(context, job), revise(context, job), follow(context, job)],
    observe: (image, signal) => observe(context, image, signal),
  };
}

async function plan({ target, arm }: Context, job: Job, signal: AbortSignal): Promise<Plan> {
  const { image } = job;
  const state = await readContainerApp(await arm(), target, signal);
  if (state.kind === "refused") return state;
  const name = containerAppName(target);
  const foreign = refuseForeign(state.running, image, target.replaces, name);
  if (foreign !== undefined) return foreign;
  const before = ownDigest(state.running, image);
  const others = state.containers.length - 1;
  return {
    kind: "change",
    ...(before === undefined ? {} : { digestBefore: before }),
    lines: [
      `makes the revision ${revisionNameOf(target, revisionSuffixOf(job.operationId))} of ${name}`,
      before === image.digest
        ? `with ${digestOrNothing(before)} in the container ${state.container}, as the newest revision has`
        : `sets the container ${state.container} from ${state.running.written} to ${pinned(image)}`,
      ...(others > 0 ? [`keeps the ${others === 1 ? "other container" : `${others} others`} as it is`] : []),
      trafficWords(state),
    ],
  };
}

function trafficWords({ traffic }: Pick<ContainerAppState, "traffic">): string {
  switch (traffic) {
    case "all":
      return "Container Apps moves all traffic to it as soon as it is ready, and ends the revision before";
    case "latest":
      return "it gets the traffic that is for the latest revision; the other revisions stay";
    case "pinned":
      return "it gets no traffic: the app's weights name other revisions. Move them yourself";
    default:
      return traffic satisfies never;
  }
}

function check({ target, arm }: Context, { image }: Job): Step {
  return {
    name: "check",
    says: `read ${containerAppName(target)}`,
    changes: false,
    run: async ({ signal, noteDigestBefore }) => {
      const state = await readContainerApp(await arm(), target, signal);
      if (state.kind === "refused") return failedFor(state);
      const foreign = refuseForeign(state.running, image, target.replaces, containerAppName(target));
      if (foreign !== undefined) return failedFor(foreign);
      await noteDigestBefore(ownDigest(state.running, image));
      return { kind: "done" };
    },
  };
}

function revise({ target, arm, deps }: Context, { operationId, image }: Job): Step {
  const name = containerAppName(target);
  const suffix = revisionSuffixOf(operationId);
  return {
    name: "revise",
    says: `make a revision of ${name}`,
    changes: true,
    look: async ({ signal }): Promise<Looked> => {
      const state = await readContainerApp(await arm(), target, signal);
      // The template has it as soon as it is accepted, the list of revisions a little later.
      if (state.kind === "ready" && state.revisionSuffix === suffix) return { kind: "done" };
      const revision = revisionNameOf(target, suffix);
      const { kind } = await readRevision(await arm(), target, revision, deps.now, signal);
      return { kind: kind === "absent" ? "absent" : "done" };
    },
    run: async ({ signal }) => {
      const state = await readContainerApp(await arm(), target, signal);
      if (state.kind === "refused") return failedFor(state);
      const foreign = refuseForeign(state.running, image, target.replaces, name);
      if (foreign !== undefined) return failedFor(foreign);
      // A JSON merge patch: objects are merged, arrays replaced as a whole.
      const containers = state.containers.map((container) =>
        container.name === state.container ? { ...container, image: pinned(image) } : container,
      );
      const request = {
        method: "PATCH",
        path: armPath(target.app),
        apiVersion: appApiVersion,
        json: { properties: { template: { revisionSuffix: suffix, containers } } },
        ...(state.etag === undefined ? {} : { ifMatch: state.etag }),
      } as const;
      const purpose = containerAppPurpose(target, "make a revision of", "write");
      const answer = await (await arm()).send(purpose, request, signal);
      const link = portalLink(deps.azure.cloud, target.app);
      return { kind: "done", notes: notesOf(armOperationOf(answer)), link };
    },
  };
}

function follow(context: Context, { operationId, image }: Job): Step {
  const { target, arm, deps } = context;
  const suffix = revisionSuffixOf(operationId);
  const name = revisionNameOf(target, suffix);
  return {
    name: "follow",
    says: `wait until the revision ${name} runs`,
    changes: false,
    run: ({ notes, signal }) =>
      askHowItIs(async () => {
        const revision = await readRevision(await arm(), target, name, deps.now, signal);
        if (revision.kind === "failed")
          return {
            kind: "failed",
            outcome: `the revision ${name} does not run: ${revision.why}`,
            unhealthy: true,
          };
        const state = await readContainerApp(await arm(), target, signal);
        const isOurs = state.kind === "ready" && state.revisionSuffix === suffix;
        const ending = endOf(revision, state.kind === "ready" ? state.traffic : "all");
        if (ending !== undefined) return ending;
        const isReplaced =
          state.kind === "ready" && !isOurs && ownDigest(state.running, image) !== image.digest;
        if (revision.kind === "stopped" || isReplaced)
          return {
            kind: "failed",
            outcome: `the revision ${name} was stopped or replaced by somebody else since`,
          };
        const refusal = await refusalOf(context, notes, signal);
        if (refusal !== undefined)
          return { kind: "failed", outcome: refusal, ...(isOurs ? { unhealthy: true } : {}) };
        const progress = `the revision ${name}: ${revision.why}`;
        return { kind: "wait", afterMs: revision.afterMs, progress, late: "unhealthy" };
      }),
  };
}

function endOf(
  { kind, trafficWeight }: RevisionState,
  traffic: ContainerAppState["traffic"],
): StepResult | undefined {
  if (kind !== "running" && kind !== "idle") return undefined;
  const words = [
    ...(kind === "idle" ? ["it is scaled to zero and starts with the next request"] : []),
    ...(traffic === "pinned" && trafficWeight === 0
      ? ["it gets no traffic: the app's weights name other revisions"]
      : []),
  ];
  return { kind: "done", outcome: words.join("; ") };
}

/** Why Container Apps gave the change up, if it says so. */
async function refusalOf(
  { target, arm }: Context,
  notes: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const operation = operationIn(notes);
  if (operation === undefined) return undefined;
  const purpose = containerAppPurpose(target, "follow the change of", "read");
  // The revision is what counts; where its operation cannot be read, the deadline decides.
  const polled = await (await arm()).poll(purpose, operation, appApiVersion, signal).catch(() => undefined);
  if (polled?.kind === "failed") return `Container Apps could not make the revision: ${polled.why}`;
  return polled?.kind === "cancelled" ? "the change was cancelled in Azure" : undefined;
}

async function observe(
  { target, arm, deps }: Context,
  image: Pick<Job["image"], "loginServer" | "repository">,
  signal: AbortSignal,
): Promise<Observed> {
  const state = await readContainerApp(await arm(), target, signal);
  if (state.kind === "refused") return { kind: "unknown" };
  const { running, latestRevision } = state;
  if (!isOwn(running, image) || running.digest === undefined)
    return { kind: "other", image: running.written };
  if (latestRevision === undefined)
    return { kind: "runs", digest: running.digest, as: "configured", health: "unknown" };
  const revision = await readRevision(await arm(), target, latestRevision, deps.now, signal);
  const health = healthOf(revision);
  const as = revision.kind === "running" ? "running" : "configured";
  const said = { kind: "runs", digest: running.digest, as, health } as const;
  return health === "healthy" ? said : { ...said, why: revision.why };
}

function healthOf({ kind }: RevisionState): Health {
  switch (kind) {
    case "running":
    case "idle":
      return "healthy";
    case "absent":
    case "progressing":
      return "progressing";
    case "failed":
    case "degraded":
    case "stopped":
      return "unhealthy";
    default:
      return kind satisfies never;
  }
}
