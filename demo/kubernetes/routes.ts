import type { Reply } from "../shared/http-call.ts";
import type { JsonObject } from "../shared/json-object.ts";
import { isObject, parseObject } from "../shared/json-object.ts";
import { authenticate, authorize } from "./access.ts";
import type { Cluster } from "./cluster.ts";
import { discover } from "./discovery.ts";
import { apiVersionOf, type KubeObject, kinds, type ObjectKind, type WorkloadKind } from "./objects.ts";
import type { KubernetesWorldOptions } from "./options.ts";
import { selectedBy } from "./selectors.ts";
import type { Exchange } from "./server.ts";
import { containersOf, statusesOf } from "./sim-pods.ts";
import { notFound, StatusError } from "./status-error.ts";
import { tableOf, wantsTable } from "./tables.ts";
import { watchObjects } from "./watch.ts";
import { type Change, patchWorkload } from "./write-object.ts";

/** What a path of the API names. */
interface Place {
  readonly kind: ObjectKind;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
}

/** What answers calls. */
export interface Api {
  readonly cluster: Cluster;
  readonly options: KubernetesWorldOptions;
  readonly onChange: (change: Change) => void;
}

/** Answers one call of Kubernetes' API; throws StatusErrors. */
export function answerCall(api: Api, call: Exchange): Reply {
  if (call.path === "/healthz" || call.path === "/readyz") return { status: 200, body: "ok" };
  const user = authenticate(api.options.users ?? [], call.headers);
  const found = call.method === "GET" ? discover(call.path) : undefined;
  if (found !== undefined) return { status: 200, body: found };
  const place = placeOf(call.path);
  if (place === undefined)
    throw new StatusError(404, "NotFound", "the server could not find the requested resource");
  const { group, plural } = kinds[place.kind];
  const resource = place.subresource === undefined ? plural : `${plural}/${place.subresource}`;
  const verb = verbOf(call, place);
  const { namespace, name } = place;
  authorize(user, {
    verb,
    group,
    resource,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
  });
  if (place.subresource === "log") return logOf(api.cluster, get(api.cluster, place), call.query);
  switch (verb) {
    case "get":
      return one(api.cluster, place, get(api.cluster, place), call);
    case "list":
      return list(api.cluster, place, call);
    case "watch":
      return watchObjects(api.cluster, place, call);
    case "patch":
      return patch(api, place, call);
    case "delete":
      return remove(api.cluster, place);
    default:
      throw new StatusError(
        405,
        "MethodNotAllowed",
        "the server does not allow this method on the requested resource",
      );
  }
}

function placeOf(path: string): Place | undefined {
  const match =
    /^\/(?:api\/v1|apis\/(?<group>apps|batch)\/v1)(?:\/namespaces\/(?<namespace>[^/]+))?\/(?<plural>[a-z]+)(?:\/(?<name>[^/]+)(?:\/(?<sub>log))?)?$/.exec(
      path,
    )?.groups;
  const found = (Object.keys(kinds) as ObjectKind[]).find(
    (kind) => kinds[kind].plural === match?.plural && kinds[kind].group === (match.group ?? ""),
  );
  if (match === undefined || found === undefined) return undefined;
  return {
    kind: found,
    ...(match.namespace === undefined ? {} : { namespace: match.namespace }),
    ...(match.name === undefined ? {} : { name: match.name }),
    ...(match.sub === undefined ? {} : { subresource: match.sub }),
  };
}

function verbOf({ method, query }: Exchange, { name }: Place): string {
  if (method !== "GET") return method.toLowerCase();
  if (name !== undefined) return "get";
  return ["1", "true"].includes(query.get("watch") ?? "") ? "watch" : "list";
}

function get({ store }: Cluster, { kind, namespace = "", name = "" }: Place): KubeObject {
  const found = store.find(kind, namespace, name);
  if (found === undefined) throw notFound(kinds[kind].plural, kinds[kind].group, name);
  return found;
}

