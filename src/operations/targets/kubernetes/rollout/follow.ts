import { ChatopsError, hasCode } from "../../../../errors.ts";
import { safeText } from "../../../../outgoing/safe-text.ts";
import type { Job, Step, StepResult, StepRun } from "../../../target-port.ts";
import { followStep } from "../../follow-step.ts";
import { type Cluster, currentWorkload, logTail } from "../api/cluster-calls.ts";
import { hasTemplateOf } from "../objects/mark.ts";
import { rolloutOf } from "../objects/rollout-status.ts";
import { imageOf, type Workload, workloadName } from "../objects/workload.ts";
import { type Why, whyNotReady } from "./why-not-ready.ts";

// kubectl watches; two small reads each three seconds are as good for a person and survive a restart.
const pollMs = 3_000;

/** The step that waits for the rollout as `kubectl rollout status` does, with the pods' own reason while it waits. */
export function rolloutStep(cluster: Cluster, job: Job): Step {
  const says = `follow the rollout of the ${workloadName(cluster.target)}`;
  return followStep({ name: "rollout", says }, (run) => readAgain(follow(cluster, job, run)));
}

/** A proxy's page in place of an answer says nothing about the rollout: it is read again until the time is over. */
async function readAgain(asked: Promise<StepResult>): Promise<StepResult> {
  try {
    return await asked;
  } catch (error) {
    if (!hasCode(error, "target-answer-unusable")) throw error;
    throw new ChatopsError(error.code, error.message, { retryable: true, cause: error });
  }
}

async function follow(cluster: Cluster, job: Job, run: StepRun): Promise<StepResult> {
  const { target } = cluster;
  const { container } = target;
  const workload = await currentWorkload(cluster, run.signal);
  if (!hasTemplateOf(workload, container, job)) return overtaken(workload, container);
  const rollout = rolloutOf(workload);
  switch (rollout.kind) {
    case "done":
      return rollout.remark === undefined ? { kind: "done" } : { kind: "done", outcome: rollout.remark };
    case "by-hand":
      return { kind: "done", outcome: rollout.says };
    case "waiting": {
      const why = await whyNotReady(cluster, workload, run.signal);
      return { kind: "wait", afterMs: pollMs, progress: sentence(rollout.says, why), late: "unhealthy" };
    }
    case "failed": {
      const why = await whyNotReady(cluster, workload, run.signal);
      const isWanted = target.logs === "tail" && why?.trouble !== undefined;
      const tail = isWanted ? await logTail(cluster, why.trouble, run.signal) : undefined;
      const log = tail === undefined ? "" : `. The end of its log:\n${tail}`;
      return { kind: "failed", unhealthy: true, outcome: `${sentence(rollout.says, why)}${log}` };
    }
    default:
      return rollout satisfies never;
  }
}

function sentence(says: string, why: Why | undefined): string {
  return why === undefined ? says : `${says}; ${why.says}`;
}

function overtaken(workload: Workload, container: string): StepResult {
  const image = safeText(imageOf(workload, container) ?? "nothing");
  return {
    kind: "failed",
    outcome: `somebody changed the ${workload.kind} ${safeText(workload.metadata.name)} while it was rolled out; it is told to run ${image} now`,
  };
}
