import { describe, expect, it } from "vitest";
import type { Behaviour } from "../../../demo/kubernetes/options.ts";
import type { WorkloadKind } from "../../../src/nouns/target.ts";
import { run } from "../../contract/target-contract.ts";
import {
  jobOf,
  type KubernetesStage,
  leastRights,
  newDigest,
  newImage,
  oldDigest,
  oldImage,
  onStage,
  operationId,
  token,
} from "./kubernetes-stage.ts";

const never = new AbortController().signal;
const own = { loginServer: "contoso.azurecr.io", repository: "shop/checkout", registry: "contoso" };
const behaves = (behaviour: Behaviour) => (image: string) => (image === newImage ? behaviour : "runs");

/** Runs the steps by hand and gives what each look at the rollout said, until it ends or was looked at so often. */
async function follow(stage: KubernetesStage, looks: number): Promise<readonly string[]> {
  const said: string[] = [];
  const notes: Record<string, string> = {};
  const context = {
    notes,
    signal: never,
    begunAt: 0,
    note: async (more: Readonly<Record<string, string>>) => void Object.assign(notes, more),
    noteDigestBefore: async () => {},
  };
  for (const step of stage.port.steps(jobOf())) {
    for (let look = 0; look < looks; look += 1) {
      const result = await step.run(context);
      if (result.kind === "done") Object.assign(notes, result.notes);
      if (result.kind !== "wait") {
        if (step.name === "rollout") said.push(result.outcome ?? result.kind);
        break;
      }
      said.push(result.progress);
      stage.world.advance(1);
    }
  }
  return said;
}

