import { portalLink } from "../../azure/arm-id.ts";
import { ChatopsError } from "../../errors.ts";
import type { WebAppTarget } from "../../nouns/target.ts";
import type { TargetDeps } from "../target-deps.ts";
import type {
  DeployedImage,
  Health,
  Job,
  Looked,
  Observed,
  Plan,
  Step,
  StepRun,
  TargetPort,
} from "../target-port.ts";
import { type ArmContext, armContext } from "./arm-context.ts";
import { checkStep, failedFor } from "./check-step.ts";
import { digestOrNothing, observedImage, ownDigest, pinned, unlessForeign } from "./running-image.ts";
import { askHowItIs } from "./send-once.ts";
import { countInstances } from "./web-app/instances.ts";
import {
  containerName,
  readWebApp,
  type WebAppState,
  webApiVersion,
  webAppName,
  webAppPath,
  webAppPurpose,
} from "./web-app/read-web-app.ts";

// App Service starts the new container beside the old one and keeps that until the new one answers; an instance is READY
// all the while. Ours: what is READY later than this may be the new one.
const settleMs = 30_000;
// Note: `set` puts the image into the configuration, `restart` starts the same one again.
const wayNote = "way";
// Note: `sent` before the restart is asked for, `refused` if App Service said when to ask again.
const restartNote = "restart";

type Context = ArmContext<WebAppTarget>;

/**
 * Puts the image into an App Service app or slot on Linux: `linuxFxVersion`, or the site container. App Service restarts
 * by itself then. The same digest again is a restart, of which nobody can tell afterwards whether it was done.
 */
export function createWebAppTarget(target: WebAppTarget, deps: TargetDeps): TargetPort {
  const context = armContext(target, deps);
  return {
    type: "web-app",
    plan: (job, signal) => plan(context, job, signal),
    steps: (job) => [
      checkStep(
        `read ${webAppName(target)}`,
        (signal) => plan(context, job, signal),
        ({ digestBefore }) => ({ [wayNote]: digestBefore === job.image.digest ? "restart" : "set" }),
      ),
      change(context, job),
      follow(context, job),
    ],
    observe: (image, signal) => observe(context, image, signal),
  };
}

async function read(context: Context, image: DeployedImage, signal: AbortSignal) {
  const { target } = context;
  return unlessForeign(await readWebApp(context, signal), image, target, webAppName(target));
}

async function plan(context: Context, { image }: Job, signal: AbortSignal): Promise<Plan> {
  const state = await read(context, image, signal);
  if (state.kind === "refused") return state;
  const name = webAppName(context.target);
  const before = ownDigest(state.running, image);
  const where =
    state.container === undefined ? "" : `the site container ${containerName(state.container)} of `;
  return {
    kind: "change",
    ...(before === undefined ? {} : { digestBefore: before }),
    lines: [
      before === image.digest
        ? `restarts ${name}, which is configured with ${digestOrNothing(before)} already`
        : `sets ${where}${name} from ${state.running.written} to ${pinned(image)}; App Service restarts it`,
      "waits until its instances are ready",
    ],
  };
}

function change(context: Context, { image }: Job): Step {
  const name = webAppName(context.target);
  return {
    name: "change",
    says: `put the image into ${name}`,
    changes: true,
    look: async ({ notes, signal }): Promise<Looked> => {
      if (notes[wayNote] === "restart" && notes[restartNote] !== "sent") return { kind: "absent" };
      if (notes[wayNote] === "restart")
        return {
          kind: "unknown",
          why: `${name} was told to restart; App Service does not say whether it did`,
        };
      const state = await readWebApp(context, signal);
      const isSet = state.kind === "ready" && ownDigest(state.running, image) === image.digest;
      return isSet ? { kind: "done" } : { kind: "absent" };
    },
    run: async (run) => {
      const { signal } = run;
      const link = portalLink(context.deps.azure.cloud, context.target.app);
      if (run.notes[wayNote] === "restart") {
        await restart(context, run);
        return { kind: "done", link };
      }
      const state = await read(context, image, signal);
      if (state.kind === "refused") return failedFor(state);
      await set(context, state, image, signal);
      return { kind: "done", link };
    },
  };
}

