import type { Path } from "./problem.ts";
import { isAtPlace } from "./tree.ts";

const notYetMessage = "is not supported in this version yet; leave it out";

/** Keys of the fixed configuration that later versions bring; `*` stands for any name or index. */
const laterKeys: readonly string[] = [
  "slack.appToken",
  "cards.burst",
  "registries.*.scanner",
  "routes.*.mode",
  "routes.*.quiet",
  "routes.*.mute",
];

export interface WithoutLater {
  readonly value: unknown;
  readonly problems: readonly { readonly path: Path; readonly message: string }[];
}

/** Takes out what belongs to later versions, each a problem of its own, so that the rest can still be checked. */
export function withoutLater(value: unknown): WithoutLater {
  const problems: { path: Path; message: string }[] = [];
  const visit = (node: unknown, path: Path): unknown => {
    if (typeof node !== "object" || node === null) return node;
    if (Array.isArray(node)) return node.map((item, index) => visit(item, [...path, index]));
    const object: Record<string, unknown> = Object.create(null);
    for (const [key, item] of Object.entries(node)) {
      const here = [...path, key];
      if (laterKeys.some((place) => isAtPlace(here, place)))
        problems.push({ path: here, message: notYetMessage });
      else object[key] = visit(item, here);
    }
    return object;
  };
  return { value: visit(value, []), problems };
}
