import { z } from "zod";
import { ChatopsError, orNothing } from "../../../../errors.ts";
import type { KubernetesTarget } from "../../../../nouns/target.ts";
import { safeText } from "../../../../outgoing/safe-text.ts";
import { redactedTail } from "../../redact-log.ts";
import type { PodTrouble } from "../objects/pod-trouble.ts";
import { belongsTo, OwnedList, type Pod, PodList, selectorText } from "../objects/pods.ts";
import { resourceOf, type Workload, WorkloadObject, workloadName } from "../objects/workload.ts";
import type { KubernetesApi } from "./api.ts";
import type { ApiCall } from "./api-errors.ts";

// A page of pods: of a larger workload the first hundred tell why.
const mostPods = "100";
// A Deployment keeps ten old ones by default (revisionHistoryLimit), and others may have the same labels.
const mostReplicaSets = "200";
const mostEvents = "50";
const logLines = "12";
// The API server cuts a log's end off at this, so it is far above what twelve lines have.
const logBytes = String(64 * 1024);

/** A workload and the API of its cluster, as the parts of a target work with them. */
export interface Cluster {
  readonly target: KubernetesTarget;
  readonly api: KubernetesApi;
}

/** The workload as it is now; this and all below throw ChatopsErrors. */
export async function currentWorkload({ target, api }: Cluster, signal: AbortSignal): Promise<Workload> {
  const read = await api.get(workloadCall(target, "read", "get"), WorkloadObject, signal);
  return { ...read, kind: target.workload.kind };
}

/** Patches the workload. */
export function patchWorkload({ target, api }: Cluster, patch: object, signal: AbortSignal) {
  return api.patch(workloadCall(target, "patch", "patch"), patch, signal);
}

/** What the workload would be after the patch: all checks are run, and nothing is changed. */
export function tryPatch({ target, api }: Cluster, patch: object, signal: AbortSignal) {
  return api.tryPatch(workloadCall(target, "patch", "patch"), patch, WorkloadObject, signal);
}

function workloadCall(target: KubernetesTarget, doing: string, verb: "get" | "patch"): ApiCall {
  const { namespace, workload } = target;
  const { kind, name } = workload;
  return { doing: `${doing} the ${workloadName(target)}`, verb, namespace, ...resourceOf[kind], name };
}

/** Its own pods, at most a hundred. */
export async function podsOf(
  cluster: Cluster,
  workload: Workload,
  signal: AbortSignal,
): Promise<readonly Pod[]> {
  const { target, api } = cluster;
  const { namespace } = target;
  const labelSelector = selectorText(workload.spec.selector);
  if (labelSelector === undefined) return [];
  const makers = await makersOf(cluster, workload, labelSelector, signal);
  const doing = `list the pods of the ${workloadName(target)}`;
  const query = { labelSelector, limit: mostPods };
  const { items } = await api.get(
    { doing, verb: "list", namespace, resource: "pods", query },
    PodList,
    signal,
  );
  return items.filter((pod) => belongsTo(pod, makers));
}

/** Uids of what makes its pods: of a Deployment its ReplicaSets. */
async function makersOf(
  { target, api }: Cluster,
  workload: Workload,
  labelSelector: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { uid } = workload.metadata;
  if (workload.kind !== "deployment") return [uid];
  const call: ApiCall = {
    doing: `list the ReplicaSets of the ${workloadName(target)}`,
    verb: "list",
    namespace: target.namespace,
    resource: "replicasets",
    group: "apps",
    query: { labelSelector, limit: mostReplicaSets },
  };
  const { items } = await api.get(call, OwnedList, signal);
  return items.filter((set) => belongsTo(set, [uid])).map((set) => set.metadata.uid);
}

/** The newest warning about a pod or the workload; undefined if there is none, or events may not be read. */
export async function warningAbout(
  { target, api }: Cluster,
  name: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { namespace } = target;
  const query = { fieldSelector: `involvedObject.name=${name},type=Warning`, limit: mostEvents };
  const doing = `list events in ${namespace}`;
  const call: ApiCall = { doing, verb: "list", namespace, resource: "events", query };
  const { items } = (await orNothing(api.get(call, EventList, signal), isOurs)) ?? { items: [] };
  const at = (item: (typeof items)[number]) => item.lastTimestamp ?? item.eventTime ?? "";
  const newest = items.toSorted((a, b) => at(a).localeCompare(at(b))).at(-1);
  return newest && safeText(`${newest.reason ?? "Warning"}: ${newest.message ?? ""}`);
}

/** The redacted end of the log that tells more about a trouble; undefined if it is empty or may not be read. */
export async function logTail(
  { target, api }: Cluster,
  { pod, log }: PodTrouble,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (log === undefined) return undefined;
  const { container, previous } = log;
  const call: ApiCall = {
    doing: `read the log of ${pod}`,
    verb: "get",
    namespace: target.namespace,
    resource: "pods",
    name: pod,
    sub: "log",
    query: { container, tailLines: logLines, limitBytes: logBytes, previous: String(previous) },
  };
  return redactedTail((await orNothing(api.text(call, signal), isOurs)) ?? "") || undefined;
}

const EventList = z.object({
  items: z.array(
    z.object({
      reason: z.string().nullish(),
      message: z.string().nullish(),
      lastTimestamp: z.string().nullish(),
      eventTime: z.string().nullish(),
    }),
  ),
});

/** Warnings and logs only say more: without the right to them, or when they fail, one goes on without. */
function isOurs(error: unknown): boolean {
  return error instanceof ChatopsError;
}
