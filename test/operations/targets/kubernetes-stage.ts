import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubernetesWorldOptions, RoleRule, WorkloadOptions } from "../../../demo/kubernetes/options.ts";
import { createKubernetesWorld } from "../../../demo/kubernetes/world.ts";
import { azureOf } from "../../../src/config/clouds.ts";
import type { KubernetesTarget, WorkloadKind } from "../../../src/nouns/target.ts";
import type { Job } from "../../../src/operations/target-port.ts";
import { createKubernetesTarget } from "../../../src/operations/targets/kubernetes.ts";
import { targetDefaults } from "../../support/a-target.ts";
import { aJob, newDigest, newImage, oldDigest, oldImage } from "../../support/azure-target.ts";

export { newDigest, newImage, oldDigest, oldImage };
export const operationId = "0198f000-0000-7000-8000-000000000001";
export const token = "the-bots-own-token";

/** What docs/targets.md says the bot needs, and no more. */
export const leastRights: readonly RoleRule[] = [
  { apiGroups: ["apps"], resources: ["deployments", "statefulsets", "daemonsets"], verbs: ["get", "patch"] },
  { apiGroups: ["batch"], resources: ["cronjobs"], verbs: ["get", "patch"] },
  { apiGroups: ["apps"], resources: ["replicasets"], verbs: ["list"] },
  { apiGroups: [""], resources: ["pods", "events"], verbs: ["list"] },
  { apiGroups: [""], resources: ["pods/log"], verbs: ["get"] },
].map((rule) => ({ ...rule, namespace: "shop" }));

/** The target of the tests: the container app of shop/checkout. */
export function targetOf(kind: WorkloadKind, more: Partial<KubernetesTarget> = {}): KubernetesTarget {
  return {
    ...targetDefaults,
    name: "production",
    type: "kubernetes",
    cluster: { kind: "in-cluster" },
    namespace: "shop",
    workload: { kind, name: "checkout" },
    container: "app",
    force: false,
    ...more,
  };
}

export function jobOf(id = operationId, kind: Job["kind"] = "deploy", digest = newDigest): Job {
  return aJob(id, { kind, digest });
}

export interface StageOptions {
  readonly kind?: WorkloadKind;
  readonly workload?: Partial<WorkloadOptions>;
  readonly world?: KubernetesWorldOptions;
  readonly target?: Partial<KubernetesTarget>;
}

/** A cluster whose checkout runs the old image in two containers, and the real target that reaches it by a kubeconfig. */
export async function openStage(options: StageOptions = {}) {
  const { kind = "deployment" } = options;
  const place = { kind, namespace: "shop", name: "checkout" } as const;
  const containers = [
    { name: "app", image: oldImage },
    { name: "proxy", image: "docker.io/envoyproxy/envoy:v1.32" },
  ];
  const world = await createKubernetesWorld({
    users: [{ token, name: "system:serviceaccount:shop:bot", rules: leastRights }],
    workloads: [{ ...place, replicas: 3, containers, ...options.workload }],
    ...options.world,
  });
  const folder = await mkdtemp(join(tmpdir(), "kubeconfig-"));
  const path = join(folder, "config");
  await writeFile(path, world.kubeconfig(token));
  const target = targetOf(kind, { cluster: { kind: "kubeconfig", path }, ...options.target });
  return {
    world,
    place,
    port: createKubernetesTarget(target, depsOf()),
    workload: () => world.workload(place),
    imageNow: () => world.workload(place).images.app,
    advance: () => world.advance(3),
    async close() {
      await world.close();
      await rm(folder, { recursive: true });
    },
  };
}

export type KubernetesStage = Awaited<ReturnType<typeof openStage>>;

/** Runs a test on a stage of its own. */
export async function onStage(
  options: StageOptions,
  test: (stage: KubernetesStage) => Promise<void>,
): Promise<void> {
  const stage = await openStage(options);
  try {
    await test(stage);
  } finally {
    await stage.close();
  }
}

/** What the target is made with where it needs nothing of Azure. */
export function depsOf() {
  return {
    azure: azureOf({ cloud: "public" }),
    credentials: {
      get: () => {
        throw new Error("this cluster is not on Azure");
      },
    },
    now: Date.now,
  };
}
