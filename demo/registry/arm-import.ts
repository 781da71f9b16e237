import { randomUUID } from "node:crypto";
import { type Call, type Handler, json, type Reply } from "../shared/http-call.ts";
import { parseObject } from "../shared/json-object.ts";
import type { ArmAccess } from "./arm-access.ts";
import { ArmError } from "./arm-error.ts";
import { type ImportRecord, type ImportRequest, type ImportSource, importImage } from "./import-image.ts";
import { originSeenBy } from "./origin.ts";
import { RegistryError } from "./registry-error.ts";
import type { Shelf } from "./shelf.ts";

const maxBodyBytes = 64 * 1024;
// Ours: operations whose end nobody asked for.
const maxOperations = 1_000;
const retryAfterSeconds = 5;

type Deps = {
  readonly shelf: Shelf;
  readonly loginServer: string;
  readonly authorize: ArmAccess;
  readonly resourceId: string;
  /** Registries that may be imported from, this one among them. */
  readonly sources: () => readonly ImportSource[];
  /** How long an import takes, in ms; 0: it is answered with 200 at once. */
  readonly importMs: number;
  readonly now: () => number;
  /** Hears of each import that had its effect. */
  readonly imported: (record: ImportRecord) => void;
};

type Operation = { readonly doneAt: number; readonly problem: ArmError | undefined };

/** ARM's `importImage` and the address under which it is followed: 202 with `Location`, then 200 (acr-facts 3.5). */
export function createArmImport(deps: Deps): Handler {
  const base = deps.resourceId.toLowerCase();
  const operations = new Map<string, Operation>();
  return async (call) => {
    const path = call.path.toLowerCase();
    if (path === `${base}/importimage` && call.method === "POST") return start(deps, operations, call);
    const id = path.startsWith(`${base}/operationresults/`) ? path.split("/").at(-1) : undefined;
    if (id === undefined || call.method !== "GET") return undefined;
    await deps.authorize(call, "importImage/action");
    return follow(deps, operations.get(id), call);
  };
}

async function start(deps: Deps, operations: Map<string, Operation>, call: Call): Promise<Reply> {
  await deps.authorize(call, "importImage/action");
  const { resourceId, request } = readBody(await call.readBody(maxBodyBytes));
  // The caller's right to pull from the source is looked at as well (acr-facts 3.5).
  await deps.authorize(call, "pull");
  const source = deps.sources().find((one) => one.resourceId.toLowerCase() === resourceId.toLowerCase());
  if (source === undefined)
    throw new ArmError(404, "ResourceNotFound", "The source registry could not be found.");
  const problem = attempt(deps, source, request);
  if (deps.importMs === 0) {
    if (problem !== undefined) throw problem;
    return { status: 200 };
  }
  const id = `registries-${randomUUID()}`;
  const [oldest] = operations.keys();
  if (operations.size >= maxOperations && oldest !== undefined) operations.delete(oldest);
  operations.set(id, { doneAt: deps.now() + deps.importMs, problem });
  return accepted(`${addressOf(deps, call)}/operationResults/${id}`, call);
}

function attempt(deps: Deps, source: ImportSource, request: ImportRequest): ArmError | undefined {
  try {
    deps.imported(importImage(deps.shelf, deps.loginServer, source, request));
    return undefined;
  } catch (error) {
    if (error instanceof ArmError) return error;
    if (error instanceof RegistryError) return new ArmError(400, error.code, error.message);
    throw error;
  }
}

function follow(deps: Deps, operation: Operation | undefined, call: Call): Reply {
  if (operation === undefined)
    throw new ArmError(404, "ResourceNotFound", "The operation could not be found.");
  if (deps.now() < operation.doneAt)
    return accepted(`${addressOf(deps, call)}${call.path.slice(deps.resourceId.length)}`, call);
  if (operation.problem !== undefined) throw operation.problem;
  return json(200, {});
}

function addressOf({ resourceId }: Deps, call: Call): string {
  return `${originSeenBy(call.host, "management.azure.com")}${resourceId}`;
}

function accepted(location: string, call: Call): Reply {
  const version = new URLSearchParams({ "api-version": call.query.get("api-version") ?? "" });
  const headers = { Location: `${location}?${version}`, "Retry-After": String(retryAfterSeconds) };
  return { status: 202, headers };
}

function readBody(bytes: Buffer): { readonly resourceId: string; readonly request: ImportRequest } {
  const body = parseObject(bytes.toString("utf8"));
  if (body === undefined) throw invalid("the body is not a JSON object");
  const source = body.source as { resourceId?: unknown; sourceImage?: unknown } | undefined;
  const { resourceId, sourceImage } = source ?? {};
  const mode = body.mode ?? "NoForce";
  if (typeof resourceId !== "string" || typeof sourceImage !== "string")
    throw invalid("source.resourceId and source.sourceImage are required");
  if (mode !== "Force" && mode !== "NoForce") throw invalid("mode is neither Force nor NoForce");
  const targetTags = texts(body.targetTags);
  const untaggedTargetRepositories = texts(body.untaggedTargetRepositories);
  return { resourceId, request: { sourceImage, targetTags, untaggedTargetRepositories, mode } };
}

function texts(value: unknown): readonly string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
  throw invalid("targetTags and untaggedTargetRepositories are lists of strings");
}

function invalid(message: string): ArmError {
  return new ArmError(400, "InvalidRequestContent", message);
}
