import type { Path } from "./problem.ts";
import { isAtPlace } from "./tree.ts";

const notYetMessage = "is not supported in this version yet; leave it out";

/** Keys of the fixed configuration that later versions bring; `*` stands for any name or index. */
const laterKeys: readonly string[] = [
  "server.tokens",
  "slack.appToken",
  "cards.burst",
  "registries.*.scanner",
  "roles.*.notify",
  "targets.*.approvals",
  "targets.*.after",
  "routes.*.mode",
  "routes.*.quiet",
  "routes.*.mute",
];

/** Target types of later versions. */
const laterTargetTypes: readonly string[] = [
  "kubernetes",
  "app-service",
  "container-app",
  "container-apps",
  "container-app-job",
  "container-instance",
  "functions",
  "import",
  "pipeline",
  "azure-pipelines",
  "github-actions",
  "webhook",
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
      const type = path.length === 1 && path[0] === "targets" ? laterTargetType(item) : undefined;
      if (laterKeys.some((place) => isAtPlace(here, place)))
        problems.push({ path: here, message: notYetMessage });
      else if (type !== undefined)
        problems.push({
          path: [...here, "type"],
          message: `${type} is not supported in this version yet; use retag`,
        });
      else object[key] = visit(item, here);
    }
    return object;
  };
  return { value: visit(value, []), problems };
}

function laterTargetType(target: unknown): string | undefined {
  if (typeof target !== "object" || target === null || !("type" in target)) return undefined;
  return laterTargetTypes.find((type) => type === target.type);
}
