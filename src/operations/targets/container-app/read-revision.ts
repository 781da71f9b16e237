import { z } from "zod";
import { pollAfterMs } from "../../../azure/long-running.ts";
import { hasCode, orNothing } from "../../../errors.ts";
import type { ContainerAppTarget } from "../../../nouns/target.ts";
import { safeText } from "../../../outgoing/safe-text.ts";
import type { ArmContext } from "../arm-context.ts";

const text = z.string().max(10_000).nullish();
const Revision = z.object({
  properties: z.object({
    active: z.boolean().nullish(),
    replicas: z.number().nullish(),
    trafficWeight: z.number().nullish(),
    healthState: text,
    provisioningState: text,
    provisioningError: text,
    runningState: text,
    runningStateDetails: text,
  }),
});

/** How a revision is. `why` is its own reason, cut. */
export interface RevisionState {
  readonly kind: "absent" | "progressing" | "running" | "idle" | "failed" | "degraded" | "stopped";
  readonly why: string;
  readonly trafficWeight: number;
  readonly afterMs: number;
}

/**
 * What Container Apps says of a revision. The portal's words ("Running (at max)", "Scale to 0") and those that the API
 * really gives (RunningAtMaxScale, ScaledToZero, Activating, ActivationFailed) are more than its specification lists.
 */
export async function readRevision(
  { resource, deps }: ArmContext<ContainerAppTarget>,
  revision: string,
  signal: AbortSignal,
): Promise<RevisionState> {
  const below = `/revisions/${encodeURIComponent(revision)}`;
  const call = { doing: `read the revision ${revision} of`, right: "revisions/read", below };
  const answer = await orNothing(resource.ask(call, Revision, signal), (error) =>
    hasCode(error, "arm-not-found"),
  );
  const afterMs = pollAfterMs(answer, deps.now());
  if (answer === undefined) return { kind: "absent", why: "it is not there yet", trafficWeight: 0, afterMs };
  const { properties } = answer.body;
  return { ...stateOf(properties), trafficWeight: properties.trafficWeight ?? 0, afterMs };
}

function stateOf(revision: z.infer<typeof Revision>["properties"]): Pick<RevisionState, "kind" | "why"> {
  const provisioning = revision.provisioningState ?? "unknown";
  const running = (revision.runningState ?? "unknown").toLowerCase().replace(/[^a-z0-9]/g, "");
  const details = revision.runningStateDetails ?? "";
  const why = safeText(`${revision.runningState ?? provisioning}${details === "" ? "" : `: ${details}`}`);
  if (provisioning.toLowerCase() === "failed")
    return { kind: "failed", why: safeText(revision.provisioningError ?? why) };
  if (revision.active === false || running === "stopped") return { kind: "stopped", why };
  if (running === "activationfailed" || running === "failed") return { kind: "failed", why };
  if (running === "degraded") return { kind: "degraded", why };
  if (provisioning.toLowerCase() !== "provisioned") return { kind: "progressing", why };
  if (running === "scaledtozero" || running === "scaleto0") return { kind: "idle", why };
  // `None` is said of revisions without probes and of those that start.
  const isUnhealthy = revision.healthState?.toLowerCase() === "unhealthy";
  const isRunning = ["running", "runningatmax", "runningatmaxscale"].includes(running);
  return { kind: isRunning && !isUnhealthy ? "running" : "progressing", why };
}
