import { describe, expect, it } from "vitest";
import type { WorkloadOptions } from "../../../demo/kubernetes/options.ts";
import { workloadKinds } from "../../../src/nouns/target.ts";
import { describeTarget, emptyJournal, run } from "../../contract/target-contract.ts";
import {
  jobOf,
  type KubernetesStage,
  newImage,
  oldDigest,
  oldImage,
  onStage,
  openStage,
  operationId,
  type StageOptions,
} from "./kubernetes-stage.ts";

const never = new AbortController().signal;

for (const kind of workloadKinds) {
  const stages = new WeakMap<object, KubernetesStage>();
  const stageOf = (port: object): KubernetesStage => {
    const stage = stages.get(port);
    if (stage === undefined) throw new Error("not a stage of this test");
    return stage;
  };
  describeTarget(`kubernetes (${kind})`, {
    async open() {
      const stage = await openStage({ kind });
      stages.set(stage.port, stage);
      return {
        port: stage.port,
        job: jobOf,
        effects: () => stage.world.changes().length,
        runs: () => stage.imageNow()?.split("@")[1],
        advance: stage.advance,
        close: stage.close,
      };
    },
    occupy({ port }) {
      const { world, place } = stageOf(port);
      world.setImage(place, "app", `contoso.azurecr.io/shop/payments@${oldDigest}`);
    },
    overload({ port }, times) {
      stageOf(port).world.fault({ match: "* /apis", status: 429, retryAfter: 2, count: times });
    },
    loseAnswer({ port }) {
      stageOf(port).world.fault({ match: "PATCH /", status: 0, mode: "after" });
    },
  });
}

describe("a deploy to Kubernetes", () => {
  it("changes the image of the named container and nothing else", () =>
    onStage({}, async (stage) => {
      const before = stage.workload();
      const { effect, digestBefore } = await run(stage, jobOf());
      expect(effect).toEqual({ kind: "done", outcome: "" });
      expect(digestBefore).toBe(oldDigest);
      const { images, annotations, pods, isSettled } = stage.workload();
      expect(images).toEqual({ ...before.images, app: newImage });
      expect(annotations["operation.acr-chatops.io/app"]).toBe(operationId);
      expect(pods).toHaveLength(3);
      expect(isSettled).toBe(true);
      expect(stage.world.changes()).toMatchObject([{ manager: "acr-chatops" }]);
    }));

  it("makes the pods anew when the same digest is deployed again", () =>
    onStage({}, async (stage) => {
      const before = stage.workload().pods.map(({ name }) => name);
      const { effect } = await run(stage, jobOf(operationId, "redeploy", oldDigest));
      expect(effect).toMatchObject({ kind: "done" });
      expect(stage.imageNow()).toBe(oldImage);
      const after = stage.workload();
      expect(after.isSettled).toBe(true);
      expect(after.pods.filter(({ name }) => before.includes(name))).toEqual([]);
    }));

  it("says what it would do", () =>
    onStage({}, async ({ port }) => {
      expect(await port.plan(jobOf(), never)).toEqual({
        kind: "change",
        digestBefore: oldDigest,
        lines: [
          "deployment shop/checkout, container app",
          `${oldImage} becomes ${newImage}`,
          "a rolling update of 3 pods",
        ],
      });
    }));

  it("takes the place of another repository's image where that is configured", () =>
    onStage(
      {
        workload: { containers: [{ name: "app", image: "shop/legacy:3" }] },
        target: { replaces: ["docker.io/shop/*"] },
      },
      async (stage) => {
        const { effect, digestBefore } = await run(stage, jobOf());
        expect(effect).toMatchObject({ kind: "done" });
        expect(digestBefore).toBeUndefined();
        expect(stage.imageNow()).toBe(newImage);
      },
    ));

  it("does not write over what somebody changed after the check", () =>
    onStage({}, async (stage) => {
      const checked = await run(stage, jobOf(), { crashAt: 4 });
      expect(checked.journal.steps.map(({ name }) => name)).toEqual(["check", "patch"]);
      stage.world.setImage(stage.place, "app", `contoso.azurecr.io/shop/checkout@sha256:${"2c".repeat(32)}`);
      const { effect } = await run(stage, jobOf(), { journal: checked.journal });
      expect(effect).toMatchObject({
        kind: "failed",
        changed: "no",
        outcome: expect.stringMatching(/^somebody changed the image .* meanwhile/),
      });
      expect(stage.world.changes()).toEqual([]);
    }));

  it("is refused by the cluster if somebody writes between its read and its patch", () =>
    onStage({}, async (stage) => {
      const theirs = "contoso.azurecr.io/shop/checkout:hotfix";
      const [, patch] = stage.port.steps(jobOf());
      const result = await patch?.run({
        notes: { imageBefore: oldImage },
        signal: never,
        begunAt: 0,
        // Called after the read and before the patch is sent.
        note: async () => {
          if (stage.imageNow() !== theirs) stage.world.setImage(stage.place, "app", theirs);
        },
        noteDigestBefore: async () => {},
      });
      expect(result).toMatchObject({ kind: "failed", outcome: expect.stringContaining(theirs) });
      expect(stage.imageNow()).toBe(theirs);
      expect(stage.world.changes()).toEqual([]);
    }));

  it("is tried again after a patch that never arrived, and done once", () =>
    onStage({}, async (stage) => {
      stage.world.fault({ match: "PATCH /", status: 0 });
      const keep = { journal: emptyJournal };
      await expect(run(stage, jobOf(), { keep })).rejects.toMatchObject({ retryable: true });
      expect(stage.imageNow()).toBe(oldImage);
      const { effect } = await run(stage, jobOf(), keep);
      expect(effect).toMatchObject({ kind: "done" });
      expect(stage.world.changes()).toHaveLength(1);
    }));

  it("patches the version that it read: a write in between makes it read again", () =>
    onStage({}, async (stage) => {
      stage.world.fault({ match: "PATCH /", status: 409 });
      const { effect } = await run(stage, jobOf());
      expect(effect).toMatchObject({ kind: "done" });
      expect(stage.world.changes()).toHaveLength(1);
      const answers = stage.world
        .calls()
        .filter(({ method, query }) => method === "PATCH" && !query.includes("dryRun"));
      expect(answers.map(({ status }) => status)).toEqual([409, 200]);
    }));
});

