import { previousTagOf } from "../../nouns/target.ts";
import type { Finding, Tree } from "../read/finding.ts";
import type { Path } from "../read/problem.ts";
import { namesAt, textAt, valueAt } from "../read/tree.ts";

/** Two targets that would deploy to the same place, each past the other's approvals and history. */
export function checkPlaces({ value }: Tree): readonly Finding[] {
  const targets = namesAt(value, ["targets"]);
  const first = new Map<string, string>();
  const doubled = targets.flatMap((name) => {
    const place = placeOf(value, ["targets", name]);
    if (place === undefined) return [];
    const key = JSON.stringify(place.parts);
    const other = first.get(key);
    if (other === undefined) first.set(key, name);
    return other === undefined
      ? []
      : [
          {
            path: ["targets", name, place.key],
            message: `is the place of targets.${other} already; one place has one target`,
          },
        ];
  });
  return [...doubled, ...checkTags(value, targets)];
}

interface Place {
  /** The key that names it. */
  readonly key: string;
  readonly parts: readonly (string | undefined)[];
}

// Azure tells none of its names apart by case; Kubernetes has none in capitals; paths of files may differ by it.
function placeOf(value: unknown, path: Path): Place | undefined {
  const text = (...keys: readonly string[]) => textAt(value, [...path, ...keys]);
  const type = text("type");
  switch (type) {
    case "web-app":
    case "container-app": {
      const names = ["app", "slot", "container"].map((key) => text(key)?.toLowerCase());
      const parts = [type, ...names];
      return text("app") === undefined ? undefined : { key: "app", parts };
    }
    case "kubernetes": {
      if (text("workload") === undefined) return undefined;
      const inCluster = String(valueAt(value, [...path, "cluster", "inCluster"]) === true);
      const aks = text("cluster", "aks")?.toLowerCase();
      const cluster = [aks, text("cluster", "kubeconfig"), text("cluster", "context")];
      const parts = [type, inCluster, ...cluster, text("namespace"), text("workload"), text("container")];
      return { key: "workload", parts };
    }
    default:
      return undefined;
  }
}

interface Tagged {
  readonly name: string;
  readonly registry: string;
  readonly tag: string;
}

/** Tags that would be moved by one target and keep the previous image of another. */
function checkTags(value: unknown, targets: readonly string[]): readonly Finding[] {
  const retags = targets.flatMap((name): readonly Tagged[] => {
    const [type, registry, tag] = ["type", "registry", "tag"].map((key) =>
      textAt(value, ["targets", name, key]),
    );
    return type === "retag" && registry !== undefined && tag !== undefined ? [{ name, registry, tag }] : [];
  });
  return retags.flatMap((one, index) => {
    const message = tagProblem(one, retags, retags.slice(0, index));
    return message === undefined ? [] : [{ path: ["targets", one.name, "tag"], message }];
  });
}

function tagProblem(one: Tagged, all: readonly Tagged[], before: readonly Tagged[]): string | undefined {
  const others = (list: readonly Tagged[]) => list.filter((other) => other.registry === one.registry);
  const kept = others(all).find((other) => previousTagOf(other) === one.tag);
  if (kept !== undefined)
    return `is the tag under which targets.${kept.name} keeps its previous image; choose another`;
  // Tags of 128 characters are cut to make room.
  const sharing = others(before).find(
    (other) => other.tag !== one.tag && previousTagOf(other) === previousTagOf(one),
  );
  return sharing === undefined
    ? undefined
    : `and that of targets.${sharing.name} begin alike and are too long to keep their previous images apart; choose a shorter one`;
}
