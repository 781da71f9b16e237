import { z } from "zod";
import { ChatopsError } from "../../../errors.ts";
import type { Selector, Workload } from "./workload.ts";
import { templateOf } from "./workload.ts";

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
const Pod = z.object({
  metadata: z.object({
    name: Name,
    annotations: z.record(z.string(), z.string()).nullish(),
    deletionTimestamp: Text,
    ownerReferences: z
      .array(z.object({ kind: z.string(), name: z.string(), controller: z.boolean().nullish() }))
      .nullish(),
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
const PodList = z.object({ items: z.array(Pod) });

/** Reads an API server's list of pods; throws `target-answer-unusable`. */
export function readPods(answer: unknown): readonly Pod[] {
  const parsed = PodList.safeParse(answer);
  if (parsed.success) return parsed.data.items;
  throw new ChatopsError("target-answer-unusable", "The Kubernetes API server's answer is no list of pods.");
}

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

/** Whether a pod is the workload's own: selectors of two workloads may overlap. */
export function belongsTo(pod: Pod, workload: Workload): boolean {
  const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller === true);
  const { name } = workload.metadata;
  switch (workload.kind) {
    case "deployment":
      // Its pods belong to a ReplicaSet: the Deployment's name and a hash of the template.
      return owner?.kind === "ReplicaSet" && owner.name.startsWith(`${name}-`);
    case "statefulset":
      return owner?.kind === "StatefulSet" && owner.name === name;
    case "daemonset":
      return owner?.kind === "DaemonSet" && owner.name === name;
    case "cronjob":
      return false;
    default:
      return workload.kind satisfies never;
  }
}

/** Whether a pod was made from the workload's newest template, as far as the container and our annotation of it tell. */
export function isNewest(pod: Pod, workload: Workload, container: string, markKey: string): boolean {
  const template = templateOf(workload);
  const imageIn = (containers: Pod["spec"]["containers"]) =>
    containers.find(({ name }) => name === container)?.image ?? undefined;
  const wanted = template.spec.containers.find(({ name }) => name === container)?.image ?? undefined;
  return (
    imageIn(pod.spec.containers) === wanted &&
    pod.metadata.annotations?.[markKey] === template.metadata?.annotations?.[markKey]
  );
}