function one({ store }: Cluster, { kind }: Place, object: KubeObject, call: Exchange): Reply {
  if (wantsTable(call.headers.accept ?? ""))
    return { status: 200, body: tableOf(kind, [object], String(store.revision())) };
  return { status: 200, body: object };
}

function list({ store }: Cluster, { kind, namespace }: Place, call: Exchange): Reply {
  const objects = store.list(kind, namespace).filter(selectedBy(call.query));
  const resourceVersion = String(store.revision());
  if (wantsTable(call.headers.accept ?? ""))
    return { status: 200, body: tableOf(kind, objects, resourceVersion) };
  const limit = Number(call.query.get("limit") ?? 0);
  return {
    status: 200,
    body: {
      kind: `${kinds[kind].kind}List`,
      apiVersion: apiVersionOf(kind),
      metadata: { resourceVersion },
      items: limit > 0 ? objects.slice(0, limit) : objects,
    },
  };
}

function patch(api: Api, place: Place, call: Exchange): Reply {
  const { kind, namespace = "", name = "" } = place;
  if (kind === "pod" || kind === "event" || kind === "replicaset")
    throw new StatusError(405, "MethodNotAllowed", "this world lets only workloads be patched");
  const workload: WorkloadKind = kind;
  const contentType = (call.headers["content-type"] ?? "").split(";")[0] ?? "";
  const dryRun = call.query.getAll("dryRun");
  const request = {
    kind: workload,
    namespace,
    name,
    contentType,
    patch: bodyOf(call),
    // Without one the server takes the user agent up to the first slash.
    manager:
      call.query.get("fieldManager") ?? (call.headers["user-agent"] ?? "unknown").split("/")[0] ?? "unknown",
    isDryRun: dryRun.includes("All"),
  };
  const before = get(api.cluster, place);
  const after = patchWorkload(api.cluster, before, request, { ...api.options, onChange: api.onChange });
  return { status: 200, body: after };
}

function bodyOf({ body }: Exchange): JsonObject {
  const parsed = parseObject(body.toString("utf8"));
  if (parsed !== undefined) return parsed;
  throw new StatusError(400, "BadRequest", "the body of the request is no JSON object");
}

function remove(cluster: Cluster, place: Place): Reply {
  const { metadata } = get(cluster, place);
  cluster.store.remove(place.kind, metadata.namespace, metadata.name);
  return { status: 200, body: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success" } };
}

function logOf(cluster: Cluster, pod: KubeObject, query: URLSearchParams): Reply {
  const containers = containersOf(pod.spec);
  const wanted = query.get("container") ?? containers[0]?.name ?? "";
  const container = containers.find(({ name }) => name === wanted);
  const status = statusesOf(pod).find(({ name }) => name === wanted);
  if (container === undefined || status === undefined)
    throw new StatusError(400, "BadRequest", `container ${wanted} is not valid for pod ${pod.metadata.name}`);
  const hasEnded = isObject(status.lastState) && "terminated" in status.lastState;
  const isRunning = isObject(status.state) && "running" in status.state;
  if (query.get("previous") === "true" && !hasEnded) {
    const message = `previous terminated container "${wanted}" in pod "${pod.metadata.name}" not found`;
    throw new StatusError(400, "BadRequest", message);
  }
  if (!hasEnded && !isRunning) {
    const message = `container "${wanted}" in pod "${pod.metadata.name}" is waiting to start: trying and failing to pull image`;
    throw new StatusError(400, "BadRequest", message);
  }
  const lines = cluster.logOf(container.image).split("\n");
  const tail = Number(query.get("tailLines") ?? lines.length);
  const text = lines.slice(-tail).join("\n");
  const limit = Number(query.get("limitBytes") ?? 0);
  return { status: 200, body: limit > 0 ? Buffer.from(text).subarray(0, limit).toString("utf8") : text };
}