async function restart({ target, arm }: Context, { signal, note }: StepRun): Promise<void> {
  const purpose = webAppPurpose(target, "restart", "restart/Action");
  const path = `${webAppPath(target)}/restart`;
  await note({ [restartNote]: "sent" });
  try {
    await arm.send(purpose, { method: "POST", path, apiVersion: webApiVersion }, signal);
  } catch (error) {
    // Whoever says when to come back has not done it.
    if (error instanceof ChatopsError && error.retryAfterMs !== undefined)
      await note({ [restartNote]: "refused" });
    throw error;
  }
}

async function set(
  { target, arm }: Context,
  state: WebAppState,
  image: DeployedImage,
  signal: AbortSignal,
): Promise<void> {
  const path = webAppPath(target);
  if (state.container === undefined) {
    const purpose = webAppPurpose(target, "set the image of", "config/write");
    // PATCH: a PUT of config/web resets all settings that it does not name.
    const json = { properties: { linuxFxVersion: `DOCKER|${pinned(image)}` } };
    const request = { method: "PATCH", path: `${path}/config/web`, apiVersion: webApiVersion, json } as const;
    await arm.send(purpose, request, signal);
    return;
  }
  const purpose = webAppPurpose(target, "set the site container of", "sitecontainers/write");
  // A site container has no PATCH: it is put back as it was read.
  const { createdTime: _made, lastModifiedTime: _changed, ...settings } = state.container.properties;
  const json = { properties: { ...settings, image: pinned(image) } };
  const below = `${path}/sitecontainers/${encodeURIComponent(containerName(state.container))}`;
  await arm.send(purpose, { method: "PUT", path: below, apiVersion: webApiVersion, json }, signal);
}

function follow(context: Context, { image }: Job): Step {
  const { target, deps } = context;
  const name = webAppName(target);
  return {
    name: "follow",
    says: `wait until the instances of ${name} are ready`,
    changes: false,
    run: ({ begunAt, signal }) =>
      askHowItIs(async () => {
        const state = await readWebApp(context, signal);
        if (state.kind === "refused") return failedFor(state);
        if (ownDigest(state.running, image) !== image.digest)
          return {
            kind: "failed",
            outcome: `somebody else has set ${name} to ${state.running.written} since`,
          };
        const count = await countInstances(context, signal);
        const progress = `${count.ready} of ${count.all} instances of ${name} are ready`;
        const isSettled = deps.now() - begunAt >= settleMs;
        if (!isSettled || count.ready < count.all)
          return { kind: "wait", afterMs: count.afterMs, progress, late: "unhealthy" };
        const outcome =
          count.all > 0 ? progress : `${name} has no instance now: it starts at the next request`;
        return { kind: "done", outcome };
      }),
  };
}

async function observe(
  context: Context,
  image: Pick<DeployedImage, "loginServer" | "repository">,
  signal: AbortSignal,
): Promise<Observed> {
  const state = await readWebApp(context, signal);
  if (state.kind === "refused") return { kind: "unknown" };
  if (state.running.name === "") return { kind: "nothing" };
  // ARM shows what is configured, and never which digest an instance runs.
  const seen = observedImage(state.running, image);
  if (seen.kind === "other") return seen;
  const count = await countInstances(context, signal);
  const health = healthOf(count);
  const why = `${count.ready} of ${count.all} instances are ready`;
  return { ...seen, health, ...(health === "healthy" ? {} : { why }) };
}

function healthOf({ ready, stopped, all }: { ready: number; stopped: number; all: number }): Health {
  if (all === 0) return "unknown";
  if (ready === all) return "healthy";
  return stopped > 0 ? "unhealthy" : "progressing";
}
