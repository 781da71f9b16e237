import { randomUUID } from "node:crypto";
import { ArmError } from "../registry/arm-error.ts";
import { originSeenBy } from "../registry/origin.ts";
import { type Call, type Handler, json, type Reply } from "../shared/http-call.ts";
import { isObject, type JsonObject } from "../shared/json-object.ts";
import { objectAt, readJson } from "./json-body.ts";
import type { Platform } from "./platform.ts";

/** One version of a template spec. */
export type TemplateSpecSetup = {
  readonly name: string;
  readonly version: string;
  /** As in a template: `{ image: { type: "string" }, cpu: { type: "int", defaultValue: 1 } }`. */
  readonly parameters: Readonly<Record<string, JsonObject>>;
  /** Types of its own, to which parameters refer by `$ref: "#/definitions/<name>"`. */
  readonly definitions?: Readonly<Record<string, JsonObject>>;
};

type Deployment = {
  readonly name: string;
  readonly group: string;
  readonly tags: JsonObject;
  readonly properties: JsonObject;
  readonly startedAt: number;
  cancelledAt: number | undefined;
  /** How often it was put: each one deploys again. */
  readonly runs: number;
};

/** A deployment of a template; `image` is whatever of its parameters names one by digest. */
export type DeploymentSnapshot = {
  readonly name: string;
  readonly state: string;
  readonly image: string;
  readonly runs: number;
};

const specsPath =
  /^(\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Resources\/templateSpecs\/([^/]+))\/versions\/([^/]+)$/i;
const deploymentsPath =
  /^(\/subscriptions\/[^/]+\/resourceGroups\/([^/]+))\/providers\/Microsoft\.Resources\/deployments(?:\/([^/]*))?(\/cancel)?$/i;
const pageSize = 50;
const retryAfterSeconds = 5;

/** Template specs and deployments of them into resource groups; each takes `workMs`. */
export function createDeployments(platform: Platform, specs: readonly TemplateSpecSetup[]) {
  const deployments = new Map<string, Deployment>();
  const known = new Map(specs.map((spec) => [specKey(spec.name, spec.version), spec]));

  const room: Handler = async (call) => {
    const spec = specsPath.exec(call.path);
    if (spec !== null && call.method === "GET") {
      await platform.access(call, "Microsoft.Resources/templateSpecs/versions/read", spec[1] ?? "");
      return json(200, specShape(found(known, call.path), call.path));
    }
    const path = deploymentsPath.exec(call.path);
    if (path === null) return undefined;
    const [, group = "", , name = "", cancel] = path;
    const action = cancel !== undefined ? "cancel/action" : call.method === "GET" ? "read" : "write";
    await platform.access(call, `Microsoft.Resources/deployments/${action}`, group);
    if (name === "" && call.method === "GET") return list(platform, [...deployments.values()], group, call);
    const key = `${group}/${name}`.toLowerCase();
    const deployment = deployments.get(key);
    if (call.method === "PUT") return put(platform, deployments, { key, group, name, known }, call);
    if (deployment === undefined)
      throw new ArmError(404, "DeploymentNotFound", `Deployment '${name.slice(0, 80)}' could not be found.`);
    if (cancel === undefined) return json(200, shape(platform, deployment));
    return stop(platform, deployment);
  };
  return {
    room,
    snapshot: (): readonly DeploymentSnapshot[] =>
      [...deployments.values()].map((deployment) => ({
        name: deployment.name,
        state: stateOf(platform, deployment),
        image: imageOf(deployment),
        runs: deployment.runs,
      })),
  };
}

type Put = {
  readonly key: string;
  readonly group: string;
  readonly name: string;
  readonly known: ReadonlyMap<string, TemplateSpecSetup>;
};

async function put(
  platform: Platform,
  deployments: Map<string, Deployment>,
  { key, group, name, known }: Put,
  call: Call,
): Promise<Reply> {
  const body = await readJson(call);
  if (!/^[-\w.()]{1,64}$/.test(name))
    throw new ArmError(400, "InvalidDeploymentName", "A deployment's name has at most 64 characters.");
  const properties = objectAt(body, "properties");
  if (properties.mode !== "Incremental" && properties.mode !== "Complete")
    throw new ArmError(400, "InvalidRequestContent", "The property mode is required.");
  const link = String(objectAt(properties, "templateLink").id ?? "");
  await platform.access(call, "Microsoft.Resources/templateSpecs/versions/read", link);
  checkParameters(found(known, link), objectAt(properties, "parameters"));
  const before = deployments.get(key);
  if (before !== undefined && isRunning(platform, before)) {
    const message = `The deployment '${name}' is still active. Please wait for it to end, or cancel it.`;
    throw new ArmError(409, "DeploymentActive", message);
  }
  const runs = (before?.runs ?? 0) + 1;
  const tags = objectAt(body, "tags");
  const startedAt = platform.now();
  deployments.set(key, { name, group, tags, properties, startedAt, cancelledAt: undefined, runs });
  platform.changed();
  const address = `${originSeenBy(call.host, "management.azure.com")}${group}/providers/Microsoft.Resources/deployments/${name}/operationStatuses/${randomUUID()}?api-version=2025-04-01`;
  const headers = { "Azure-AsyncOperation": address, "Retry-After": String(retryAfterSeconds) };
  const made = deployments.get(key);
  return json(before === undefined ? 201 : 200, made === undefined ? {} : shape(platform, made), headers);
}

