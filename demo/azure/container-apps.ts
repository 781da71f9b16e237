import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { ArmError } from "../registry/arm-error.ts";
import { originSeenBy } from "../registry/origin.ts";
import { type Call, type Handler, json, type Reply } from "../shared/http-call.ts";
import { isObject, type JsonObject } from "../shared/json-object.ts";
import { mergePatch } from "../shared/merge-patch.ts";
import {
  type ContainerApp,
  type ContainerAppSetup,
  imagesOf,
  isReady,
  madeApp,
  revisionProperties,
} from "./container-app-state.ts";
import { objectAt, readJson } from "./json-body.ts";
import { type Platform, readResourcePath } from "./platform.ts";

const type = "Microsoft.App/containerApps";
const statusPath =
  /^\/subscriptions\/[^/]+\/providers\/Microsoft\.App\/locations\/[^/]+\/containerappOperationStatuses\/([^/]+)$/i;
const retryAfterSeconds = 5;

/** What an app was made of; `revisions` are the oldest first. */
export type ContainerAppSnapshot = {
  readonly template: JsonObject;
  readonly revisions: readonly {
    readonly name: string;
    readonly images: string;
    readonly state: string;
    readonly trafficWeight: number;
  }[];
};

type Operation = { readonly app: ContainerApp; readonly template: JsonObject; readonly doneAt: number };

/** Container Apps: reading, JSON merge patch with 202 and `Azure-AsyncOperation`, revisions that come up over time. */
export function createContainerApps(platform: Platform, setups: readonly ContainerAppSetup[]) {
  const apps = new Map<string, ContainerApp>();
  const operations = new Map<string, Operation>();
  const add = (setup: ContainerAppSetup): void => void apps.set(setup.name.toLowerCase(), madeApp(setup));
  for (const setup of setups) add(setup);

  const room: Handler = async (call) => {
    const operation = statusPath.exec(call.path)?.[1];
    if (operation !== undefined && call.method === "GET")
      return status(platform, operations.get(operation), call);
    const path = readResourcePath(call.path, type);
    if (path === undefined) return undefined;
    const rest = path.rest.replace(/\/$/, "");
    const [, revision] = /^\/revisions(?:\/([^/]+))?$/i.exec(rest) ?? [];
    const isRevision = /^\/revisions(?:\/|$)/i.test(rest);
    const verb = call.method === "GET" ? "read" : "write";
    await platform.access(call, `${type}/${isRevision ? "revisions/" : ""}${verb}`, path.id);
    const app = apps.get(path.name);
    if (app === undefined || (rest !== "" && !isRevision)) throw notFound(`${path.id}${rest}`);
    if (call.method === "GET" && isRevision) return revisions(platform, app, path.id, revision);
    if (call.method === "GET") return answer(200, platform, app, path.id);
    if (call.method === "PATCH" && rest === "") return patch(platform, operations, app, path.id, call);
    throw new ArmError(405, "HttpMethodNotAllowed", "The method is not allowed here.");
  };
  return {
    room,
    add,
    snapshot(): Readonly<Record<string, ContainerAppSnapshot>> {
      return Object.fromEntries([...apps].map(([name, app]) => [name, snapshotOf(platform, app)]));
    },
  };
}

function snapshotOf(platform: Platform, app: ContainerApp): ContainerAppSnapshot {
  const listed = app.revisions.map((revision) => {
    const shown = revisionProperties(platform, app, revision) ?? {};
    return {
      name: revision.name,
      images: imagesOf(revision.template),
      state: String(shown.runningState ?? "Accepted"),
      trafficWeight: Number(shown.trafficWeight ?? 0),
    };
  });
  return { template: app.template, revisions: listed };
}

