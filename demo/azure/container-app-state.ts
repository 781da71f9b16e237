import { isObject, type JsonObject } from "../shared/json-object.ts";
import { objectAt } from "./json-body.ts";
import type { Platform } from "./platform.ts";

/** A container app to begin with. */
export type ContainerAppSetup = {
  readonly name: string;
  readonly mode?: "Single" | "Multiple" | "Labels";
  readonly containers: readonly JsonObject[];
  readonly traffic?: readonly JsonObject[];
  readonly scale?: { readonly minReplicas: number; readonly maxReplicas: number };
  /** Whether the resource has an ETag, and `If-Match` is looked at. */
  readonly hasEtag?: boolean;
};

export type Revision = {
  readonly name: string;
  readonly template: JsonObject;
  readonly createdAt: number;
};

export type ContainerApp = {
  readonly setup: ContainerAppSetup;
  configuration: JsonObject;
  template: JsonObject;
  version: number;
  readonly revisions: Revision[];
  /** Until then another change is refused with 409. */
  busyUntil: number;
};

/** The app as it is at first, with one revision that has run for long. */
export function madeApp(setup: ContainerAppSetup): ContainerApp {
  const template = { containers: setup.containers, scale: setup.scale ?? { minReplicas: 1, maxReplicas: 1 } };
  const traffic = setup.traffic ?? [{ latestRevision: true, weight: 100 }];
  return {
    setup,
    configuration: {
      activeRevisionsMode: setup.mode ?? "Single",
      ingress: { external: true, targetPort: 8080, traffic },
    },
    template,
    version: 1,
    revisions: [{ name: `${setup.name}--0000001`, template, createdAt: Number.NEGATIVE_INFINITY }],
    busyUntil: 0,
  };
}

/** The images of a template, separated by spaces. */
export function imagesOf(template: JsonObject): string {
  const containers = Array.isArray(template.containers) ? template.containers : [];
  return containers.map((container) => String(objectAt({ container }, "container").image ?? "")).join(" ");
}

/** How a revision is now; undefined: it is not listed yet. */
export function revisionProperties(
  platform: Platform,
  app: ContainerApp,
  revision: Revision,
): JsonObject | undefined {
  const age = platform.now() - revision.createdAt;
  // Accepted changes show as revisions a little later.
  if (age < platform.workMs / 4) return undefined;
  const isActive = isActiveRevision(platform, app, revision);
  const common = {
    createdTime: new Date(Math.max(revision.createdAt, 0)).toISOString(),
    template: revision.template,
    active: isActive,
    trafficWeight: isActive ? weightOf(platform, app, revision) : 0,
  };
  return { ...common, ...stateOf(platform, revision, age, isActive) };
}

function stateOf(platform: Platform, { template }: Revision, age: number, isActive: boolean): JsonObject {
  const fault = platform.faultOf(imagesOf(template));
  if (age < platform.workMs / 2)
    return {
      replicas: 0,
      healthState: "None",
      provisioningState: "Provisioning",
      runningState: "Processing",
    };
  if (fault?.at === "provisioning")
    return {
      replicas: 0,
      healthState: "None",
      provisioningState: "Failed",
      provisioningError: fault.why,
      runningState: "Failed",
    };
  const provisioningState = "Provisioned";
  if (!isActive) return { replicas: 0, healthState: "Healthy", provisioningState, runningState: "Stopped" };
  if (age < platform.workMs)
    return { replicas: 1, healthState: "None", provisioningState, runningState: "Activating" };
  if (fault !== undefined)
    return {
      replicas: 1,
      healthState: "Unhealthy",
      provisioningState,
      runningState: "ActivationFailed",
      runningStateDetails: fault.why,
    };
  const { minReplicas, maxReplicas } = objectAt(template, "scale");
  if (minReplicas === 0)
    return { replicas: 0, healthState: "Healthy", provisioningState, runningState: "ScaledToZero" };
  const runningState = minReplicas === maxReplicas ? "RunningAtMaxScale" : "Running";
  return { replicas: minReplicas, healthState: "Healthy", provisioningState, runningState };
}

/** Whether it has come up, sound. */
export function isReady(platform: Platform, { template, createdAt }: Revision): boolean {
  return platform.now() - createdAt >= platform.workMs && platform.faultOf(imagesOf(template)) === undefined;
}

// In single mode the one from before goes on until the new one is ready.
function isActiveRevision(platform: Platform, app: ContainerApp, revision: Revision): boolean {
  if (app.configuration.activeRevisionsMode !== "Single") return true;
  const newestReady = app.revisions.findLastIndex((one) => isReady(platform, one));
  return app.revisions.indexOf(revision) >= newestReady;
}

function weightOf(platform: Platform, app: ContainerApp, revision: Revision): number {
  const newestReady = app.revisions.findLast((one) => isReady(platform, one));
  if (app.configuration.activeRevisionsMode === "Single") return newestReady === revision ? 100 : 0;
  const traffic = objectAt(app.configuration, "ingress").traffic;
  const weights = Array.isArray(traffic) ? traffic.filter(isObject) : [];
  const own = weights.filter((one) =>
    one.latestRevision === true ? newestReady === revision : one.revisionName === revision.name,
  );
  return own.reduce((sum, one) => sum + Number(one.weight ?? 0), 0);
}
