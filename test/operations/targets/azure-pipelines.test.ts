import { afterEach, describe, expect, it } from "vitest";
import type { PipelinesOptions } from "../../../demo/pipelines/pipelines-options.ts";
import { createPipelinesWorld, type PipelinesWorld } from "../../../demo/pipelines/pipelines-world.ts";
import type { AzurePipelinesTarget } from "../../../src/nouns/target.ts";
import { createAzurePipelinesTarget } from "../../../src/operations/targets/azure-pipelines.ts";
import { describeTarget, run } from "../../contract/target-contract.ts";
import { createManualClock } from "../../support/manual-clock.ts";
import { afterLease, depsOf, digest, jobOf, operationId, targetBase } from "./pipeline-stage.ts";

const never = new AbortController().signal;
const image = `contoso.azurecr.io/shop/checkout@${digest}`;
const open: PipelinesWorld[] = [];
afterEach(async () => {
  for (const world of open.splice(0)) await world.close();
});

async function openStage(options: Partial<PipelinesOptions> = {}, more: Partial<AzurePipelinesTarget> = {}) {
  const clock = createManualClock();
  const world = await createPipelinesWorld({
    organization: "contoso",
    project: "shop",
    pipelines: [{ id: 12, name: "deploy", parameters: ["image", "operation", "tag"] }],
    ends: { result: "succeeded", afterReads: 2 },
    now: clock.now,
    ...options,
  });
  open.push(world);
  const target: AzurePipelinesTarget = {
    ...targetBase,
    type: "azure-pipelines",
    credential: "deployer",
    organization: world.organizationUrl,
    project: "shop",
    pipeline: 12,
    ref: "refs/heads/main",
    parameters: { image: "{image}", operation: "{operation}", tag: "{tag}" },
    ...more,
  };
  const port = afterLease(createAzurePipelinesTarget(target, depsOf(clock)), clock);
  return { world, clock, port, close: () => world.close() };
}

describeTarget("azure-pipelines", {
  open: async () => {
    const stage = await openStage();
    const started = () => stage.world.snapshot();
    return {
      ...stage,
      job: jobOf,
      effects: () => started().length,
      runs: () => started().at(-1)?.parameters.image?.split("@")[1],
    };
  },
  overload: () => open.at(-1)?.fault({ match: "* /", status: 429, headers: { "Retry-After": "7" } }),
  loseAnswer: () => open.at(-1)?.fault({ match: "POST ~/runs", status: 0, mode: "after" }),
});