function checkParameters({ parameters, definitions = {} }: TemplateSpecSetup, given: JsonObject): void {
  const unknown = Object.keys(given).filter((name) => parameters[name] === undefined);
  if (unknown.length > 0) {
    const message = `Deployment template validation failed: 'The following parameters were supplied, but do not correspond to any parameters defined in the template: '${unknown.join(", ")}'.'`;
    throw new ArmError(400, "InvalidTemplate", message);
  }
  for (const [name, parameter] of Object.entries(parameters)) {
    const type = definitions[String(parameter.$ref).replace("#/definitions/", "")] ?? {};
    if (given[name] !== undefined || parameter.defaultValue !== undefined) continue;
    if (parameter.nullable === true || type.nullable === true) continue;
    const message = `Deployment template validation failed: 'The value for the template parameter '${name}' is not provided.'`;
    throw new ArmError(400, "InvalidTemplate", message);
  }
}

function stop(platform: Platform, deployment: Deployment): Reply {
  if (!isRunning(platform, deployment)) {
    const message = `The deployment '${deployment.name}' cannot be cancelled because it is in state '${stateOf(platform, deployment)}'.`;
    throw new ArmError(409, "DeploymentCannotBeCancelled", message);
  }
  deployment.cancelledAt = platform.now();
  platform.changed();
  return { status: 204 };
}

function list(platform: Platform, all: readonly Deployment[], group: string, call: Call): Reply {
  const wanted = /^provisioningState eq '(\w+)'$/.exec(call.query.get("$filter") ?? "")?.[1];
  const own = all
    .filter((one) => one.group.toLowerCase() === group.toLowerCase())
    .filter((one) => wanted === undefined || stateOf(platform, one) === wanted);
  const start = Number(call.query.get("$skiptoken") ?? 0);
  const value = own.slice(start, start + pageSize).map((one) => shape(platform, one));
  if (start + pageSize >= own.length) return json(200, { value });
  const query = new URLSearchParams(call.query);
  query.set("$skiptoken", String(start + pageSize));
  const nextLink = `${originSeenBy(call.host, "management.azure.com")}${call.path}?${query}`;
  return json(200, { value, nextLink });
}

function shape(platform: Platform, deployment: Deployment) {
  const { name, group, tags, properties, startedAt } = deployment;
  const provisioningState = stateOf(platform, deployment);
  const fault = provisioningState === "Failed" ? platform.faultOf(imageOf(deployment)) : undefined;
  const timestamp = new Date(
    startedAt + (isRunning(platform, deployment) ? 0 : platform.workMs),
  ).toISOString();
  return {
    id: `${group}/providers/Microsoft.Resources/deployments/${name}`,
    name,
    type: "Microsoft.Resources/deployments",
    tags,
    properties: {
      ...properties,
      provisioningState,
      timestamp,
      ...(fault === undefined ? {} : { error: errorOf(fault.why) }),
    },
  };
}

// The provider's own answer stands as JSON in a message, two levels down.
function errorOf(why: string) {
  const inner = JSON.stringify({ error: { code: "InaccessibleImage", message: why } });
  const message =
    "At least one resource deployment operation failed. Please list deployment operations for details. Please see https://aka.ms/arm-deployment-operations for usage details.";
  return { code: "DeploymentFailed", message, details: [{ code: "BadRequest", message: inner }] };
}

function stateOf(platform: Platform, { startedAt, cancelledAt, ...rest }: Deployment): string {
  if (cancelledAt !== undefined) return "Canceled";
  const age = platform.now() - startedAt;
  if (age < platform.workMs / 4) return "Accepted";
  if (age < platform.workMs) return "Running";
  return platform.faultOf(imageOf(rest)) === undefined ? "Succeeded" : "Failed";
}

function isRunning(platform: Platform, deployment: Deployment): boolean {
  return ["Accepted", "Running"].includes(stateOf(platform, deployment));
}

function imageOf({ properties }: Pick<Deployment, "properties">): string {
  const values = Object.values(objectAt(properties, "parameters")).map((one) =>
    isObject(one) ? one.value : undefined,
  );
  return String(values.find((value) => typeof value === "string" && value.includes("@sha256:")) ?? "");
}

function specKey(name: string, version: string): string {
  return `${name}/${version}`.toLowerCase();
}

function found(known: ReadonlyMap<string, TemplateSpecSetup>, id: string): TemplateSpecSetup {
  const [, , name = "", version = ""] = specsPath.exec(id) ?? [];
  const spec = known.get(specKey(name, version));
  if (spec !== undefined) return spec;
  throw new ArmError(404, "ResourceNotFound", `The Resource '${id.slice(0, 200)}' was not found.`);
}

function specShape({ version, parameters, definitions }: TemplateSpecSetup, id: string) {
  const mainTemplate = {
    $schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    contentVersion: "1.0.0.0",
    ...(definitions === undefined ? {} : { languageVersion: "2.0", definitions }),
    parameters,
    resources: [],
  };
  return {
    id,
    name: version,
    type: "Microsoft.Resources/templateSpecs/versions",
    location: "westeurope",
    properties: { mainTemplate },
  };
}
