import { closest, distance } from "fastest-levenshtein";
import type { z } from "zod";
import { configJsonSchema } from "./json-schema.ts";
import type { Path } from "./problem.ts";

type Node = z.core.JSONSchema._JSONSchema | undefined;

/** The keys that the schema knows at a path, in its own order. */
export function knownKeys(path: Path): readonly string[] {
  let nodes: readonly Node[] = [configJsonSchema()];
  for (const part of path) nodes = nodes.flatMap((node) => childrenOf(node, part));
  return [
    ...new Set(
      nodes.flatMap((node) => alternatives(node)).flatMap((node) => Object.keys(node.properties ?? {})),
    ),
  ];
}

function childrenOf(node: Node, part: string | number): readonly Node[] {
  return alternatives(node).flatMap((option) => {
    if (typeof part === "number") return Array.isArray(option.items) ? [] : [option.items];
    return [option.properties?.[part] ?? option.additionalProperties];
  });
}

function alternatives(node: Node): readonly z.core.JSONSchema.JSONSchema[] {
  if (typeof node !== "object") return [];
  const options = node.oneOf ?? node.anyOf;
  return options === undefined ? [node] : options.flatMap((option) => alternatives(option));
}

/** `did you mean "loginServer"?` where one known key is near, else the list of known keys. */
export function suggestKey(key: string, known: readonly string[]): string {
  if (known.length === 0) return "nothing is known under it; leave it out";
  const near = suggestion(key, known);
  return near === undefined ? `known keys are ${known.join(", ")}` : `did you mean ${near}?`;
}

/** The known name nearest to a mistyped one, or undefined if none is near. */
export function suggestion(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0 || name.length > 80) return undefined;
  const lower = new Map(known.map((one) => [one.toLowerCase(), one]));
  const near = closest(name.toLowerCase(), [...lower.keys()]);
  // A third of the letters may differ: webhok is webhook, port is not host.
  return distance(name.toLowerCase(), near) <= Math.ceil(near.length / 3) - (near.length < 5 ? 1 : 0)
    ? lower.get(near)
    : undefined;
}
