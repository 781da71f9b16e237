import { z } from "zod";
import { imageOf, type Selector, templateOf, type Workload } from "./workload.ts";

const Text = z.string().nullish();
const Terminated = z.object({ reason: Text, message: Text, exitCode: z.int().nullish() }).nullish();
const ContainerStatus = z.object({
  name: z.string(),
  ready: z.boolean().nullish(),
  restartCount: z.int().nullish(),
  state: z
    .object({ waiting: z.object({ reason: Text, message: Text }).nullish(), terminated: Terminated })
    .nullish(),
  lastState: z.object({ terminated: Terminated }).nullish(),
});
const Statuses = z.array(ContainerStatus).nullish();
// A DNS subdomain (kubernetes.io, "Object Names and IDs"); it stands in messages.
const Name = z.string().max(253);
const Owners = z.array(z.object({ uid: z.string(), controller: z.boolean().nullish() })).nullish();
const Pod = z.object({
  metadata: z.object({
    name: Name,
    annotations: z.record(z.string(), z.string()).nullish(),
    deletionTimestamp: Text,
    ownerReferences: Owners,
  }),
  spec: z.object({ containers: z.array(z.object({ name: z.string(), image: Text })) }),
  status: z
    .object({
      phase: Text,
      reason: Text,
      message: Text,
      conditions: z
        .array(z.object({ type: z.string(), status: z.string(), reason: Text, message: Text }))
        .nullish(),
      initContainerStatuses: Statuses,
      containerStatuses: Statuses,
    })
    .nullish(),
});
export type Pod = z.infer<typeof Pod>;
export type ContainerStatus = z.infer<typeof ContainerStatus>;
export type Terminated = z.infer<typeof Terminated>;

/** What is read of a list of pods. */
export const PodList = z.object({ items: z.array(Pod) });
/** What is read of a list of ReplicaSets. */
export const OwnedList = z.object({
  items: z.array(z.object({ metadata: z.object({ uid: z.string(), ownerReferences: Owners }) })),
});

/** A selector as the API takes it in a query; undefined where there is none, which would mean every pod. */
export function selectorText(selector: Selector | null | undefined): string | undefined {
  const labels = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const expressions = (selector?.matchExpressions ?? []).map(({ key, operator, values }) => {
    const list = (values ?? []).join(",");
    if (operator === "In") return `${key} in (${list})`;
    if (operator === "NotIn") return `${key} notin (${list})`;
    return operator === "DoesNotExist" ? `!${key}` : key;
  });
  const text = [...labels, ...expressions].join(",");
  return text === "" ? undefined : text;
}

/** Whether an object belongs to one of these owners: selectors of two workloads may overlap, and names begin alike. */
export function belongsTo(
  { metadata }: { readonly metadata: { readonly ownerReferences?: z.infer<typeof Owners> } },
  owners: readonly string[],
): boolean {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  return owner !== undefined && owners.includes(owner.uid);
}

/** Whether a pod was made from the workload's newest template, as far as the container and our annotation of it tell. */
export function isNewest({ metadata, spec }: Pod, workload: Workload, container: string, markKey: string) {
  const image = spec.containers.find(({ name }) => name === container)?.image ?? undefined;
  const mark = templateOf(workload).metadata?.annotations?.[markKey];
  return image === imageOf(workload, container) && metadata.annotations?.[markKey] === mark;
}
