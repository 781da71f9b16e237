import type { JsonObject } from "../shared/json-object.ts";
import { isObject } from "../shared/json-object.ts";
import type { KubeObject, ObjectKind } from "./objects.ts";
import { containersOf, isReady, stateOf, statusesOf } from "./sim-pods.ts";

/** One column: its title, its cell, and whether only `-o wide` shows it. */
type Column = readonly [title: string, cell: (object: KubeObject) => string | number, isWide?: true];

const number = (value: unknown): number => (typeof value === "number" ? value : 0);
const templateSpec = ({ spec }: KubeObject): unknown => {
  const job = isObject(spec?.jobTemplate) && isObject(spec.jobTemplate.spec) ? spec.jobTemplate.spec : spec;
  return isObject(job) && isObject(job.template) ? job.template.spec : undefined;
};
const wide: readonly Column[] = [
  [
    "Containers",
    (one) =>
      containersOf(templateSpec(one))
        .map(({ name }) => name)
        .join(","),
    true,
  ],
  [
    "Images",
    (one) =>
      containersOf(templateSpec(one))
        .map(({ image }) => image)
        .join(","),
    true,
  ],
];
const restarts = (pod: KubeObject) =>
  statusesOf(pod).reduce((sum, { restartCount }) => sum + number(restartCount), 0);

const columns: Readonly<Record<ObjectKind, readonly Column[]>> = {
  deployment: [
    ["Ready", ({ spec, status }) => `${number(status?.readyReplicas)}/${number(spec?.replicas)}`],
    ["Up-to-date", ({ status }) => number(status?.updatedReplicas)],
    ["Available", ({ status }) => number(status?.availableReplicas)],
    ...wide,
  ],
  statefulset: [
    ["Ready", ({ spec, status }) => `${number(status?.readyReplicas)}/${number(spec?.replicas)}`],
    ...wide,
  ],
  daemonset: [
    ["Desired", ({ status }) => number(status?.desiredNumberScheduled)],
    ["Ready", ({ status }) => number(status?.numberReady)],
    ["Up-to-date", ({ status }) => number(status?.updatedNumberScheduled)],
    ...wide,
  ],
  replicaset: [
    ["Desired", ({ spec }) => number(spec?.replicas)],
    ["Current", ({ status }) => number(status?.replicas)],
    ["Ready", ({ status }) => number(status?.readyReplicas)],
    ...wide,
  ],
  cronjob: [
    ["Schedule", ({ spec }) => String(spec?.schedule)],
    ["Suspend", ({ spec }) => String(spec?.suspend)],
    ...wide,
  ],
  pod: [
    [
      "Ready",
      (pod) => `${statusesOf(pod).filter(({ ready }) => ready === true).length}/${statusesOf(pod).length}`,
    ],
    ["Status", (pod) => (isReady(pod) ? "Running" : stateOf(pod))],
    ["Restarts", restarts],
    ["Node", ({ spec }) => String(spec?.nodeName), true],
  ],
  event: [
    ["Type", ({ type }) => String(type)],
    ["Reason", ({ reason }) => String(reason)],
    ["Message", ({ message }) => String(message)],
  ],
};

/** Whether a client wants a table for people, as `kubectl get` does (kubernetes.io, "Receiving resources as Tables"). */
export function wantsTable(accept: string): boolean {
  return /as=Table;v=v1;g=meta\.k8s\.io/.test(accept);
}

/** Objects as rows for people. */
export function tableOf(
  kind: ObjectKind,
  objects: readonly KubeObject[],
  resourceVersion: string,
): JsonObject {
  const all: readonly Column[] = [["Name", ({ metadata }) => metadata.name], ...columns[kind]];
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata: { resourceVersion },
    columnDefinitions: all.map(([name, , isWide]) => ({
      name,
      type: "string",
      format: name === "Name" ? "name" : "",
      description: "",
      priority: isWide === true ? 1 : 0,
    })),
    rows: objects.map((object) => ({
      cells: all.map(([, cell]) => cell(object)),
      object: { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: object.metadata },
    })),
  };
}
