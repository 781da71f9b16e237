import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { everything, type KubernetesWorldOptions } from "../../demo/kubernetes/options.ts";
import { createKubernetesWorld, type KubernetesWorld } from "../../demo/kubernetes/world.ts";
import { missingPrograms } from "../support/programs.ts";

const run = promisify(execFile);
const missing = missingPrograms("kubectl");
const reason = missing.length > 0 ? " (skipped: kubectl is not installed)" : "";
const token = "a-person's-token";
const place = { kind: "deployment", namespace: "shop", name: "checkout" } as const;
const containers = [
  { name: "app", image: "contoso.azurecr.io/shop/checkout:1" },
  { name: "proxy", image: "docker.io/envoyproxy/envoy:v1.32" },
];

const hasty = { ...place, replicas: 3, containers, progressDeadlineSeconds: 1 };

type Kubectl = (...args: readonly string[]) => Promise<string>;

/** A cluster over TLS that goes on by itself, and kubectl set up for it, with nothing of this machine's own. */
async function withKubectl(
  options: KubernetesWorldOptions,
  test: (kubectl: Kubectl, world: KubernetesWorld) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "kubectl-"));
  const world = await createKubernetesWorld({
    tls: true,
    stepMs: 20,
    users: [{ token, name: "maya", rules: [everything] }],
    workloads: [
      { ...place, replicas: 3, containers },
      { ...place, kind: "statefulset", name: "ledger", replicas: 2, containers },
      { ...place, kind: "daemonset", name: "agent", containers },
      { ...place, kind: "cronjob", name: "nightly", containers },
    ],
    ...options,
  });
  const config = join(folder, "config");
  await writeFile(config, world.kubeconfig(token), { mode: 0o600 });
  const own = ["--kubeconfig", config, "--cache-dir", join(folder, "cache"), "-n", "shop"];
  const kubectl: Kubectl = async (...args) => {
    const { stdout } = await run("kubectl", [...own, ...args], {
      env: { PATH: process.env.PATH, HOME: folder },
    });
    return stdout;
  };
  try {
    await test(kubectl, world);
  } finally {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  }
}

describe.skipIf(missing.length > 0)(`a real kubectl${reason}`, () => {
  it("lists what there is, as JSON and for people", { timeout: 60_000 }, () =>
    withKubectl({}, async (kubectl) => {
      const { items } = JSON.parse(await kubectl("get", "deploy,sts,ds,cj,pods", "-o", "json")) as {
        items: { kind: string; metadata: { name: string } }[];
      };
      const names = items
        .filter(({ kind }) => kind !== "Pod")
        .map(({ kind, metadata }) => `${kind}/${metadata.name}`);
      expect(names).toEqual([
        "Deployment/checkout",
        "StatefulSet/ledger",
        "DaemonSet/agent",
        "CronJob/nightly",
      ]);
      expect(items.filter(({ kind }) => kind === "Pod")).toHaveLength(8);
      const wide = await kubectl("get", "deploy", "-o", "wide");
      expect(wide).toMatch(/^NAME +READY +UP-TO-DATE +AVAILABLE +CONTAINERS +IMAGES/);
      expect(wide).toMatch(/checkout +3\/3 +3 +3 +app,proxy +contoso\.azurecr\.io\/shop\/checkout:1,/);
    }),
  );

  for (const [kind, name] of [
    ["deployment", "checkout"],
    ["statefulset", "ledger"],
    ["daemonset", "agent"],
  ] as const) {
    it(`sets the image of a ${kind} and waits for its rollout`, { timeout: 60_000 }, () =>
      withKubectl({}, async (kubectl, world) => {
        await kubectl("set", "image", `${kind}/${name}`, "app=contoso.azurecr.io/shop/checkout:2");
        expect(await kubectl("rollout", "status", `${kind}/${name}`)).toMatch(
          /successfully rolled out|roll out complete/,
        );
        const { images, isSettled, changes } = world.workload({ ...place, kind, name });
        expect(images).toMatchObject({
          app: "contoso.azurecr.io/shop/checkout:2",
          proxy: containers[1]?.image,
        });
        expect(isSettled).toBe(true);
        expect(changes).toBe(1);
      }),
    );
  }

  it("sees a rollout fail whose image cannot be pulled, and why", { timeout: 60_000 }, () =>
    withKubectl({ canPull: (image) => !image.endsWith(":missing"), workloads: [hasty] }, async (kubectl) => {
      await kubectl("set", "image", "deploy/checkout", "app=contoso.azurecr.io/shop/checkout:missing");
      await expect(kubectl("rollout", "status", "deploy/checkout")).rejects.toThrow(
        /exceeded its progress deadline/,
      );
      expect(await kubectl("get", "pods")).toMatch(/checkout-\S+ +1\/2 +ImagePullBackOff/);
      expect(await kubectl("get", "events")).toMatch(/Warning +Failed +Failed to pull image/);
    }),
  );

  it("reads a log, deletes a pod that then comes back, and restarts", { timeout: 60_000 }, () =>
    withKubectl({ logOf: (image) => `one\ntwo\nhello of ${image}` }, async (kubectl, world) => {
      expect(await kubectl("logs", "ledger-0", "-c", "app", "--tail", "1")).toBe(
        `hello of ${containers[0]?.image}`,
      );
      await kubectl("delete", "pod", "ledger-0", "--wait=false");
      await kubectl("rollout", "restart", "sts/ledger");
      await kubectl("rollout", "status", "sts/ledger");
      expect(world.workload({ ...place, kind: "statefulset", name: "ledger" })).toMatchObject({
        isSettled: true,
      });
    }),
  );

  it("is told what it may not do", { timeout: 60_000 }, () =>
    withKubectl(
      {
        users: [
          {
            token,
            name: "maya",
            rules: [{ apiGroups: ["apps"], resources: ["deployments"], verbs: ["get"] }],
          },
        ],
      },
      async (kubectl) => {
        await expect(kubectl("get", "pods")).rejects.toThrow(
          /pods is forbidden: User "maya" cannot list resource "pods" in API group "" in the namespace "shop"/,
        );
        await expect(kubectl("set", "image", "deploy/checkout", "app=x")).rejects.toThrow(
          /cannot patch resource/,
        );
      },
    ),
  );
});
