import { z } from "zod";
import type { KubernetesTarget, WorkloadKind } from "../../../../nouns/target.ts";
import { safeText } from "../../../../outgoing/safe-text.ts";

const Texts = z.record(z.string(), z.string()).nullish();
const Count = z.int().nullish();
const Container = z.object({ name: z.string(), image: z.string().nullish() });
const PodTemplate = z.object({
  metadata: z.object({ annotations: Texts, labels: Texts }).nullish(),
  spec: z.object({ containers: z.array(Container), initContainers: z.array(Container).nullish() }),
});
const Condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().nullish(),
  message: z.string().nullish(),
});
const Requirement = z.object({
  key: z.string(),
  operator: z.string(),
  values: z.array(z.string()).nullish(),
});
const Selector = z.object({ matchLabels: Texts, matchExpressions: z.array(Requirement).nullish() });

const Fields = z.object({
  metadata: z.object({
    name: z.string(),
    uid: z.string(),
    resourceVersion: z.string(),
    generation: z.int().nullish(),
    labels: Texts,
    annotations: Texts,
    managedFields: z
      .array(z.object({ manager: z.string().nullish(), fieldsV1: z.unknown().optional() }))
      .nullish(),
    ownerReferences: z
      .array(z.object({ kind: z.string(), name: z.string(), controller: z.boolean().nullish() }))
      .nullish(),
  }),
  spec: z.object({
    replicas: Count,
    paused: z.boolean().nullish(),
    suspend: z.boolean().nullish(),
    progressDeadlineSeconds: Count,
    selector: Selector.nullish(),
    // CronJobs have theirs one level deeper.
    template: PodTemplate.nullish(),
    jobTemplate: z.object({ spec: z.object({ template: PodTemplate }) }).nullish(),
    podManagementPolicy: z.string().nullish(),
    updateStrategy: z
      .object({ type: z.string().nullish(), rollingUpdate: z.object({ partition: Count }).nullish() })
      .nullish(),
  }),
  status: z
    .object({
      observedGeneration: Count,
      replicas: Count,
      updatedReplicas: Count,
      readyReplicas: Count,
      availableReplicas: Count,
      desiredNumberScheduled: Count,
      updatedNumberScheduled: Count,
      numberAvailable: Count,
      conditions: z.array(Condition).nullish(),
    })
    .nullish(),
});

/** What is read of a Deployment, StatefulSet, DaemonSet (apps/v1) or CronJob (batch/v1). */
export const WorkloadObject = Fields.refine((fields) => templateIn(fields) !== undefined, "no pod template");
export type WorkloadObject = z.infer<typeof WorkloadObject>;
export type Workload = WorkloadObject & { readonly kind: WorkloadKind };
export type PodTemplate = z.infer<typeof PodTemplate>;
export type Selector = z.infer<typeof Selector>;

/** The API's name and group of a kind, as its paths and its Roles have them. */
export const resourceOf = {
  deployment: { group: "apps", resource: "deployments" },
  statefulset: { group: "apps", resource: "statefulsets" },
  daemonset: { group: "apps", resource: "daemonsets" },
  cronjob: { group: "batch", resource: "cronjobs" },
} as const satisfies Record<WorkloadKind, { readonly group: string; readonly resource: string }>;

/** `deployment shop/checkout` */
export function workloadName({ namespace, workload }: KubernetesTarget): string {
  return `${workload.kind} ${namespace}/${workload.name}`;
}

/** The pod template of a workload, that of its jobs for a CronJob. */
export function templateOf(workload: WorkloadObject): PodTemplate {
  const template = templateIn(workload);
  if (template === undefined) throw new RangeError("a workload without a pod template was let through");
  return template;
}

/** The image of a container as the pod template has it; undefined if there is no such container, or it has none. */
export function imageOf(workload: WorkloadObject, container: string): string | undefined {
  return templateOf(workload).spec.containers.find(({ name }) => name === container)?.image ?? undefined;
}

/** Names of containers for a message. */
export function namesOf(containers: readonly { readonly name: string }[] | null | undefined): string {
  return safeText((containers ?? []).map(({ name }) => name).join(", "));
}

function templateIn(workload: z.infer<typeof Fields>): PodTemplate | undefined {
  return workload.spec.jobTemplate?.spec.template ?? workload.spec.template ?? undefined;
}
