import { isDeepStrictEqual } from "node:util";
import type { JsonObject } from "../shared/json-object.ts";
import { isObject } from "../shared/json-object.ts";
import { mergePatch } from "../shared/merge-patch.ts";
import type { Cluster } from "./cluster.ts";
import { managedFieldsAfter } from "./managed-fields.ts";
import { timestamp } from "./object-store.ts";
import {
  apiVersionOf,
  type KubeObject,
  kinds,
  type Metadata,
  templateOf,
  type WorkloadKind,
  WorkloadSpec,
} from "./objects.ts";
import type { KubernetesWorldOptions } from "./options.ts";
import { qualified, StatusError } from "./status-error.ts";
import { strategicMerge } from "./strategic-merge.ts";

/** A real change of a workload's spec: what a test counts to prove "exactly once". */
export interface Change {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
  readonly manager: string;
  readonly generation: number;
  readonly images: Readonly<Record<string, string>>;
}

/** A patch of a workload, as it came in. */
export interface PatchRequest {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
  readonly contentType: string;
  readonly patch: JsonObject;
  readonly manager: string;
  readonly isDryRun: boolean;
}

type Rules = Pick<KubernetesWorldOptions, "denies" | "rewrites">;

/**
 * Patches a workload as the API server does: the version in the patch must be the current one (409), the result must fit
 * the schema (422) and the cluster's policies (403); a new spec is a new generation; nothing new writes nothing.
 */
export function patchWorkload(
  cluster: Cluster,
  before: KubeObject,
  request: PatchRequest,
  rules: Rules & { readonly onChange: (change: Change) => void },
): KubeObject {
  const { kind, isDryRun, manager } = request;
  const merged = rewritten(merge(before, request), rules.rewrites);
  const metadata = isObject(merged.metadata) ? merged.metadata : {};
  checkVersion(before, metadata, request);
  const spec = checkSpec(merged, request);
  for (const { image } of templateOf(spec).spec.containers) {
    const why = rules.denies?.(image);
    if (why !== undefined)
      throw new StatusError(
        403,
        "Forbidden",
        `admission webhook "images.policy.example" denied the request: ${why}`,
      );
  }
  const isNewSpec = !isDeepStrictEqual(plain(before.spec), plain(merged.spec));
  const generation = (before.metadata.generation ?? 1) + (isNewSpec ? 1 : 0);
  const written = { manager, apiVersion: apiVersionOf(kind), time: timestamp(cluster.now()) };
  const after: KubeObject = {
    ...before,
    ...merged,
    // A patch of the resource itself never writes the status.
    ...(before.status === undefined ? {} : { status: before.status }),
    metadata: {
      ...before.metadata,
      ...(metadata as Partial<Metadata>),
      resourceVersion: before.metadata.resourceVersion,
      generation,
    },
  };
  const isNew = !isDeepStrictEqual(plain(before), plain(after));
  if (!isNew) return before;
  const managedFields = managedFieldsAfter(before, after, written);
  const owned = { ...after, metadata: { ...after.metadata, managedFields } };
  if (isDryRun) return owned;
  const kept = cluster.store.update(kind, owned);
  if (isNewSpec) {
    const { namespace, name } = request;
    rules.onChange({ kind, namespace, name, manager, generation, images: imagesOf(spec) });
  }
  return kept;
}

/** Images of a spec's containers by name. */
export function imagesOf(spec: WorkloadSpec): Readonly<Record<string, string>> {
  return Object.fromEntries(templateOf(spec).spec.containers.map(({ name, image }) => [name, image]));
}

function merge(before: KubeObject, { contentType, patch }: PatchRequest): JsonObject {
  switch (contentType) {
    case "application/strategic-merge-patch+json":
      return strategicMerge(before, patch);
    case "application/merge-patch+json":
      return mergePatch(before, patch);
    default:
      throw new StatusError(
        415,
        "UnsupportedMediaType",
        "the body of the request was in an unknown format - accepted media types include: application/merge-patch+json, application/strategic-merge-patch+json",
      );
  }
}

function checkVersion(before: KubeObject, metadata: JsonObject, { kind, name }: PatchRequest): void {
  if (metadata.resourceVersion === before.metadata.resourceVersion) return;
  const { plural, group } = kinds[kind];
  throw new StatusError(
    409,
    "Conflict",
    `Operation cannot be fulfilled on ${qualified(plural, group)} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
    { details: { name, group, kind: plural } },
  );
}

function checkSpec(merged: JsonObject, { kind, name }: PatchRequest): WorkloadSpec {
  const parsed = WorkloadSpec.safeParse(merged.spec);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = ["spec", ...(issue?.path ?? [])].map((part) =>
    typeof part === "number" ? `[${part}]` : `.${String(part)}`,
  );
  const field = path.join("").slice(1);
  throw new StatusError(
    422,
    "Invalid",
    `${kinds[kind].kind}.${kinds[kind].group} "${name}" is invalid: ${field}: Required value`,
    { details: { name, group: kinds[kind].group, kind: kinds[kind].kind } },
  );
}

function rewritten(object: JsonObject, rewrites: Rules["rewrites"]): JsonObject {
  if (rewrites === undefined) return object;
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => [
        key,
        key === "image" && typeof part === "string" ? rewrites(part) : walk(part),
      ]),
    );
  };
  return { ...object, spec: walk(object.spec) };
}

/** For comparing: without what is undefined, and without who owns what. */
function plain(value: unknown): unknown {
  const copy: unknown = JSON.parse(JSON.stringify(value ?? null));
  if (isObject(copy) && isObject(copy.metadata)) {
    const { managedFields: _, ...metadata } = copy.metadata;
    return { ...copy, metadata };
  }
  return copy;
}
