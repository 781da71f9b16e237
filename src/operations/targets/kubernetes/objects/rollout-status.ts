import { safeText } from "../../../../outgoing/safe-text.ts";
import type { Workload } from "./workload.ts";

/** How far the newest pod template is, in the order of `kubectl rollout status`. */
export type Rollout =
  | {
      readonly kind: "done";
      /** What people should know besides: pods that a partition keeps, none at all. */
      readonly remark?: string;
    }
  | { readonly kind: "waiting"; readonly says: string }
  /** Kubernetes has given it up. */
  | { readonly kind: "failed"; readonly says: string }
  /** Nothing rolls out by itself: a CronJob's next run, or pods that somebody deletes (OnDelete). */
  | { readonly kind: "by-hand"; readonly says: string };

/** The state of a rollout by the rules of `kubectl rollout status` (kubectl, polymorphichelpers/rollout_status.go). */
export function rolloutOf(workload: Workload): Rollout {
  switch (workload.kind) {
    case "deployment":
      return deployment(workload);
    case "statefulset":
      return statefulSet(workload);
    case "daemonset":
      return daemonSet(workload);
    case "cronjob":
      return byHand(
        workload.spec.suspend === true
          ? "the CronJob is suspended: its next run, once it is resumed, takes the new image"
          : "the CronJob's next run takes the new image",
      );
    default:
      return workload.kind satisfies never;
  }
}

/** Why Kubernetes made no pods, where a Deployment says so: `FailedCreate: exceeded quota…`. */
export function replicaFailureOf(workload: Workload): string | undefined {
  const failure = workload.status?.conditions?.find(
    ({ type, status }) => type === "ReplicaFailure" && status === "True",
  );
  return failure === undefined
    ? undefined
    : safeText(`${failure.reason ?? "ReplicaFailure"}: ${failure.message ?? ""}`);
}

const count = (value: number | null | undefined): number => value ?? 0;
const waiting = (says: string): Rollout => ({ kind: "waiting", says });
const byHand = (says: string): Rollout => ({ kind: "by-hand", says });

const onDelete = byHand(
  "its update strategy is OnDelete: each pod takes the new image when somebody deletes it",
);
const notTakenUp = waiting("the change is not taken up yet");

function isObserved(workload: Workload): boolean {
  return count(workload.metadata.generation) <= count(workload.status?.observedGeneration);
}

function deployment(workload: Workload): Rollout {
  const { spec, status } = workload;
  if (spec.paused === true) return waiting("it is paused (kubectl rollout resume goes on with it)");
  if (!isObserved(workload)) return notTakenUp;
  // The API server writes 1 where none is given.
  const wanted = spec.replicas ?? 1;
  const updated = count(status?.updatedReplicas);
  const all = count(status?.replicas);
  const available = count(status?.availableReplicas);
  const isGivenUp = status?.conditions?.some(
    ({ type, reason }) => type === "Progressing" && reason === "ProgressDeadlineExceeded",
  );
  if (isGivenUp)
    return {
      kind: "failed",
      says: `it made no progress for ${spec.progressDeadlineSeconds ?? 600} seconds (its progress deadline): ${updated} of ${wanted} pods are new, ${available} of ${all} available`,
    };
  if (updated < wanted) return waiting(`${updated} of ${wanted} pods are new`);
  if (all > updated) return waiting(`${all - updated} old pods are still to end`);
  if (available < updated) return waiting(`${available} of ${updated} new pods are available`);
  return complete(wanted);
}

function statefulSet(workload: Workload): Rollout {
  const { spec, status } = workload;
  const { type, rollingUpdate } = spec.updateStrategy ?? {};
  if (type === "OnDelete") return onDelete;
  if (count(status?.observedGeneration) === 0 || !isObserved(workload)) return notTakenUp;
  const wanted = spec.replicas ?? 1;
  const [ready, updated] = [count(status?.readyReplicas), count(status?.updatedReplicas)];
  if (ready < wanted) return waiting(`${wanted - ready} of ${wanted} pods are not ready`);
  const partition = count(rollingUpdate?.partition);
  const due = Math.max(wanted - partition, 0);
  if (updated < due) return waiting(`${updated} of ${due} pods are new`);
  if (partition === 0) return complete(wanted);
  const remark = `${updated} of ${wanted} pods run it: the partition ${partition} keeps the others`;
  return { kind: "done", remark };
}

function daemonSet(workload: Workload): Rollout {
  const { spec, status } = workload;
  if (spec.updateStrategy?.type === "OnDelete") return onDelete;
  if (!isObserved(workload)) return notTakenUp;
  const wanted = count(status?.desiredNumberScheduled);
  const [updated, available] = [count(status?.updatedNumberScheduled), count(status?.numberAvailable)];
  if (updated < wanted) return waiting(`${updated} of ${wanted} pods are new`);
  if (available < wanted) return waiting(`${available} of ${wanted} new pods are available`);
  return complete(wanted);
}

function complete(wanted: number): Rollout {
  return wanted > 0 ? { kind: "done" } : { kind: "done", remark: "it is scaled to zero: no pod runs now" };
}