describe("a rollout in Kubernetes", () => {
  it("is followed in the order of kubectl", () =>
    onStage({}, async (stage) => {
      expect(await follow(stage, 20)).toEqual([
        "the change is not taken up yet",
        "0 of 3 pods are new",
        "1 of 3 pods are new",
        "2 of 3 pods are new",
        "1 old pods are still to end",
        "done",
      ]);
    }));

  const reasons: readonly (readonly [Behaviour | "missing", RegExp])[] = [
    ["missing", /; pod checkout-\S+: ImagePullBackOff: Back-off pulling image "contoso.*not found/],
    ["crashes", /; pod checkout-\S+: CrashLoopBackOff: Error, exit code 1 \(\d+ restarts\)/],
    ["out-of-memory", /; pod checkout-\S+: CrashLoopBackOff: OOMKilled, exit code 137/],
    ["unschedulable", /; pod checkout-\S+: Unschedulable: 0\/3 nodes are available/],
    [
      "never-ready",
      /; pod checkout-\S+: the container app runs and is not ready \(Unhealthy: Readiness probe failed: .*503\)/,
    ],
  ];
  for (const [behaviour, said] of reasons) {
    const world =
      behaviour === "missing"
        ? { canPull: (image: string) => image !== newImage }
        : { behaviourOf: behaves(behaviour) };
    const rights = { users: [{ token, name: "bot", rules: leastRights }], ...world };

    it(`tells while it waits, and when Kubernetes gives it up, that its pods are ${behaviour}`, () =>
      onStage({ world: rights, workload: { progressDeadlineSeconds: 20 } }, async (stage) => {
        expect((await follow(stage, 8)).at(-1)).toMatch(said);
        const { effect } = await run(stage, jobOf("0198f000-0000-7000-8000-000000000002"));
        expect(effect).toMatchObject({
          kind: "failed",
          unhealthy: true,
          changed: "yes",
          outcome: expect.stringMatching(/^it made no progress for 20 seconds \(its progress deadline\)/),
        });
        expect(effect).toMatchObject({ outcome: expect.stringMatching(said) });
        expect(await stage.port.observe(own, never)).toMatchObject({
          kind: "runs",
          digest: newDigest,
          as: "configured",
          health: "unhealthy",
          why: expect.stringMatching(/^pod checkout-/),
        });
      }));
  }

  for (const logs of ["tail", "link"] as const) {
    const world = {
      users: [{ token, name: "bot", rules: leastRights }],
      behaviourOf: behaves("crashes"),
      logOf: () => "starting\nDB_PASSWORD=hunter2-hunter2\npanic: no database",
    };
    const what = logs === "tail" ? "shows the redacted end" : "shows nothing";
    it(`${what} of the failing container's log with logs: ${logs}`, () =>
      onStage({ world, workload: { progressDeadlineSeconds: 20 }, target: { logs } }, async (stage) => {
        const { effect } = await run(stage, jobOf());
        expect(JSON.stringify(effect).includes("panic: no database")).toBe(logs === "tail");
        expect(JSON.stringify(effect)).not.toContain("hunter2");
      }));
  }

  it("does without pods, events and logs where it has no right to them", () =>
    onStage(
      {
        world: {
          users: [{ token, name: "bot", rules: leastRights.slice(0, 2) }],
          behaviourOf: behaves("crashes"),
        },
        workload: { progressDeadlineSeconds: 20 },
        target: { logs: "tail" },
      },
      async (stage) => {
        const { effect } = await run(stage, jobOf());
        expect(effect).toMatchObject({
          kind: "failed",
          unhealthy: true,
          outcome: expect.stringMatching(/its pods or ReplicaSets may not be listed/),
        });
      },
    ));

  it("ends when somebody else changes the image meanwhile", () =>
    onStage({}, async (stage) => {
      const begun = await run(stage, jobOf(), { crashAt: 6 });
      expect(stage.imageNow()).toBe(newImage);
      stage.world.setImage(stage.place, "app", "contoso.azurecr.io/shop/checkout:latest");
      const { effect } = await run(stage, jobOf(), { journal: begun.journal });
      expect(effect).toMatchObject({
        kind: "failed",
        changed: "yes",
        outcome: expect.stringMatching(
          /somebody changed the deployment checkout .*\/shop\/checkout:latest now/,
        ),
      });
      expect(stage.world.changes()).toHaveLength(1);
    }));

  it("says which pods a partition keeps", () =>
    onStage({ kind: "statefulset", workload: { partition: 2 } }, async (stage) => {
      const { effect } = await run(stage, jobOf());
      expect(effect).toEqual({
        kind: "done",
        outcome: "1 of 3 pods run it: the partition 2 keeps the others",
      });
      expect(stage.workload().pods.map(({ images }) => images.app)).toEqual(
        expect.arrayContaining([oldImage, oldImage, newImage]),
      );
    }));

  const byHand: readonly (readonly [WorkloadKind, RegExp])[] = [
    ["statefulset", /OnDelete: each pod takes the new image when somebody deletes it/],
    ["daemonset", /OnDelete: each pod takes the new image when somebody deletes it/],
    ["cronjob", /the CronJob's next run takes the new image/],
  ];
  for (const [kind, said] of byHand) {
    it(`does not wait for a ${kind} whose pods Kubernetes does not replace by itself`, () =>
      onStage({ kind, workload: { updateStrategy: "OnDelete" } }, async (stage) => {
        const { effect } = await run(stage, jobOf());
        expect(effect).toMatchObject({ kind: "done", outcome: expect.stringMatching(said) });
        expect(stage.imageNow()).toBe(newImage);
        const seen = await stage.port.observe(own, never);
        expect(seen).toMatchObject({ kind: "runs", digest: newDigest, as: "configured", health: "unknown" });
      }));
  }

  it("names the broken pod that keeps a StatefulSet from going back", () =>
    onStage(
      {
        kind: "statefulset",
        world: { users: [{ token, name: "bot", rules: leastRights }], behaviourOf: behaves("crashes") },
      },
      async (stage) => {
        const broken = await follow(stage, 8);
        expect(broken.at(-1)).toMatch(/^1 of 3 pods are not ready; pod checkout-2: CrashLoopBackOff/);
        const back = jobOf("0198f000-0000-7000-8000-000000000003", "rollback", oldDigest);
        let waits = 0;
        const advance = () => {
          waits += 1;
          // As the hint tells people to.
          if (waits === 5) stage.world.deletePod("shop", "checkout-2");
          stage.world.advance(1);
        };
        const seen: string[] = [];
        const watched = {
          ...stage.port,
          steps: (job: typeof back) =>
            stage.port.steps(job).map((step) => ({
              ...step,
              run: async (context: Parameters<typeof step.run>[0]) => {
                const result = await step.run(context);
                if (result.kind === "wait") seen.push(result.progress);
                return result;
              },
            })),
        };
        const { effect } = await run({ port: watched, advance }, back);
        expect(effect).toMatchObject({ kind: "done" });
        expect(seen.join("\n")).toMatch(
          /a StatefulSet waits for it: delete it \(kubectl delete pod checkout-2\)/,
        );
        expect(stage.workload()).toMatchObject({ isSettled: true, images: { app: oldImage } });
      },
    ));
});

describe("what Kubernetes is seen to run", () => {
  it("is not unhealthy for the pods of checkout-canary where the target is checkout", () => {
    const place = { kind: "deployment", namespace: "shop" } as const;
    const app = { name: "app", image: newImage };
    const world = {
      users: [{ token, name: "bot", rules: leastRights }],
      workloads: [
        { ...place, name: "checkout", containers: [{ ...app, image: oldImage }] },
        {
          ...place,
          name: "checkout-canary",
          podLabels: { app: "checkout", track: "canary" },
          containers: [app, { name: "broken", image: "docker.io/contoso/broken:1" }],
        },
      ],
      behaviourOf: (image: string): Behaviour => (image.includes("broken") ? "crashes" : "runs"),
    };
    return onStage({ world }, async (stage) => {
      stage.world.advance(5);
      stage.world.setImage(stage.place, "app", newImage);
      stage.world.advance(1);
      const seen = await stage.port.observe(own, never);
      expect(seen).toMatchObject({ digest: newDigest, health: "progressing" });
    });
  });

  it("is the pinned digest, running and healthy, once all pods have it", () =>
    onStage({}, async (stage) => {
      expect(await stage.port.observe(own, never)).toEqual({
        kind: "runs",
        digest: oldDigest,
        as: "running",
        health: "healthy",
      });
      stage.world.setImage(stage.place, "app", newImage);
      expect(await stage.port.observe(own, never)).toMatchObject({
        kind: "runs",
        digest: newDigest,
        as: "configured",
        health: "progressing",
      });
    }));

  it("is another image, where it is of another repository or not pinned", () =>
    onStage({}, async (stage) => {
      for (const image of [
        "contoso.azurecr.io/shop/checkout:1.4",
        `contoso.azurecr.io/shop/cart@${oldDigest}`,
      ]) {
        stage.world.setImage(stage.place, "app", image);
        expect(await stage.port.observe(own, never)).toEqual({ kind: "other", image });
      }
    }));

  it("is nothing, where there is no such workload", () =>
    onStage({ target: { workload: { kind: "deployment", name: "gone" } } }, async (stage) => {
      expect(await stage.port.observe(own, never)).toEqual({ kind: "nothing" });
    }));

  it("is told apart from a workload that is scaled to zero", () =>
    onStage({ workload: { replicas: 0 } }, async (stage) => {
      expect(await stage.port.observe(own, never)).toMatchObject({
        kind: "runs",
        as: "configured",
        why: "it is scaled to zero: no pod runs now",
      });
      expect((await run(stage, jobOf(operationId))).effect).toMatchObject({ kind: "done" });
    }));
});
