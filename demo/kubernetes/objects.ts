import { z } from "zod";
import type { JsonObject } from "../shared/json-object.ts";

export const kinds = {
  deployment: { kind: "Deployment", group: "apps", plural: "deployments", short: "deploy" },
  statefulset: { kind: "StatefulSet", group: "apps", plural: "statefulsets", short: "sts" },
  daemonset: { kind: "DaemonSet", group: "apps", plural: "daemonsets", short: "ds" },
  replicaset: { kind: "ReplicaSet", group: "apps", plural: "replicasets", short: "rs" },
  cronjob: { kind: "CronJob", group: "batch", plural: "cronjobs", short: "cj" },
  pod: { kind: "Pod", group: "", plural: "pods", short: "po" },
  event: { kind: "Event", group: "", plural: "events", short: "ev" },
} as const;
export type ObjectKind = keyof typeof kinds;
export type WorkloadKind = "deployment" | "statefulset" | "daemonset" | "cronjob";

const Texts = z.record(z.string(), z.string());
const Container = z.looseObject({ name: z.string().min(1), image: z.string().min(1) });
const PodTemplate = z.looseObject({
  metadata: z.looseObject({ labels: Texts.optional(), annotations: Texts.optional() }).optional(),
  spec: z.looseObject({
    containers: z.array(Container).min(1),
    initContainers: z.array(Container).optional(),
  }),
});
const Selector = z.looseObject({ matchLabels: Texts.optional() });

/** A workload's spec as far as the controllers read it; the API server refuses (422) what does not fit. */
export const WorkloadSpec = z.looseObject({
  replicas: z.int().min(0).optional(),
  paused: z.boolean().optional(),
  progressDeadlineSeconds: z.int().optional(),
  podManagementPolicy: z.string().optional(),
  selector: Selector.optional(),
  template: PodTemplate.optional(),
  jobTemplate: z.looseObject({ spec: z.looseObject({ template: PodTemplate }) }).optional(),
  updateStrategy: z
    .looseObject({
      type: z.string().optional(),
      rollingUpdate: z.looseObject({ partition: z.int().optional() }).optional(),
    })
    .optional(),
});
export type WorkloadSpec = z.infer<typeof WorkloadSpec>;
export type PodTemplate = z.infer<typeof PodTemplate>;

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller: boolean;
}

export interface Metadata {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly creationTimestamp: string;
  readonly generation?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly managedFields?: readonly JsonObject[];
}

/** An object as the API gives it. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly spec?: JsonObject;
  readonly status?: JsonObject;
  readonly [key: string]: unknown;
}

/** `apps/v1`, or `v1` of the core group. */
export function apiVersionOf(kind: ObjectKind): string {
  const { group } = kinds[kind];
  return group === "" ? "v1" : `${group}/v1`;
}

/** The spec of a workload; it was checked when it was written. */
export function specOf(object: KubeObject): WorkloadSpec {
  return WorkloadSpec.parse(object.spec ?? {});
}

/** The pod template of a workload, that of its jobs for a CronJob. */
export function templateOf(spec: WorkloadSpec): PodTemplate {
  const template = spec.jobTemplate?.spec.template ?? spec.template;
  if (template === undefined) throw new Error("a workload has no pod template");
  return template;
}
