import { portalLink } from "../../azure/arm-id.ts";
import { armOperationOf } from "../../azure/long-running.ts";
import type { ContainerAppTarget } from "../../nouns/target.ts";
import type { TargetDeps } from "../target-deps.ts";
import type {
  Health,
  ImageSource,
  Job,
  Looked,
  Observed,
  Step,
  StepResult,
  StepRun,
  TargetPort,
} from "../target-port.ts";
import { type ArmContext, armContext, notesOf, operationIn } from "./arm-context.ts";
import { checkStep, failedFor, type RefusedPlan } from "./check-step.ts";
import { configuredImage } from "./configured-image.ts";
import {
  type ContainerAppState,
  containerAppPlace,
  readContainerApp,
  revisionNameOf,
  revisionSuffixOf,
} from "./container-app/read-container-app.ts";
import { type RevisionState, readRevision } from "./container-app/read-revision.ts";
import { followStep } from "./follow-step.ts";
import { digestOrNothing, observedImage, ownDigest, pinned } from "./running-image.ts";

type Context = ArmContext<ContainerAppTarget>;

/**
 * Makes a new revision of a container app with the image, everything else as it is. Its suffix comes from the operation,
 * so that it is found again, and so that the same digest makes a new revision too.
 */
export function createContainerAppTarget(target: ContainerAppTarget, deps: TargetDeps): TargetPort {
  const context = armContext(target, deps, containerAppPlace(target));
  const { on: name } = context.resource;
  const { read, plan } = configuredImage({
    name,
    replaces: target.replaces,
    read: (signal) => readContainerApp(context, signal),
    linesOf: (state, job, before) => linesOf(context, state, job, before),
  });
  return {
    type: "container-app",
    plan,
    steps: (job) => {
      const revision = revisionNameOf(target, revisionSuffixOf(job.operationId));
      return [
        checkStep(`read ${name}`, (signal) => plan(job, signal)),
        revise(context, read, job),
        followStep({ name: "follow", says: `wait until the revision ${revision} runs` }, (run) =>
          follow(context, job, run),
        ),
      ];
    },
    observe: (image, signal) => observe(context, image, signal),
  };
}

function linesOf(
  { target, resource }: Context,
  state: ContainerAppState,
  { operationId, image }: Job,
  before: string | undefined,
): readonly string[] {
  const { container, containers, running } = state;
  const others = containers.length - 1;
  return [
    `makes the revision ${revisionNameOf(target, revisionSuffixOf(operationId))} of ${resource.on}`,
    before === image.digest
      ? `with ${digestOrNothing(before)} in the container ${container}, as the newest revision has`
      : `sets the container ${container} from ${running.written} to ${pinned(image)}`,
    ...(others > 0 ? [`keeps the ${others === 1 ? "other container" : `${others} others`} as it is`] : []),
    trafficWords(state),
  ];
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

type Read = (image: Job["image"], signal: AbortSignal) => Promise<ContainerAppState | RefusedPlan>;

function revise(context: Context, read: Read, { operationId, image }: Job): Step {
  const { target, resource, deps } = context;
  const suffix = revisionSuffixOf(operationId);
  return {
    name: "revise",
    says: `make a revision of ${resource.on}`,
    changes: true,
    look: async ({ signal }): Promise<Looked> => {
      const state = await readContainerApp(context, signal);
      // The template has it as soon as it is accepted, the list of revisions a little later.
      if (state.kind === "ready" && state.revisionSuffix === suffix) return { kind: "done" };
      const { kind } = await readRevision(context, revisionNameOf(target, suffix), signal);
      return { kind: kind === "absent" ? "absent" : "done" };
    },
    run: async ({ signal }) => {
      const state = await read(image, signal);
      if (state.kind === "refused") return failedFor(state);
      // A JSON merge patch: objects are merged, arrays replaced as a whole.
      const containers = state.containers.map((container) =>
        container.name === state.container ? { ...container, image: pinned(image) } : container,
      );
      const json = { properties: { template: { revisionSuffix: suffix, containers } } };
      const call = { method: "PATCH", json, ifMatch: state.etag } as const;
      const answer = await resource.send({ doing: "make a revision of", right: "write", ...call }, signal);
      const link = portalLink(deps.azure.cloud, target.app);
      return { kind: "done", notes: notesOf(armOperationOf(answer)), link };
    },
  };
}

async function follow(
  context: Context,
  { operationId, image }: Job,
  { notes, signal }: StepRun,
): Promise<StepResult> {
  const suffix = revisionSuffixOf(operationId);
  const name = revisionNameOf(context.target, suffix);
  const revision = await readRevision(context, name, signal);
  if (revision.kind === "failed") {
    const outcome = `the revision ${name} does not run: ${revision.why}`;
    return { kind: "failed", outcome, unhealthy: true };
  }
  const state = await readContainerApp(context, signal);
  const isOurs = state.kind === "ready" && state.revisionSuffix === suffix;
  const ending = endOf(revision, state.kind === "ready" ? state.traffic : "all");
  if (ending !== undefined) return ending;
  const isReplaced = state.kind === "ready" && !isOurs && ownDigest(state.running, image) !== image.digest;
  if (revision.kind === "stopped" || isReplaced)
    return { kind: "failed", outcome: `the revision ${name} was stopped or replaced by somebody else since` };
  const refusal = await refusalOf(context, notes, signal);
  if (refusal !== undefined)
    return { kind: "failed", outcome: refusal, ...(isOurs ? { unhealthy: true } : {}) };
  const progress = `the revision ${name}: ${revision.why}`;
  return { kind: "wait", afterMs: revision.afterMs, progress, late: "unhealthy" };
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
  { resource }: Context,
  notes: StepRun["notes"],
  signal: AbortSignal,
): Promise<string | undefined> {
  const operation = operationIn(notes);
  if (operation === undefined) return undefined;
  const purpose = { doing: "follow the change of", right: "read" };
  // The revision is what counts; where its operation cannot be read, the deadline decides.
  const polled = await resource.poll(purpose, operation, signal).catch(() => undefined);
  if (polled?.kind === "failed") return `Container Apps could not make the revision: ${polled.why}`;
  return polled?.kind === "cancelled" ? "the change was cancelled in Azure" : undefined;
}

async function observe(context: Context, image: ImageSource, signal: AbortSignal): Promise<Observed> {
  const state = await readContainerApp(context, signal);
  if (state.kind === "refused") return { kind: "unknown" };
  const seen = observedImage(state.running, image);
  if (seen.kind === "other" || state.latestRevision === undefined) return seen;
  const revision = await readRevision(context, state.latestRevision, signal);
  const health = healthOf(revision);
  const as = revision.kind === "running" ? "running" : "configured";
  return { ...seen, as, health, ...(health === "healthy" ? {} : { why: revision.why }) };
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