const refusals: readonly (readonly [
  what: string,
  given: Partial<WorkloadOptions>,
  more: StageOptions,
  said: RegExp,
])[] = [
  ["a paused rollout", { paused: true }, {}, /is paused\b.*kubectl rollout resume/],
  [
    "what Flux applies",
    { labels: { "kustomize.toolkit.fluxcd.io/name": "apps" } },
    {},
    /^Flux owns .*github or azure-pipelines/,
  ],
  [
    "what Argo CD applies",
    { annotations: { "argocd.argoproj.io/tracking-id": "shop:apps" } },
    {},
    /^Argo CD owns/,
  ],
  ["what Helm installed", { labels: { "app.kubernetes.io/managed-by": "Helm" } }, {}, /^Helm owns/],
  [
    "an image that a GitOps controller's field manager set",
    { manager: "kustomize-controller" },
    {},
    /^Flux owns .*field manager kustomize-controller/,
  ],
  ["what belongs to an operator", { controller: "Shop/checkout" }, {}, /^Shop checkout owns/],
  [
    "a container that is not there",
    { containers: [{ name: "web", image: oldImage }] },
    {},
    /has no container app\. .*one of: web/,
  ],
  [
    "an init container",
    { containers: [{ name: "web", image: oldImage }], initContainers: [{ name: "app", image: oldImage }] },
    {},
    /init containers.*Its containers: web/,
  ],
  [
    "a workload that is not there",
    {},
    { target: { workload: { kind: "deployment", name: "nothing" } } },
    /"nothing" not found/,
  ],
  [
    "an image that a policy of the cluster denies",
    {},
    { world: { denies: () => "only signed images" } },
    /policy of the cluster.*only signed images/,
  ],
  [
    "an image that a webhook rewrites",
    {},
    { world: { rewrites: (image) => image.replace("contoso", "mirror") } },
    /would run mirror\.azurecr\.io/,
  ],
];

describe("a deploy to Kubernetes refuses", () => {
  for (const [what, workload, more, said] of refusals) {
    it(`${what}, in the plan and in the run, and changes nothing`, () =>
      onStage({ ...more, workload }, async (stage) => {
        const plan = await stage.port.plan(jobOf(), never);
        expect(plan.kind === "refused" ? `${plan.why}. ${plan.help}` : plan).toMatch(said);
        const { effect } = await run(stage, jobOf());
        expect(effect).toMatchObject({ kind: "failed", changed: "no", outcome: expect.stringMatching(said) });
        expect(stage.world.changes()).toEqual([]);
      }));
  }

  it("none of what others own when forced, and says that it may not last", () =>
    onStage(
      { workload: { labels: { "app.kubernetes.io/managed-by": "Helm" } }, target: { force: true } },
      async (stage) => {
        const plan = await stage.port.plan(jobOf(), never);
        expect(plan).toMatchObject({
          lines: expect.arrayContaining([expect.stringMatching(/^Helm owns it and may undo/)]),
        });
        expect((await run(stage, jobOf())).effect).toMatchObject({ kind: "done" });
      },
    ));

  it("nothing that Flux was told to leave alone", () =>
    onStage(
      {
        workload: {
          labels: { "kustomize.toolkit.fluxcd.io/name": "apps" },
          annotations: { "kustomize.toolkit.fluxcd.io/reconcile": "disabled" },
        },
      },
      async ({ port }) => {
        expect(await port.plan(jobOf(), never)).toMatchObject({ kind: "change" });
      },
    ));
});
