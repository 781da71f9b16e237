import type { JsonObject } from "../shared/json-object.ts";
import type { Cluster } from "./cluster.ts";
import { managedFieldsAfter } from "./managed-fields.ts";
import { timestamp } from "./object-store.ts";
import { apiVersionOf } from "./objects.ts";
import type { WorkloadOptions } from "./options.ts";

/** Puts a workload into the cluster as somebody's tool would have made it; its images are on the nodes already. */
export function addWorkload(cluster: Cluster, workload: WorkloadOptions): void {
  const { kind, namespace, name, containers, initContainers, manager = "kubectl-create" } = workload;
  for (const { image } of [...containers, ...(initContainers ?? [])]) cluster.cache(image);
  const labels = { app: name, ...workload.labels };
  const template = {
    metadata: { labels: podLabelsOf(workload) },
    spec: {
      ...(initContainers === undefined ? {} : { initContainers }),
      containers: containers.map((container) => ({ ...container, imagePullPolicy: "IfNotPresent" })),
      restartPolicy: kind === "cronjob" ? "OnFailure" : "Always",
    },
  };
  const spec = specOf(workload, template);
  const metadata = {
    name,
    namespace,
    generation: 1,
    labels,
    ...(workload.annotations === undefined ? {} : { annotations: workload.annotations }),
    ...(workload.controller === undefined ? {} : { ownerReferences: [ownerOf(workload.controller)] }),
  };
  const written = { manager, apiVersion: apiVersionOf(kind), time: timestamp(cluster.now()) };
  const managedFields = managedFieldsAfter({}, { metadata, spec }, written);
  cluster.store.create(kind, { metadata: { ...metadata, managedFields }, spec, status: {} });
}

function specOf(workload: WorkloadOptions, template: JsonObject): JsonObject {
  const selector = { matchLabels: podLabelsOf(workload) };
  const replicas = workload.replicas ?? 1;
  const type = workload.updateStrategy ?? "RollingUpdate";
  switch (workload.kind) {
    case "deployment":
      return {
        replicas,
        selector,
        template,
        progressDeadlineSeconds: workload.progressDeadlineSeconds ?? 600,
        strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } },
        ...(workload.paused === undefined ? {} : { paused: workload.paused }),
      };
    case "statefulset":
      return {
        replicas,
        selector,
        template,
        serviceName: workload.name,
        podManagementPolicy: workload.podManagementPolicy ?? "OrderedReady",
        updateStrategy: {
          type,
          ...(type === "RollingUpdate" ? { rollingUpdate: { partition: workload.partition ?? 0 } } : {}),
        },
      };
    case "daemonset":
      return {
        selector,
        template,
        updateStrategy: {
          type,
          ...(type === "RollingUpdate" ? { rollingUpdate: { maxUnavailable: 1 } } : {}),
        },
      };
    case "cronjob":
      return { schedule: "0 3 * * *", suspend: false, jobTemplate: { spec: { template } } };
    default:
      return workload.kind satisfies never;
  }
}

function podLabelsOf({ name, podLabels = { app: name } }: WorkloadOptions): Readonly<Record<string, string>> {
  return podLabels;
}

function ownerOf(text: string) {
  const [kind = "", name = ""] = text.split("/");
  return { apiVersion: "example.com/v1", kind, name, uid: `uid-of-${name}`, controller: true };
}
