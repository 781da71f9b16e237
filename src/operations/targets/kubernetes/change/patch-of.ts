import type { KubernetesTarget } from "../../../../nouns/target.ts";
import { present } from "../../../../present.ts";
import { markKey } from "../objects/mark.ts";

/**
 * The strategic merge patch that sets one container's image, with our mark on the workload and on its pod template: as
 * the mark is another one each time, the pods are made anew for the same image too, as `kubectl rollout restart` does.
 * With `resourceVersion` it is taken only if nobody wrote since that was read.
 */
export function imagePatch(
  target: KubernetesTarget,
  change: { readonly image: string; readonly mark: string; readonly resourceVersion?: string },
): object {
  const { container } = target;
  const { image, mark, resourceVersion } = change;
  const annotations = { [markKey(container)]: mark };
  const template = { metadata: { annotations }, spec: { containers: [{ name: container, image }] } };
  return {
    metadata: { annotations, ...present({ resourceVersion }) },
    spec: target.workload.kind === "cronjob" ? { jobTemplate: { spec: { template } } } : { template },
  };
}

/** A patch of the mark alone: no pod is touched, and a patch that was sent for an older version comes too late. */
export function markPatch(container: string, mark: string, resourceVersion: string): object {
  return { metadata: { annotations: { [markKey(container)]: mark }, resourceVersion } };
}
