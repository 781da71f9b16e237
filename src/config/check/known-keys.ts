import type { z } from "zod";
import { nearestName } from "../nearest-name.ts";
import type { Path } from "../read/problem.ts";
import { textAt, valueAt } from "../read/tree.ts";
import { configJsonSchema } from "../schema/json-schema.ts";

type Node = z.core.JSONSchema._JSONSchema | undefined;

/** The keys that the schema knows at a path, in its own order; of several types of a thing those of the type it has. */
export function knownKeys(path: Path, value: unknown): readonly string[] {
  let nodes: readonly Node[] = [configJsonSchema()];
  for (const [index, part] of path.entries()) {
    const type = textAt(valueAt(value, path.slice(0, index)), ["type"]);
    nodes = nodes.flatMap((node) => childrenOf(node, part, type));
  }
  const type = textAt(valueAt(value, path), ["type"]);
  return [
    ...new Set(
      nodes.flatMap((node) => alternatives(node, type)).flatMap((node) => Object.keys(node.properties ?? {})),
    ),
  ];
}

function childrenOf(node: Node, part: string | number, type: string | undefined): readonly Node[] {
  return alternatives(node, type).flatMap((option) => {
    if (typeof part === "number") return Array.isArray(option.items) ? [] : [option.items];
    return [option.properties?.[part] ?? option.additionalProperties];
  });
}

function alternatives(node: Node, type: string | undefined): readonly z.core.JSONSchema.JSONSchema[] {
  if (typeof node !== "object") return [];
  const options = node.oneOf ?? node.anyOf;
  if (options !== undefined) return options.flatMap((option) => alternatives(option, type));
  const own = node.properties?.type;
  return typeof own === "object" && own.const !== undefined && own.const !== type ? [] : [node];
}

/** `did you mean "loginServer"?` where one known key is near, else the list of known keys. */
export function suggestKey(key: string, known: readonly string[]): string {
  if (known.length === 0) return "nothing is known under it; leave it out";
  const near = nearestName(key, known);
  return near === undefined ? `known keys are ${known.join(", ")}` : `did you mean ${near}?`;
}
