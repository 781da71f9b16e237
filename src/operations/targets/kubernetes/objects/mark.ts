import type { Job } from "../../../target-port.ts";
import { pinned } from "../../running-image.ts";
import { imageOf, templateOf, type Workload } from "./workload.ts";

/**
 * The annotation that says which operation set a container's image last: one for each container, as two repositories may
 * share a workload. A container's name is a DNS label, and so fits the 63 characters of an annotation's name.
 */
export function markKey(container: string): string {
  return `operation.acr-chatops.io/${container}`;
}

/** Values of the annotation for one operation: it is in place, it was taken back, it was stopped before it came. */
export function marksOf(operationId: string) {
  return { placed: operationId, undone: `${operationId}.undone`, stopped: `${operationId}.stopped` };
}

/** The mark that stands on the workload itself. */
export function markOf(workload: Workload, container: string): string | undefined {
  return workload.metadata.annotations?.[markKey(container)];
}

/** Whether the pod template is the one that an operation put there. */
export function hasTemplateOf(workload: Workload, container: string, job: Job): boolean {
  return (
    imageOf(workload, container) === pinned(job.image) &&
    templateOf(workload).metadata?.annotations?.[markKey(container)] === marksOf(job.operationId).placed
  );
}
