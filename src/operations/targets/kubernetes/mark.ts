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
