import { portalLink } from "../../azure/arm-id.ts";
import { ChatopsError } from "../../errors.ts";
import type { WebAppTarget } from "../../nouns/target.ts";
import type { TargetDeps } from "../target-deps.ts";
import type {
  DeployedImage,
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
import { type ArmContext, armContext } from "./arm-context.ts";
import { checkStep, failedFor, type RefusedPlan } from "./check-step.ts";
import { configuredImage } from "./configured-image.ts";
import { followStep } from "./follow-step.ts";
import { digestOrNothing, observedImage, ownDigest, pinned } from "./running-image.ts";
import { countInstances, type InstanceCount } from "./web-app/instances.ts";
import { containerName, readWebApp, type WebAppState, webAppPlace } from "./web-app/read-web-app.ts";

// App Service starts the new container beside the old one and keeps that until the new one answers: an instance is ready
// all the while, and stays so if the new one crashes. It gives a container up at the start limit; by then the error of
// one that failed shows.

// Note: `set` puts the image into the configuration, `restart` starts the same one again.
const wayNote = "way";
// Note: `sent` before the restart is asked for, `refused` if App Service said when to ask again.
const restartNote = "restart";
// Note: the time of the newest error of a start before ours, by App Service's clock.
const errorNote = "errorBefore";

type Context = ArmContext<WebAppTarget>;

/**
 * Puts the image into an App Service app or slot on Linux: `linuxFxVersion`, or the site container. App Service restarts
 * by itself then. The same digest again is a restart, of which nobody can tell afterwards whether it was done.
 */
export function createWebAppTarget(target: WebAppTarget, deps: TargetDeps): TargetPort {
  const context = armContext(target, deps, webAppPlace(target));
  const { on: name } = context.resource;
  const { read, plan } = configuredImage({
    name,
    replaces: target.replaces,
    read: (signal) => readWebApp(context, signal),
    linesOf: ({ container, running }, { image }, before) => {
      const where = container === undefined ? "" : `the site container ${containerName(container)} of `;
      return [
        before === image.digest
          ? `restarts ${name}, which is configured with ${digestOrNothing(before)} already`
          : `sets ${where}${name} from ${running.written} to ${pinned(image)}; App Service restarts it`,
        "waits until its instances are ready",
      ];
    },
  });
  return {
    type: "web-app",
    plan,
    steps: (job) => [
      checkStep(
        `read ${name}`,
        (signal) => plan(job, signal),
        ({ digestBefore }) => ({ [wayNote]: digestBefore === job.image.digest ? "restart" : "set" }),
      ),
      change(context, read, job),
      followStep({ name: "follow", says: `wait until the instances of ${name} are ready` }, (run) =>
        follow(context, job, run),
      ),
    ],
    observe: (image, signal) => observe(context, image, signal),
  };
}

type Read = (image: DeployedImage, signal: AbortSignal) => Promise<WebAppState | RefusedPlan>;

function change(context: Context, read: Read, { image }: Job): Step {
  const { on: name } = context.resource;
  return {
    name: "change",
    says: `put the image into ${name}`,
    changes: true,
    look: async ({ notes, signal }): Promise<Looked> => {
      if (notes[wayNote] === "restart") {
        if (notes[restartNote] !== "sent") return { kind: "absent" };
        const why = `${name} was told to restart; App Service does not say whether it did`;
        return { kind: "unknown", why };
      }
      const state = await readWebApp(context, signal);
      const isSet = state.kind === "ready" && ownDigest(state.running, image) === image.digest;
      return isSet ? { kind: "done" } : { kind: "absent" };
    },
    run: async (run) => {
      const { signal } = run;
      await noteErrors(context, run);
      const link = portalLink(context.deps.azure.cloud, context.target.app);
      if (run.notes[wayNote] === "restart") {
        await restart(context, run);
        return { kind: "done", link };
      }
      const state = await read(image, signal);
      if (state.kind === "refused") return failedFor(state);
      await set(context, state, image, signal);
      return { kind: "done", link };
    },
  };
}

async function noteErrors(context: Context, { notes, note, signal }: StepRun): Promise<void> {
  if (notes[errorNote] !== undefined) return;
  const [newest] = (await countInstances(context, signal)).errors;
  await note({ [errorNote]: String(newest?.at ?? 0) });
}

async function restart({ resource }: Context, { signal, note }: StepRun): Promise<void> {
  await note({ [restartNote]: "sent" });
  try {
    const call = { doing: "restart", right: "restart/Action", method: "POST", below: "/restart" } as const;
    await resource.send(call, signal);
  } catch (error) {
    // Whoever says when to come back has not done it.
    if (error instanceof ChatopsError && error.retryAfterMs !== undefined)
      await note({ [restartNote]: "refused" });
    throw error;
  }
}

async function set(
  { resource }: Context,
  { container }: WebAppState,
  image: DeployedImage,
  signal: AbortSignal,
): Promise<void> {
  if (container === undefined) {
    // PATCH: a PUT of config/web resets all settings that it does not name.
    const json = { properties: { linuxFxVersion: `DOCKER|${pinned(image)}` } };
    const call = { method: "PATCH", below: "/config/web", json } as const;
    await resource.send({ doing: "set the image of", right: "config/write", ...call }, signal);
    return;
  }
  // A site container has no PATCH: it is put back as it was read.
  const { createdTime: _made, lastModifiedTime: _changed, ...settings } = container.properties;
  const json = { properties: { ...settings, image: pinned(image) } };
  const below = `/sitecontainers/${encodeURIComponent(containerName(container))}`;
  const call = { method: "PUT", below, json } as const;
  await resource.send({ doing: "set the site container of", right: "sitecontainers/write", ...call }, signal);
}

async function follow(context: Context, { image }: Job, run: StepRun): Promise<StepResult> {
  const { begunAt, notes, signal } = run;
  const { on: name } = context.resource;
  const state = await readWebApp(context, signal);
  if (state.kind === "refused") return failedFor(state);
  if (ownDigest(state.running, image) !== image.digest)
    return { kind: "failed", outcome: `somebody else has set ${name} to ${state.running.written} since` };
  const count = await countInstances(context, signal);
  const [error] = count.errors.filter(({ at }) => at > Number(notes[errorNote] ?? 0));
  const progress = `${count.ready} of ${count.all} instances of ${name} are ready`;
  const failed = error === undefined ? undefined : `its new container did not start (${error.why})`;
  const { startLimitMs } = context.target;
  const isOver = context.deps.now() - begunAt > startLimitMs;
  if (isOver && failed !== undefined)
    return { kind: "failed", outcome: `${progress}, but ${failed}`, unhealthy: true };
  if (!isOver || count.ready < count.all) {
    const still = `the old container may answer until its start limit is over (${startLimitMs / 1_000} s)`;
    const why = failed ?? (count.ready === count.all ? still : undefined);
    const told = why === undefined ? progress : `${progress}; ${why}`;
    return { kind: "wait", afterMs: count.afterMs, progress: told, late: "unhealthy" };
  }
  const outcome = count.all > 0 ? progress : `${name} has no instance now: it starts at the next request`;
  return { kind: "done", outcome };
}

async function observe(context: Context, image: ImageSource, signal: AbortSignal): Promise<Observed> {
  const state = await readWebApp(context, signal);
  if (state.kind === "refused") return { kind: "unknown" };
  if (state.running.name === "") return { kind: "nothing" };
  // ARM shows what is configured, and never which digest an instance runs.
  const seen = observedImage(state.running, image);
  if (seen.kind === "other") return seen;
  const count = await countInstances(context, signal);
  const health = healthOf(count);
  const [error] = count.errors;
  const ready = `${count.ready} of ${count.all} instances are ready`;
  const why = error === undefined ? ready : `${ready}; the last start that failed: ${error.why}`;
  return { ...seen, health, ...(health === "healthy" ? {} : { why }) };
}

function healthOf({ ready, stopped, all, errors }: InstanceCount): Health {
  if (all === 0) return "unknown";
  // After an error the old container may answer, or the new one at its second try.
  if (ready === all) return errors.length === 0 ? "healthy" : "unknown";
  return stopped > 0 ? "unhealthy" : "progressing";
}
