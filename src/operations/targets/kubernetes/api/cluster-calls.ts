import { z } from "zod";
import { ChatopsError, orNothing } from "../../../../errors.ts";
import type { KubernetesTarget } from "../../../../nouns/target.ts";
import { safeText } from "../../../../outgoing/safe-text.ts";
import { redactedTail } from "../../redact-log.ts";
import type { PodTrouble } from "../objects/pod-trouble.ts";
import { belongsTo, type Pod, readPods, readReplicaSets, selectorText } from "../objects/pods.ts";
import { readWorkload, resourceOf, type Workload, workloadName, workloadPath } from "../objects/workload.ts";
import type { KubernetesApi, Patched } from "./api.ts";
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
  const answer = await api.get(workloadPath(target), {}, aboutWorkload(target, "read", "get"), signal);
  return readWorkload(target.workload.kind, answer);
}

/** Patches the workload; a dry run runs all checks and changes nothing. */
export function patchWorkload(
  { target, api }: Cluster,
  patch: object,
  signal: AbortSignal,
  isDryRun = false,
): Promise<Patched> {
  return api.patch(workloadPath(target), patch, isDryRun, aboutWorkload(target, "patch", "patch"), signal);
}

/** Its own pods, at most a hundred. */
export async function podsOf(
  cluster: Cluster,
  workload: Workload,
  signal: AbortSignal,
): Promise<readonly Pod[]> {
  const { target, api } = cluster;
  const labelSelector = selectorText(workload.spec.selector);
  if (labelSelector === undefined) return [];
  const makers = await makersOf(cluster, workload, labelSelector, signal);
  const about = aboutIn(target, `list the pods of the ${workloadName(target)}`, "list", "pods");
  const answer = await api.get(pathIn(target, "pods"), { labelSelector, limit: mostPods }, about, signal);
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
  const doing = `list the ReplicaSets of the ${workloadName(target)}`;
  const about = aboutIn(target, doing, "list", "replicasets", "apps");
  const path = pathIn(target, "replicasets", "apps");
  const answer = await api.get(path, { labelSelector, limit: mostReplicaSets }, about, signal);
  const own = readReplicaSets(answer).filter((set) => belongsTo(set, [uid]));
  return own.map((set) => set.metadata.uid);
}

/** The newest warning about a pod or the workload; undefined if there is none, or events may not be read. */
export async function warningAbout(
  { target, api }: Cluster,
  name: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const query = { fieldSelector: `involvedObject.name=${name},type=Warning`, limit: mostEvents };
  const about = aboutIn(target, `list events in ${target.namespace}`, "list", "events");
  const found = await orNothing(api.get(pathIn(target, "events"), query, about, signal), isOurs);
  return newestWarning(found);
}

/** The redacted end of the log that tells more about a trouble; undefined if it is empty or may not be read. */
export async function logTail(
  { target, api }: Cluster,
  { pod, log }: PodTrouble,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (log === undefined) return undefined;
  const { container, previous } = log;
  const query = { container, tailLines: logLines, limitBytes: logBytes, previous: String(previous) };
  const about = aboutIn(target, `read the log of ${pod}`, "get", "pods/log");
  const path = pathIn(target, `pods/${encodeURIComponent(pod)}/log`);
  const text = await orNothing(api.text(path, query, about, signal), isOurs);
  return redactedTail(text ?? "") || undefined;
}

function aboutWorkload(target: KubernetesTarget, doing: string, verb: string): ApiCall {
  const { group, plural } = resourceOf[target.workload.kind];
  return aboutIn(target, `${doing} the ${workloadName(target)}`, verb, plural, group);
}

function aboutIn(
  { namespace }: KubernetesTarget,
  doing: string,
  verb: string,
  resource: string,
  group = "",
): ApiCall {
  return { doing, right: `${verb} on ${resource} (apiGroup "${group}") in the namespace ${namespace}` };
}

function pathIn({ namespace }: KubernetesTarget, rest: string, group = ""): string {
  const api = group === "" ? "/api/v1" : `/apis/${group}/v1`;
  return `${api}/namespaces/${encodeURIComponent(namespace)}/${rest}`;
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

/** Warnings and logs only say more: without the right to them, or when they fail, one goes on without. */
function isOurs(error: unknown): boolean {
  return error instanceof ChatopsError;
}
