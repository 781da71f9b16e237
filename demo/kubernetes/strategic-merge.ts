import type { JsonObject } from "../shared/json-object.ts";
import { isObject } from "../shared/json-object.ts";

/** Lists that are merged by a key and not replaced, by field name (the patchMergeKey tags of Kubernetes' API types). */
const mergeKeys: Readonly<Record<string, string>> = {
  containers: "name",
  initContainers: "name",
  ephemeralContainers: "name",
  env: "name",
  volumes: "name",
  volumeMounts: "mountPath",
  volumeDevices: "devicePath",
  ports: "containerPort",
  imagePullSecrets: "name",
  hostAliases: "ip",
  topologySpreadConstraints: "topologyKey",
  ownerReferences: "uid",
  conditions: "type",
};

/**
 * Applies a strategic merge patch (kubernetes.io, "Update API Objects in Place Using kubectl patch"): objects are merged,
 * `null` removes, lists with a merge key are merged by it, `$patch: delete | replace` and `$retainKeys` do as they say.
 */
export function strategicMerge(original: JsonObject, patch: JsonObject): JsonObject {
  if (patch.$patch === "replace") return withoutDirectives(patch);
  const retained = Array.isArray(patch.$retainKeys) ? patch.$retainKeys : undefined;
  const merged: Record<string, unknown> = Object.fromEntries(
    Object.entries(original).filter(([key]) => retained === undefined || retained.includes(key)),
  );
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith("$deleteFromPrimitiveList/")) {
      const field = key.slice("$deleteFromPrimitiveList/".length);
      const gone = Array.isArray(value) ? value : [];
      const list = merged[field];
      if (Array.isArray(list)) merged[field] = list.filter((item) => !gone.includes(item));
    } else if (!key.startsWith("$")) {
      if (value === null) delete merged[key];
      else merged[key] = mergeValue(key, merged[key], value);
    }
  }
  return merged;
}

function mergeValue(field: string, before: unknown, value: unknown): unknown {
  const key = mergeKeys[field];
  if (Array.isArray(value) && key !== undefined && value.every(isObject))
    return mergeList(Array.isArray(before) ? before.filter(isObject) : [], value, key);
  if (isObject(value)) return strategicMerge(isObject(before) ? before : {}, value);
  return value;
}

function mergeList(
  before: readonly JsonObject[],
  patch: readonly JsonObject[],
  key: string,
): readonly JsonObject[] {
  const isReplaced = patch.some((item) => item.$patch === "replace" && item[key] === undefined);
  let merged = isReplaced ? [] : [...before];
  for (const item of patch) {
    const at = merged.findIndex((one) => one[key] === item[key]);
    if (item.$patch === "delete") merged = merged.filter((one) => one[key] !== item[key]);
    else if (item[key] === undefined) continue;
    else if (at < 0) merged.push(withoutDirectives(item));
    else merged[at] = strategicMerge(merged[at] ?? {}, item);
  }
  return merged;
}

function withoutDirectives(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith("$")));
}
