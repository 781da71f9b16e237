import type { JsonObject } from "../shared/json-object.ts";
import { isObject } from "../shared/json-object.ts";
import type { Metadata } from "./objects.ts";

// Lists whose items are known by name in managedFields (structured-merge-diff).
const named: readonly string[] = ["containers", "initContainers", "env", "volumes"];
// Never owned by anybody: the server writes them.
const servers: readonly string[] = [
  "managedFields",
  "resourceVersion",
  "uid",
  "generation",
  "creationTimestamp",
];

type Paths = ReadonlyMap<string, readonly string[]>;

/**
 * The managedFields of an object after a manager has written it: what it changed is its own now, and nobody else's
 * (kubernetes.io, "Server-Side Apply", "Field management"). One entry for each manager, all as updates.
 */
export function managedFieldsAfter(
  before: JsonObject,
  after: JsonObject,
  options: { readonly manager: string; readonly apiVersion: string; readonly time: string },
): NonNullable<Metadata["managedFields"]> {
  const old = leaves(before);
  const remaining = leaves(after);
  const changed = new Map([...remaining].filter(([key, { value }]) => old.get(key)?.value !== value));
  const entries = isObject(before.metadata) ? before.metadata.managedFields : [];
  const others = (Array.isArray(entries) ? entries.filter(isObject) : []).map((entry) => {
    const kept = [...pathsIn(entry.fieldsV1)].filter(([key]) => !changed.has(key) && remaining.has(key));
    const own =
      entry.manager === options.manager ? [...changed].map(([key, { path }]) => [key, path] as const) : [];
    return { ...entry, fieldsV1: treeOf(new Map([...kept, ...own])) };
  });
  const isKnown = others.some((entry) => "manager" in entry && entry.manager === options.manager);
  const own = {
    manager: options.manager,
    operation: "Update",
    apiVersion: options.apiVersion,
    time: options.time,
    fieldsType: "FieldsV1",
    fieldsV1: treeOf(new Map([...changed].map(([key, { path }]) => [key, path] as const))),
  };
  return (isKnown || changed.size === 0 ? others : [...others, own]).filter(
    ({ fieldsV1 }) => Object.keys(fieldsV1).length > 0,
  );
}

interface Leaf {
  readonly path: readonly string[];
  readonly value: string;
}

function leaves(object: JsonObject): ReadonlyMap<string, Leaf> {
  const found = new Map<string, Leaf>();
  const walk = (value: unknown, path: readonly string[], field: string): void => {
    if (isObject(value) && Object.keys(value).length > 0) {
      for (const [key, part] of Object.entries(value)) {
        if (!(field === "metadata" && servers.includes(key))) walk(part, [...path, `f:${key}`], key);
      }
    } else if (Array.isArray(value) && named.includes(field)) {
      for (const item of value.filter(isObject))
        walk(item, [...path, `k:${JSON.stringify({ name: item.name })}`], "");
    } else found.set(path.join("\0"), { path, value: JSON.stringify(value) });
  };
  for (const part of ["metadata", "spec"]) walk(object[part], [`f:${part}`], part);
  return found;
}

function pathsIn(tree: unknown, path: readonly string[] = []): Paths {
  if (!isObject(tree) || Object.keys(tree).length === 0) return new Map([[path.join("\0"), path]]);
  return new Map(Object.entries(tree).flatMap(([key, part]) => [...pathsIn(part, [...path, key])]));
}

function treeOf(paths: Paths): JsonObject {
  const tree: Record<string, unknown> = {};
  for (const path of paths.values()) {
    let at = tree;
    for (const part of path) {
      const next = at[part];
      const branch: Record<string, unknown> = isObject(next) ? (next as Record<string, unknown>) : {};
      at[part] = branch;
      at = branch;
    }
  }
  return tree;
}