describe("a deploy by Azure Pipelines", () => {
  it("starts the pipeline on its branch with the digest and the operation, and links to its page", async () => {
    const { world, port } = await openStage();
    const { effect, digestBefore } = await run({ port }, jobOf());
    expect(effect).toEqual({
      kind: "done",
      outcome: "",
      link: `${world.organizationUrl}/shop/_build/results?buildId=1001`,
    });
    expect(digestBefore).toBeUndefined();
    expect(world.snapshot()).toMatchObject([
      { pipeline: 12, ref: "refs/heads/main", parameters: { image, operation: operationId, tag: "1.2.3" } },
    ]);
  });

  it("plans in words, and reads the pipeline for it", async () => {
    const { port } = await openStage();
    expect(await port.plan(jobOf(), never)).toEqual({
      kind: "change",
      lines: [
        "run the pipeline deploy (12) of shop on refs/heads/main",
        `image: ${image}`,
        `operation: ${operationId}`,
        "tag: 1.2.3",
        "what it deploys to is not known here, nor what runs there now",
      ],
    });
    expect(await port.observe(jobOf().image, never)).toEqual({ kind: "unknown" });
  });

  it.each([
    [{ image: "{image}" }, /\{operation\}/],
    [{ operation: "{operation}", tag: "{tag}" }, /\{image\} or \{digest\}/],
  ])("refuses parameters like %j, and starts nothing", async (parameters, why) => {
    const { world, port } = await openStage({}, { parameters });
    expect(await port.plan(jobOf(), never)).toMatchObject({
      kind: "refused",
      why: expect.stringMatching(why),
    });
    const { effect } = await run({ port }, jobOf());
    expect(effect).toMatchObject({ kind: "failed", changed: "no", outcome: expect.stringMatching(why) });
    expect(world.snapshot()).toEqual([]);
  });

  it("does not put a tag into a script that is none", async () => {
    const { world, port } = await openStage();
    const job = jobOf();
    await run({ port }, { ...job, image: { ...job.image, tag: "$(rm -rf /)" } });
    expect(world.snapshot()[0]?.parameters.tag).toBe("");
  });

  it("says of a failed run that something may have been changed, with a link and no log", async () => {
    const { world, port } = await openStage({ ends: { result: "failed", afterReads: 1 } });
    world.setLog(1001, "password=hunter2");
    const { effect } = await run({ port }, jobOf());
    expect(effect).toMatchObject({
      kind: "failed",
      changed: "unknown",
      link: expect.stringContaining("buildId=1001"),
    });
    expect(JSON.stringify(effect)).not.toMatch(/hunter2|log/);
  });

  it("gives the redacted end of the failing task's log if it is configured", async () => {
    const { world, port } = await openStage({ ends: { result: "failed", afterReads: 1 } }, { logs: "tail" });
    world.setLog(1001, `${"older line\n".repeat(50)}password=hunter2\n##[error]kubectl: forbidden`);
    const { effect } = await run({ port }, jobOf());
    expect(effect).toMatchObject({ outcome: expect.stringContaining("##[error]kubectl: forbidden") });
    expect(JSON.stringify(effect)).toContain("password=[redacted]");
    expect(JSON.stringify(effect)).not.toContain("hunter2");
  });

  it("fails all the same when the log cannot be read", async () => {
    const { world, port } = await openStage({ ends: { result: "failed", afterReads: 1 } }, { logs: "tail" });
    world.fault({ match: "GET ~/timeline", status: 500 });
    expect((await run({ port }, jobOf())).effect).toMatchObject({ kind: "failed", changed: "unknown" });
  });

  it("says that a run was cancelled there", async () => {
    const { port } = await openStage({ ends: { result: "canceled", afterReads: 1 } });
    const { effect } = await run({ port }, jobOf());
    expect(effect).toMatchObject({ kind: "failed", outcome: expect.stringContaining("cancelled there") });
  });

  it.each([
    ["a token that is not known", { tokens: {} }, "target-unauthorized", "access level Basic"],
    [
      "no right to queue",
      { tokens: { "devops-token": ["view"] as const } },
      "target-forbidden",
      "Queue builds",
    ],
    [
      "a pipeline that is not there",
      { pipelines: [] },
      "target-not-found",
      "organization, project and pipeline",
    ],
    [
      "a branch that is not there",
      { refs: ["refs/heads/other"] },
      "target-refused",
      "Could not find the ref",
    ],
    [
      "a parameter that is not declared",
      { pipelines: [{ id: 12, name: "deploy", parameters: [] }] },
      "target-refused",
      "Unexpected parameter",
    ],
  ])("ends at once for %s, saying what is missing", async (_, options, code, words) => {
    const { world, port } = await openStage(options);
    const { effect } = await run({ port }, jobOf());
    expect(effect).toMatchObject({ kind: "failed", changed: "no", outcome: expect.stringContaining(words) });
    if (code === "target-unauthorized" || code === "target-not-found")
      await expect(port.plan(jobOf(), never)).rejects.toMatchObject({ code, retryable: false });
    expect(world.snapshot()).toEqual([]);
  });

  it.each([
    ["dropped before it was taken", { status: 0 } as const, 0],
    ["dropped after it was taken", { status: 0, mode: "after" } as const, 1],
    ["a 500 after it was taken", { status: 500, mode: "after" } as const, 1],
    ["a 502 of a gateway before", { status: 502, body: "<html>" } as const, 0],
    ["garbage after it was taken", { status: 200, body: "<html>", mode: "after" } as const, 1],
    ["a 429", { status: 429, headers: { "Retry-After": "3" } } as const, 0],
  ])("starts one run when the start was %s", async (_, fault, runsThen) => {
    const { world, port } = await openStage();
    world.fault({ match: "POST ~/runs", ...fault });
    const kept = { journal: { steps: [], notes: {} } };
    await expect(run({ port }, jobOf(), { keep: kept })).rejects.toMatchObject({ retryable: true });
    expect(world.snapshot()).toHaveLength(runsThen);
    expect((await run({ port }, jobOf(), kept)).effect).toMatchObject({ kind: "done" });
    expect(world.snapshot()).toHaveLength(1);
  });

  it("waits before it believes that a start which was cut off has come to nothing", async () => {
    const { world, clock } = await openStage();
    const target = {
      ...targetBase,
      type: "azure-pipelines",
      credential: "d",
      organization: world.organizationUrl,
      project: "shop",
      pipeline: 12,
      ref: "refs/heads/main",
      parameters: { image: "{image}", operation: "{operation}" },
    } as const;
    const port = createAzurePipelinesTarget(target, depsOf(clock));
    world.fault({ match: "POST ~/runs", status: 0 });
    const kept = { journal: { steps: [], notes: {} } };
    await expect(run({ port }, jobOf(), { keep: kept })).rejects.toMatchObject({ retryable: true });
    const second = run({ port }, jobOf(), { ...kept, keep: kept });
    await expect(second).rejects.toMatchObject({ retryable: true, retryAfterMs: expect.any(Number) });
    expect(world.snapshot()).toEqual([]);
    clock.advance(60_000);
    expect((await run({ port }, jobOf(), kept)).effect).toMatchObject({ kind: "done" });
    expect(world.snapshot()).toHaveLength(1);
  });

  it.each([
    ["in lists", "done", 1],
    ["alone", "done", 1],
    ["never", "in-doubt", 1],
  ] as const)("finds its run where parameters are shown %s", async (parametersShown, kind, count) => {
    const { world, port } = await openStage({ parametersShown });
    world.fault({ match: "POST ~/runs", status: 0, mode: "after" });
    const kept = { journal: { steps: [], notes: {} } };
    await expect(run({ port }, jobOf(), { keep: kept })).rejects.toMatchObject({ retryable: true });
    expect((await run({ port }, jobOf(), kept)).effect).toMatchObject({ kind });
    expect(world.snapshot()).toHaveLength(count);
  });

  it("finds its run among hundreds, and is in doubt where there are more than it reads", async () => {
    for (const [others, kind] of [
      [250, "done"],
      [600, "in-doubt"],
    ] as const) {
      const { world, port, clock } = await openStage();
      world.fault({ match: "POST ~/runs", status: 0 });
      const kept = { journal: { steps: [], notes: {} } };
      await expect(run({ port }, jobOf(), { keep: kept })).rejects.toMatchObject({ retryable: true });
      for (let count = 0; count < others; count += 1) await start(world, { image: "other" });
      if (kind === "done") await start(world, { image, operation: operationId });
      clock.advance(1);
      expect((await run({ port }, jobOf(), kept)).effect).toMatchObject({ kind });
      expect(world.snapshot().filter((one) => one.parameters.operation === operationId)).toHaveLength(
        kind === "done" ? 1 : 0,
      );
    }
  });

  it("is in doubt, not failed, when it may not read the run any more", async () => {
    const { world, port } = await openStage();
    world.fault({ match: "GET ~/runs/", status: 404, body: "{}" });
    const { effect } = await run({ port }, jobOf());
    expect(effect).toMatchObject({ kind: "in-doubt", link: expect.stringContaining("buildId=1001") });
  });

  it("tries again where a reading is garbage", async () => {
    const { world, port } = await openStage();
    world.fault({ match: "GET ~/runs/", status: 200, body: "<html>" });
    // The run is there: what cannot be read now is read later.
    expect((await run({ port }, jobOf())).effect).toMatchObject({ kind: "done" });
    expect(world.snapshot()).toHaveLength(1);
  });

  it("names no page outside of the organization", async () => {
    const { world, port } = await openStage();
    const body = JSON.stringify({
      id: 1001,
      state: "completed",
      result: "succeeded",
      _links: { web: { href: "https://evil.example/x" } },
    });
    world.fault({ match: "GET ~/runs/", status: 200, body });
    const { effect } = await run({ port }, jobOf());
    expect(effect).toMatchObject({ link: `${world.organizationUrl}/shop/_build/results?buildId=1001` });
  });

  it("stops a run, and says so only when it has ended", async () => {
    const { world, port } = await openStage({ ends: { result: "succeeded", afterReads: 1_000 } });
    const seen: unknown[] = [];
    const advance = () => {
      const [now] = world.snapshot();
      seen.push(now?.state);
      // It is asked for once only.
      if (now?.state === "canceling") world.fault({ match: "PATCH ~/build", status: 400 });
      if (seen.filter((state) => state === "canceling").length === 2) world.finish(1001, "canceled");
    };
    const { effect } = await run({ port, advance }, jobOf(), { stopAfterWaits: 1 });
    expect(effect).toMatchObject({ kind: "cancelled", changed: "unknown" });
    expect(seen).toEqual(["inProgress", "canceling", "canceling"]);
  });

  it("is too late to stop a run that has ended", async () => {
    const { world, port } = await openStage({ ends: { result: "succeeded", afterReads: 1_000 } });
    world.onChange(() => {});
    const notes = { runId: "1001", sentAt: "1" };
    await start(world, { operation: operationId });
    world.finish(1001, "succeeded");
    expect(await port.cancel?.(jobOf(), notes, never)).toMatchObject({ kind: "too-late" });
  });

  it("has nothing to stop where nothing was sent, and finds what was", async () => {
    const { world, port, clock } = await openStage({ ends: { result: "succeeded", afterReads: 1_000 } });
    expect(await port.cancel?.(jobOf(), {}, never)).toMatchObject({ kind: "cancelled", changed: "no" });
    await start(world, { operation: operationId });
    const notes = { sentAt: String(clock.now()) };
    await expect(port.cancel?.(jobOf(), notes, never)).rejects.toMatchObject({ retryable: true });
    expect(world.snapshot()).toMatchObject([{ state: "canceling" }]);
  });
});

async function start(world: PipelinesWorld, templateParameters: Record<string, string>): Promise<void> {
  const url = `${world.organizationUrl}/shop/_apis/pipelines/12/runs?api-version=7.1`;
  const headers = { Authorization: "Bearer devops-token", "Content-Type": "application/json" };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify({ templateParameters }) });
  expect(answer.status).toBe(200);
}
