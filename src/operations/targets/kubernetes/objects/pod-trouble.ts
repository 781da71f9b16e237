import { safeText } from "../../../../outgoing/safe-text.ts";
import type { ContainerStatus, Pod, Terminated } from "./pods.ts";

/** Why a pod does not run well, in its own words. */
export interface PodTrouble {
  readonly pod: string;
  /** `ImagePullBackOff: Back-off pulling image …` */
  readonly says: string;
  /** It will not go away by waiting a moment, as a probe that has not passed yet may. */
  readonly isHard: boolean;
  /** Whose log tells more; `previous`: of its run before. */
  readonly log: { readonly container: string; readonly previous: boolean } | undefined;
}

// What containers wait for on the way up.
const onTheWay: readonly string[] = ["ContainerCreating", "PodInitializing"];

/** The first trouble of these pods, hard ones first; pods that are being deleted are passed over. */
export function findTrouble(pods: readonly Pod[]): PodTrouble | undefined {
  const troubles = pods
    .filter((pod) => (pod.metadata.deletionTimestamp ?? "") === "")
    .flatMap((pod) => troubleOf(pod) ?? []);
  return troubles.find(({ isHard }) => isHard) ?? troubles[0];
}

function troubleOf(pod: Pod): PodTrouble | undefined {
  const { name } = pod.metadata;
  const status = pod.status ?? {};
  const conditions = status.conditions ?? [];
  const hard = (says: string, log?: PodTrouble["log"]): PodTrouble => ({
    pod: name,
    says: safeText(says),
    isHard: true,
    log,
  });
  // Evicted, NodeLost, and others that are about the pod as a whole.
  if (status.phase === "Failed")
    return hard(`${status.reason ?? "Failed"}: ${status.message ?? "the pod failed"}`);
  const scheduled = conditions.find(({ type }) => type === "PodScheduled");
  if (scheduled?.status === "False")
    return hard(`${scheduled.reason ?? "Unschedulable"}: ${scheduled.message ?? ""}`);
  for (const container of [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]) {
    const says = containerTrouble(container);
    if (says !== undefined) {
      const previous = container.state?.terminated == null && container.lastState?.terminated != null;
      return hard(says, { container: container.name, previous });
    }
  }
  const isReady = conditions.some((one) => one.type === "Ready" && one.status === "True");
  const idle = (status.containerStatuses ?? []).find(({ ready }) => ready !== true);
  if (isReady || idle === undefined || status.phase !== "Running") return undefined;
  return {
    pod: name,
    says: `the container ${safeText(idle.name)} runs and is not ready`,
    isHard: false,
    log: { container: idle.name, previous: false },
  };
}

function containerTrouble({ state, lastState, restartCount }: ContainerStatus): string | undefined {
  const reason = state?.waiting?.reason ?? undefined;
  if (reason === "CrashLoopBackOff") {
    const last = endOf(lastState?.terminated) ?? state?.waiting?.message ?? "it ends again and again";
    return `CrashLoopBackOff: ${last} (${restartCount ?? 0} restarts)`;
  }
  if (reason !== undefined && !onTheWay.includes(reason)) {
    const message = state?.waiting?.message ?? "";
    return message === "" ? reason : `${reason}: ${withoutRepeats(message)}`;
  }
  return endOf(state?.terminated);
}

// Container runtimes name the image four times before they say why it cannot be pulled.
function withoutRepeats(said: string): string {
  const message = said.slice(0, 10_000);
  const image = /image "([^"]{1,500})"/.exec(message)?.[1];
  if (image === undefined) return message;
  const first = message.indexOf(image) + image.length;
  const rest = message.slice(first).replaceAll(image, "it");
  return `${message.slice(0, first)}${rest}`.replace(/(sha256:[0-9a-f]{12})[0-9a-f]{52}/g, "$1…");
}

/** How a container ended, if not well: `OOMKilled, exit code 137`. */
function endOf(terminated: Terminated): string | undefined {
  if (terminated == null || terminated.exitCode === 0 || terminated.exitCode == null) return undefined;
  const message = terminated.message ?? "";
  return `${terminated.reason ?? "Error"}, exit code ${terminated.exitCode}${message === "" ? "" : `: ${message}`}`;
}
