import { hasCode, orNothing } from "../../../../errors.ts";
import { safeText } from "../../../../outgoing/safe-text.ts";
import type { ImageSource, Observed } from "../../../target-port.ts";
import { ownDigest } from "../../running-image.ts";
import { type Cluster, currentWorkload } from "../api/cluster-calls.ts";
import { readContainerImage } from "../objects/container-image.ts";
import { rolloutOf } from "../objects/rollout-status.ts";
import { imageOf } from "../objects/workload.ts";
import { whyNotReady } from "./why-not-ready.ts";

/**
 * What the container is told to run, and whether all its pods do. The digest is the configured one: nodes may report the
 * index's digest for a platform's manifest, or the other way round.
 */
export async function observe(cluster: Cluster, image: ImageSource, signal: AbortSignal): Promise<Observed> {
  const workload = await orNothing(currentWorkload(cluster, signal), (error) =>
    hasCode(error, "target-not-found"),
  );
  const written = workload === undefined ? undefined : imageOf(workload, cluster.target.container);
  if (workload === undefined || written === undefined) return { kind: "nothing" };
  const digest = ownDigest(readContainerImage(written), image);
  if (digest === undefined) return { kind: "other", image: safeText(written) };
  const rollout = rolloutOf(workload);
  const runs = { kind: "runs", digest } as const;
  if (rollout.kind === "by-hand") return { ...runs, as: "configured", health: "unknown", why: rollout.says };
  if (rollout.kind === "done")
    return rollout.remark === undefined
      ? { ...runs, as: "running", health: "healthy" }
      : { ...runs, as: "configured", health: "healthy", why: rollout.remark };
  const why = await whyNotReady(cluster, workload, signal);
  const isUnhealthy = rollout.kind === "failed" || why?.isHard === true;
  return {
    ...runs,
    as: "configured",
    health: isUnhealthy ? "unhealthy" : "progressing",
    why: why?.says ?? rollout.says,
  };
}
