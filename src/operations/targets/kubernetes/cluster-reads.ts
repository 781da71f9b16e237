import { z } from "zod";
import { ChatopsError } from "../../../errors.ts";
import type { KubernetesTarget } from "../../../nouns/target.ts";
import { safeText } from "../../../outgoing/safe-text.ts";
import { redactedTail } from "../redact-log.ts";
import type { KubernetesApi } from "./api.ts";
import type { PodTrouble } from "./pod-trouble.ts";
import { belongsTo, type Pod, readPods, readReplicaSets, selectorText } from "./pods.ts";
import { readWorkload, resourceOf, type Workload, workloadName, workloadPath } from "./workload.ts";

// A page of pods: of a larger workload the first hundred tell why.
const mostPods = "100";
// A Deployment keeps ten old ones by default (revisionHistoryLimit), and others may have the same labels.
const mostReplicaSets = "200";
const mostEvents = "50";
const logLines = "12";
// The API server cuts a log's end off at this, so it is far above what twelve lines have.
const logBytes = String(64 * 1024);

export type ClusterReads = ReturnType<typeof createClusterReads>;

interface Cluster {
  readonly target: KubernetesTarget;
  readonly api: KubernetesApi;
}

/** What is read of a target's workload. Each throws ChatopsErrors. */
export function createClusterReads(target: KubernetesTarget, api: KubernetesApi) {
  const cluster = { target, api };
  const { group, plural } = resourceOf[target.workload.kind];
  const name = workloadName(target);
  return {
    /** What a patch of it is, for messages. */
    patching: { doing: `patch the ${name}`, right: rightTo(target, "patch", plural, group) },
    async workload(signal: AbortSignal): Promise<Workload> {
      const about = { doing: `read the ${name}`, right: rightTo(target, "get", plural, group) };
      return readWorkload(target.workload.kind, await api.get(workloadPath(target), {}, about, signal));
    },
    pods: (workload: Workload, signal: AbortSignal) => podsOf(cluster, workload, signal),
    warning: (about: string, signal: AbortSignal) => warningAbout(cluster, about, signal),
    logTail: (trouble: PodTrouble, signal: AbortSignal) => logTail(cluster, trouble, signal),
  };
}

function rightTo({ namespace }: KubernetesTarget, verb: string, resource: string, apiGroup: string): string {
  return `${verb} on ${resource} (apiGroup "${apiGroup}") in the namespace ${namespace}`;
}

function pathIn({ namespace }: KubernetesTarget, api: "/api/v1" | "/apis/apps/v1", rest: string): string {
  return `${api}/namespaces/${encodeURIComponent(namespace)}/${rest}`;
}

/** Its own pods, at most a hundred. */
async function podsOf(cluster: Cluster, workload: Workload, signal: AbortSignal): Promise<readonly Pod[]> {
  const { target, api } = cluster;
  const labelSelector = selectorText(workload.spec.selector);
  if (labelSelector === undefined) return [];
  const makers = await makersOf(cluster, workload, labelSelector, signal);
  const about = {
    doing: `list the pods of the ${workloadName(target)}`,
    right: rightTo(target, "list", "pods", ""),
  };
  const query = { labelSelector, limit: mostPods };
  const answer = await api.get(pathIn(target, "/api/v1", "pods"), query, about, signal);
  return readPods(answer).filter((pod) => belongsTo(pod, makers));
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
  const about = {
    doing: `list the ReplicaSets of the ${workloadName(target)}`,
    right: rightTo(target, "list", "replicasets", "apps"),
  };
  const query = { labelSelector, limit: mostReplicaSets };
  const answer = await api.get(pathIn(target, "/apis/apps/v1", "replicasets"), query, about, signal);
  const own = readReplicaSets(answer).filter((set) => belongsTo(set, [uid]));
  return own.map((set) => set.metadata.uid);
}

/** The newest warning about a pod or the workload; undefined if there is none, or events may not be read. */
async function warningAbout(
  { target, api }: Cluster,
  about: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const query = { fieldSelector: `involvedObject.name=${about},type=Warning`, limit: mostEvents };
  const call = { doing: `list events in ${target.namespace}`, right: rightTo(target, "list", "events", "") };
  const path = pathIn(target, "/api/v1", "events");
  return await optional(async () => newestWarning(await api.get(path, query, call, signal)));
}

/** The redacted end of the log that tells more about a trouble; undefined if it is empty or may not be read. */
async function logTail(
  { target, api }: Cluster,
  { pod, log }: PodTrouble,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (log === undefined) return undefined;
  const call = { doing: `read the log of ${pod}`, right: rightTo(target, "get", "pods/log", "") };
  const { container, previous } = log;
  const query = { container, tailLines: logLines, limitBytes: logBytes, previous: String(previous) };
  const path = pathIn(target, "/api/v1", `pods/${encodeURIComponent(pod)}/log`);
  return await optional(async () => redactedTail(await api.text(path, query, call, signal)) || undefined);
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

function newestWarning(answer: unknown): string | undefined {
  const items = EventList.safeParse(answer).data?.items ?? [];
  const at = (item: (typeof items)[number]) => item.lastTimestamp ?? item.eventTime ?? "";
  const newest = items.toSorted((a, b) => at(a).localeCompare(at(b))).at(-1);
  return newest === undefined
    ? undefined
    : safeText(`${newest.reason ?? "Warning"}: ${newest.message ?? ""}`);
}

/** These only say more about something: without the right to them, or when they fail, one goes on without. */
async function optional<T>(read: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ChatopsError) return undefined;
    throw error;
  }
}
