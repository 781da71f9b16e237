import { createPathFaults } from "../shared/path-faults.ts";
import { createRecentCalls } from "../shared/recent-calls.ts";
import { answerArm } from "./aks.ts";
import { createLoopbackCertificate } from "./certificate.ts";
import { type Cluster, createCluster } from "./cluster.ts";
import { stepDaemonSet } from "./daemon-sets.ts";
import { stepDeployment } from "./deployments.ts";
import { kinds, type WorkloadKind } from "./objects.ts";
import type { KubernetesWorldOptions, WorkloadOptions } from "./options.ts";
import { answerCall } from "./routes.ts";
import { type Exchange, startKubernetesServer } from "./server.ts";
import { type KubernetesSnapshot, takeSnapshot, type WorkloadSnapshot } from "./snapshot.ts";
import { type Revisions, stepStatefulSet } from "./stateful-sets.ts";
import { addWorkload } from "./workloads.ts";
import { type Change, patchWorkload } from "./write-object.ts";

export type KubernetesWorld = Awaited<ReturnType<typeof createKubernetesWorld>>;

/** One call, as it was answered; 0: its connection was cut. */
export interface KubernetesCall {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly status: number;
}

interface WorkloadName {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
}

// Far more than any workload of the world takes to come up.
const mostSteps = 200;

/**
 * A small Kubernetes cluster on loopback: an API server that real clients can talk to, and controllers that roll out step
 * by step. `close` ends it.
 */
export async function createKubernetesWorld(options: KubernetesWorldOptions = {}) {
  const cluster = createCluster(options);
  const revisions: Revisions = new Map();
  const changes: Change[] = [];
  const calls = createRecentCalls<KubernetesCall>();
  const faults = createPathFaults();
  const tls = options.tls === true ? createLoopbackCertificate(Date.now()) : undefined;
  const api = { cluster, options, onChange: (change: Change) => void changes.push(change) };

  function onCall(call: Exchange, status: number): void {
    calls.add({ method: call.method, path: call.path, query: call.query.toString(), status });
  }
  const server = await startKubernetesServer({
    port: options.port ?? 0,
    tls,
    faults,
    answer: (call) => answerCall(api, call),
    onCall,
  });
  const url = server.origin;
  const address = { url, host: "127.0.0.1", ca: tls?.certificate ?? "" };
  const { aks } = options;
  const arm =
    aks === undefined
      ? undefined
      : await startKubernetesServer({
          port: 0,
          tls: undefined,
          faults,
          answer: (call) => answerArm(aks, call, address),
          onCall,
        });

  function advance(seconds = 1): void {
    cluster.pass(seconds * 1_000);
    for (const object of cluster.store.list("deployment")) stepDeployment(cluster, object);
    for (const object of cluster.store.list("statefulset")) stepStatefulSet(cluster, object, revisions);
    for (const object of cluster.store.list("daemonset")) stepDaemonSet(cluster, object);
  }
  function add(workload: WorkloadOptions): void {
    addWorkload(cluster, workload);
    settle(cluster, advance);
  }
  for (const workload of options.workloads ?? []) addWorkload(cluster, workload);
  settle(cluster, advance);
  const timer = options.stepMs === undefined ? undefined : setInterval(() => advance(0), options.stepMs);

  return {
    /** `http://127.0.0.1:PORT`, or https with `tls`. */
    url,
    /** Where ARM is, for `aks`; plain http. */
    armUrl: arm?.origin ?? "",
    /** PEM of the certificate that a client has to trust; empty without `tls`. */
    ca: tls?.certificate ?? "",
    /** A kubeconfig for a token, as JSON, which is YAML too. */
    kubeconfig: (token: string) => kubeconfigOf(url, tls?.certificate, token),
    /** One step of all controllers, and so many seconds on the cluster's clock. */
    advance,
    addWorkload: add,
    /** Somebody else sets a container's image. */
    setImage(place: WorkloadName, container: string, image: string, manager = "kubectl-set"): void {
      const template = { spec: { containers: [{ name: container, image }] } };
      const spec = place.kind === "cronjob" ? { jobTemplate: { spec: { template } } } : { template };
      patchAs(cluster, place, { spec }, manager, options);
    },
    /** Somebody else changes whatever they like of it, by a strategic merge patch. */
    patch(place: WorkloadName, patch: Readonly<Record<string, unknown>>, manager = "kubectl-edit"): void {
      patchAs(cluster, place, patch, manager, options);
    },
    deletePod(namespace: string, name: string): void {
      cluster.store.remove("pod", namespace, name);
    },
    deleteWorkload({ kind, namespace, name }: WorkloadName): void {
      cluster.store.remove(kind, namespace, name);
    },
    /** Real changes that came through the API, in order. */
    changes: (): readonly Change[] => [...changes],
    calls: (): readonly KubernetesCall[] => calls.of(),
    fault: faults.add,
    clearFaults: faults.clear,
    snapshot: (): KubernetesSnapshot => takeSnapshot(cluster, changes),
    /** One workload of the snapshot; throws if it is not there. */
    workload(place: WorkloadName): WorkloadSnapshot {
      const found = takeSnapshot(cluster, changes).workloads.find(
        (one) => one.kind === place.kind && one.namespace === place.namespace && one.name === place.name,
      );
      if (found === undefined) throw new Error(`no ${place.kind} ${place.namespace}/${place.name}`);
      return found;
    },
    /** Called after each write of any object; the function given back ends it. */
    onChange: (listener: () => void): (() => void) => cluster.store.watch(() => listener()),
    async close(): Promise<void> {
      clearInterval(timer);
      await Promise.all([server.close(), arm?.close()]);
    },
  };
}

/** Steps until nothing changes any more, as if the workloads had been there for long. */
function settle({ store }: Cluster, advance: (seconds: number) => void): void {
  for (let step = 0; step < mostSteps; step += 1) {
    const before = store.revision();
    advance(0);
    if (store.revision() === before) return;
  }
}

function patchAs(
  cluster: Cluster,
  { kind, namespace, name }: WorkloadName,
  patch: Readonly<Record<string, unknown>>,
  manager: string,
  options: KubernetesWorldOptions,
): void {
  const before = cluster.store.find(kind, namespace, name);
  if (before === undefined) throw new Error(`no ${kinds[kind].plural} ${namespace}/${name}`);
  const contentType = "application/strategic-merge-patch+json";
  const request = { kind, namespace, name, contentType, patch, manager, isDryRun: false };
  // Only what comes through the API is counted: this is somebody else.
  patchWorkload(cluster, before, request, { ...options, onChange: () => {} });
}

function kubeconfigOf(server: string, ca: string | undefined, token: string): string {
  const trust = ca === undefined ? {} : { "certificate-authority-data": Buffer.from(ca).toString("base64") };
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "shop",
    clusters: [{ name: "shop", cluster: { server, ...trust } }],
    contexts: [{ name: "shop", context: { cluster: "shop", user: "bot" } }],
    users: [{ name: "bot", user: { token } }],
  });
}
