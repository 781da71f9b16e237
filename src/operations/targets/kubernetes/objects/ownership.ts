import { safeText } from "../../../../outgoing/safe-text.ts";
import { templateOf, type Workload } from "./workload.ts";

/** Who puts a workload back to what it says itself. */
export interface Owner {
  readonly name: string;
  /** How that was seen: `its label app.kubernetes.io/managed-by is Helm`. */
  readonly sign: string;
}

// Labels and annotations that these tools set on what they apply (fluxcd.io, "Kustomization" and "HelmRelease";
// argo-cd.readthedocs.io, "Resource Tracking"; helm.sh, "Labels and Annotations"; fleet.rancher.io; carvel.dev/kapp).
// Argo CD's older label app.kubernetes.io/instance is not among them: charts set it everywhere.
const signs: readonly { readonly key: RegExp; readonly value?: RegExp; readonly owner: string }[] = [
  { key: /^kustomize\.toolkit\.fluxcd\.io\/name$/, owner: "Flux" },
  { key: /^helm\.toolkit\.fluxcd\.io\/name$/, owner: "Flux" },
  { key: /^argocd\.argoproj\.io\/(tracking-id|instance)$/, owner: "Argo CD" },
  { key: /^app\.kubernetes\.io\/managed-by$/, value: /^Helm$/, owner: "Helm" },
  { key: /^meta\.helm\.sh\/release-name$/, owner: "Helm" },
  { key: /^objectset\.rio\.cattle\.io\/owner-name$/, owner: "Fleet" },
  { key: /^kapp\.k14s\.io\/app$/, owner: "kapp" },
];
const managers: readonly { readonly manager: RegExp; readonly owner: string }[] = [
  { manager: /^(kustomize|helm)-controller$/, owner: "Flux" },
  { manager: /^argocd/, owner: "Argo CD" },
  { manager: /^helm$/, owner: "Helm" },
];
// With these Flux leaves an object alone (fluxcd.io, "Controlling the apply behavior of resources").
const leftAlone: readonly (readonly [key: string, value: string])[] = [
  ["kustomize.toolkit.fluxcd.io/reconcile", "disabled"],
  ["kustomize.toolkit.fluxcd.io/ssa", "Ignore"],
];

/** Who would undo a change of the container's image, if anybody: by labels, annotations, owners and field managers. */
export function findOwner(workload: Workload, container: string): Owner | undefined {
  const { labels, annotations, ownerReferences } = workload.metadata;
  if (leftAlone.some(([key, value]) => annotations?.[key] === value)) return undefined;
  for (const [kind, texts] of [
    ["label", labels],
    ["annotation", annotations],
  ] as const) {
    for (const [key, value] of Object.entries(texts ?? {})) {
      const sign = signs.find((one) => one.key.test(key) && (one.value?.test(value) ?? true));
      if (sign !== undefined) return { name: sign.owner, sign: `its ${kind} ${key} is ${safeText(value)}` };
    }
  }
  const manager = workload.metadata.managedFields?.find(
    (entry) =>
      managers.some((one) => one.manager.test(entry.manager ?? "")) &&
      ownsImage(entry.fieldsV1, workload, container),
  )?.manager;
  const known = managers.find((one) => one.manager.test(manager ?? ""));
  if (known !== undefined)
    return { name: known.owner, sign: `the field manager ${safeText(manager ?? "")} set its image` };
  const controller = ownerReferences?.find((one) => one.controller === true);
  if (controller === undefined) return undefined;
  const name = safeText(`${controller.kind} ${controller.name}`);
  return { name, sign: `it belongs to the ${name}` };
}

/** Paths of managedFields: `f:` before a field, `k:` before the key of a list's item (structured-merge-diff). */
function ownsImage(fields: unknown, workload: Workload, container: string): boolean {
  const start = workload.spec.jobTemplate == null ? [] : ["f:jobTemplate", "f:spec"];
  // The item's key is the container's name, which the API server has checked to be a DNS label.
  const item = `k:{"name":"${container}"}`;
  const path = ["f:spec", ...start, "f:template", "f:spec", "f:containers", item, "f:image"];
  if (!templateOf(workload).spec.containers.some(({ name }) => name === container)) return false;
  let at: unknown = fields;
  for (const part of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, part)) return false;
    at = (at as Readonly<Record<string, unknown>>)[part];
  }
  return true;
}
