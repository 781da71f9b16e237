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

/** What is read of a target's workload. Each throws ChatopsErrors. */
export function createClusterReads(target: KubernetesTarget, api: KubernetesApi) {
  const { group, plural } = resourceOf[target.workload.kind];
  const { namespace } = target;
  const core = `/api/v1/namespaces/${encodeURIComponent(namespace)}`;
  const rightTo = (verb: string, resource: string, apiGroup: string) =>
    `${verb} on ${resource} (apiGroup "${apiGroup}") in the namespace ${namespace}`;
  const name = workloadName(target);

  /** Uids of what makes its pods: of a Deployment its ReplicaSets. */
  async function makersOf(workload: Workload, labelSelector: string, signal: AbortSignal) {
    const { uid } = workload.metadata;
    if (workload.kind !== "deployment") return [uid];
    const about = {
      doing: `list the ReplicaSets of the ${name}`,
      right: rightTo("list", "replicasets", "apps"),
    };
    const path = `/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}/replicasets`;
    const answer = await api.get(path, { labelSelector, limit: mostReplicaSets }, about, signal);
    const own = readReplicaSets(answer).filter((set) => belongsTo(set, [uid]));
    return own.map((set) => set.metadata.uid);
  }

  return {
    /** What a patch of it is, for messages. */
    patching: { doing: `patch the ${name}`, right: rightTo("patch", plural, group) },
    async workload(signal: AbortSignal): Promise<Workload> {
      const about = { doing: `read the ${name}`, right: rightTo("get", plural, group) };
      return readWorkload(target.workload.kind, await api.get(workloadPath(target), {}, about, signal));
    },
    /** Its own pods, at most a hundred. */
    async pods(workload: Workload, signal: AbortSignal): Promise<readonly Pod[]> {
      const labelSelector = selectorText(workload.spec.selector);
      if (labelSelector === undefined) return [];
      const makers = await makersOf(workload, labelSelector, signal);
      const about = { doing: `list the pods of the ${name}`, right: rightTo("list", "pods", "") };
      const answer = await api.get(`${core}/pods`, { labelSelector, limit: mostPods }, about, signal);
      return readPods(answer).filter((pod) => belongsTo(pod, makers));
    },
    /** The newest warning about a pod or the workload; undefined if there is none, or events may not be read. */
    async warning(about: string, signal: AbortSignal): Promise<string | undefined> {
      const query = { fieldSelector: `involvedObject.name=${about},type=Warning`, limit: mostEvents };
      const call = { doing: `list events in ${namespace}`, right: rightTo("list", "events", "") };
      return await optional(async () => newestWarning(await api.get(`${core}/events`, query, call, signal)));
    },
    /** The redacted end of the log that tells more about a trouble; undefined if it is empty or may not be read. */
    async logTail({ pod, log }: PodTrouble, signal: AbortSignal): Promise<string | undefined> {
      if (log === undefined) return undefined;
      const call = { doing: `read the log of ${pod}`, right: rightTo("get", "pods/log", "") };
      const { container, previous } = log;
      const query = { container, tailLines: logLines, limitBytes: logBytes, previous: String(previous) };
      return await optional(async () => {
        const text = await api.text(`${core}/pods/${encodeURIComponent(pod)}/log`, query, call, signal);
        const tail = redactedTail(text);
        return tail === "" ? undefined : tail;
      });
    },
  };
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
