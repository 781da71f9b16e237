import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { KubernetesWorldOptions, RoleRule } from "./kubernetes/options.ts";
import { createKubernetesWorld, type KubernetesWorld } from "./kubernetes/world.ts";
import type { RegistryWorld } from "./registry/world.ts";

/** The workload that the demo's target `production` deploys to. */
export const shop = {
  repository: "shop/checkout",
  kind: "deployment",
  namespace: "shop",
  name: "checkout",
  container: "app",
  replicas: 3,
  /** What it runs at first: older than the bot, so no event has told of it. */
  firstTag: "1.4.0",
} as const;

/** The cluster of the demo's shop, and what breaks images in it. */
export interface ShopCluster extends KubernetesWorld {
  readonly kubeconfigFile: string;
  /** From now on, whoever runs that image sees it crash. */
  breakImage(digest: string): void;
}

/** Options of the simulated cluster that a world may want otherwise. */
export type ShopOptions = Pick<KubernetesWorldOptions, "stepMs" | "now" | "tls"> & {
  /** After so many seconds without progress Kubernetes gives a rollout up; its own default is 600. */
  readonly progressDeadlineSeconds?: number;
};

// Quick for tests; a person wants to see pods come up one after the other.
const defaultStepMs = 15;
const defaultDeadlineSeconds = 15;

// The Role that docs/targets.md asks for, and nothing more.
const botRules: readonly RoleRule[] = [
  { apiGroups: ["apps"], resources: ["deployments"], verbs: ["get", "patch"], namespace: shop.namespace },
  { apiGroups: ["apps"], resources: ["replicasets"], verbs: ["list"], namespace: shop.namespace },
  { apiGroups: [""], resources: ["pods", "events"], verbs: ["list"], namespace: shop.namespace },
  { apiGroups: [""], resources: ["pods/log"], verbs: ["get"], namespace: shop.namespace },
];

/**
 * Starts the cluster, its checkout running an image that is in the registry already, and writes the bot's kubeconfig
 * into the directory. Its nodes pull from the simulated registry: what was deleted or is quarantined cannot start.
 */
export async function createShopCluster(
  registry: RegistryWorld,
  directory: string,
  { progressDeadlineSeconds = defaultDeadlineSeconds, stepMs = defaultStepMs, ...options }: ShopOptions,
  token: string,
): Promise<ShopCluster> {
  const { repository, kind, namespace, name, container, replicas, firstTag } = shop;
  const { digest } = registry.push({ repository, tag: firstTag });
  const broken = new Set<string>();
  const isBroken = (image: string) => broken.has(digestIn(image));
  const world = await createKubernetesWorld({
    ...options,
    stepMs,
    users: [{ token, name: `system:serviceaccount:${namespace}:acr-chatops`, rules: botRules }],
    workloads: [
      {
        kind,
        namespace,
        name,
        replicas,
        progressDeadlineSeconds,
        containers: [{ name: container, image: `${registry.loginServer}/${repository}@${digest}` }],
      },
    ],
    canPull: (image) => canPull(registry, image),
    behaviourOf: (image) => (isBroken(image) ? "crashes" : "runs"),
    logOf: (image) => (isBroken(image) ? "starting checkout\nfatal: TAX_RATES is not set\n" : ""),
  });
  const kubeconfigFile = join(directory, "kubeconfig.json");
  await writeFile(kubeconfigFile, world.kubeconfig(token), { mode: 0o600 });
  return { ...world, kubeconfigFile, breakImage: (one) => void broken.add(one) };
}

function canPull(registry: RegistryWorld, image: string): boolean {
  const [name = ""] = image.split("@");
  const repository = name.startsWith(`${registry.loginServer}/`)
    ? name.slice(registry.loginServer.length + 1)
    : "";
  const manifest = registry.snapshot().repositories[repository]?.manifests[digestIn(image)];
  if (manifest === undefined) return false;
  return !registry.quarantinePolicy() || manifest.quarantineState === "Passed";
}

function digestIn(image: string): string {
  return image.split("@")[1] ?? "";
}