async function patch(
  platform: Platform,
  operations: Map<string, Operation>,
  app: ContainerApp,
  id: string,
  call: Call,
): Promise<Reply> {
  const body = await readJson(call);
  if (app.setup.hasEtag === true && ![undefined, etagOf(app)].includes(call.headers["if-match"]))
    throw new ArmError(
      412,
      "PreconditionFailed",
      "The condition specified using HTTP conditional header(s) is not met.",
    );
  if (platform.now() < app.busyUntil) {
    const message = `Cannot modify a container app because there is ongoing provisioning operation on '${app.setup.name}'.`;
    throw new ArmError(409, "ContainerAppOperationInProgress", message);
  }
  const given = objectAt(body, "properties");
  const template = mergePatch(app.template, objectAt(given, "template"));
  checkTemplate(app, template);
  app.configuration = mergePatch(app.configuration, objectAt(given, "configuration"));
  const isNew = !isDeepStrictEqual(template, app.template);
  app.template = template;
  app.version += 1;
  if (isNew) {
    const suffix = String(template.revisionSuffix ?? randomUUID().slice(0, 7));
    app.revisions.push({ name: `${app.setup.name}--${suffix}`, template, createdAt: platform.now() });
    app.busyUntil = platform.now() + platform.workMs / 2;
  }
  const operation = randomUUID();
  operations.set(operation, { app, template, doneAt: app.busyUntil });
  platform.changed();
  const root = `${originSeenBy(call.host, "management.azure.com")}${id.split("/").slice(0, 3).join("/")}`;
  const address = `${root}/providers/Microsoft.App/locations/westeurope/containerappOperationStatuses/${operation}?api-version=2025-07-01`;
  const reply = answer(202, platform, app, id);
  return {
    ...reply,
    headers: { ...reply.headers, "Azure-AsyncOperation": address, "Retry-After": String(retryAfterSeconds) },
  };
}

function checkTemplate(app: ContainerApp, template: JsonObject): void {
  const containers = Array.isArray(template.containers) ? template.containers : [];
  const isWhole =
    containers.length > 0 &&
    containers.every((one) => isObject(one) && typeof one.image === "string" && typeof one.name === "string");
  if (!isWhole)
    throw new ArmError(
      400,
      "ContainerAppContainerRequired",
      "A container app needs containers, each with a name and an image.",
    );
  const { revisionSuffix: suffix } = template;
  if (suffix === undefined) return;
  const name = `${app.setup.name}--${suffix}`;
  if (typeof suffix !== "string" || !/^[a-z](?:[a-z0-9]|-(?!-))*[a-z0-9]$/.test(suffix) || name.length > 54)
    throw new ArmError(
      400,
      "ContainerAppInvalidRevisionSuffix",
      `The revision suffix '${String(suffix).slice(0, 80)}' is invalid.`,
    );
  const taken = app.revisions.find((revision) => revision.name === name);
  if (taken !== undefined && !isDeepStrictEqual(taken.template, template))
    throw new ArmError(
      400,
      "ContainerAppRevisionSuffixInUse",
      `A revision with the suffix '${suffix}' exists already.`,
    );
}

async function status(platform: Platform, operation: Operation | undefined, call: Call): Promise<Reply> {
  await platform.access(call, `${type}/read`, call.path);
  if (operation === undefined) throw notFound(call.path);
  const headers = { "Retry-After": String(retryAfterSeconds) };
  if (platform.now() < operation.doneAt) return json(200, { status: "InProgress" }, headers);
  const fault = platform.faultOf(imagesOf(operation.template));
  if (fault?.at !== "provisioning") return json(200, { status: "Succeeded" });
  const message = `Failed to provision revision for container app '${operation.app.setup.name}'. Error details: ${fault.why}`;
  return json(200, { status: "Failed", error: { code: "ContainerAppOperationError", message } });
}

function revisions(platform: Platform, app: ContainerApp, id: string, name: string | undefined): Reply {
  const shown = app.revisions.flatMap((revision) => {
    const properties = revisionProperties(platform, app, revision);
    const resource = `${id}/revisions/${revision.name}`;
    return properties === undefined
      ? []
      : [{ id: resource, name: revision.name, type: `${type}/revisions`, properties }];
  });
  if (name === undefined) return json(200, { value: shown });
  const found = shown.find((revision) => revision.name.toLowerCase() === name.toLowerCase());
  if (found === undefined) throw notFound(`${id}/revisions/${name}`);
  return json(200, found);
}

function answer(code: number, platform: Platform, app: ContainerApp, id: string): Reply {
  const properties = {
    provisioningState: platform.now() < app.busyUntil ? "InProgress" : "Succeeded",
    runningStatus: "Running",
    latestRevisionName: app.revisions.at(-1)?.name,
    latestReadyRevisionName: app.revisions.findLast((revision) => isReady(platform, revision))?.name,
    configuration: app.configuration,
    template: app.template,
  };
  const headers: Record<string, string> = app.setup.hasEtag === true ? { ETag: etagOf(app) } : {};
  return json(code, { id, name: app.setup.name, type, location: "West Europe", properties }, headers);
}

function etagOf({ version }: ContainerApp): string {
  return `"${version}"`;
}

function notFound(id: string): ArmError {
  const [, resource = id] = /\/providers\/(.+)$/i.exec(id) ?? [];
  return new ArmError(404, "ResourceNotFound", `The Resource '${resource.slice(0, 200)}' was not found.`);
}
