import { generateKeyPairSync } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import type { GithubOptions, WorkflowFacts } from "../../../demo/pipelines/github-options.ts";
import { createGithubWorld, type GithubWorld } from "../../../demo/pipelines/github-world.ts";
import type { GithubTarget } from "../../../src/nouns/target.ts";
import { createGithubTarget } from "../../../src/operations/targets/github.ts";
import { describeTarget, emptyJournal, run } from "../../contract/target-contract.ts";
import { createManualClock } from "../../support/manual-clock.ts";
import { afterLease, depsOf, digest, jobOf, operationId, targetBase } from "./pipeline-stage.ts";

const never = new AbortController().signal;
const image = `contoso.azurecr.io/shop/checkout@${digest}`;
const workflow: WorkflowFacts = {
  file: "deploy.yml",
  name: "Deploy",
  inputs: ["image", "operation"],
  runName: "operation",
};
const pem = { type: "spki", format: "pem" } as const;
const keys = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: pem,
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
});
const app = { appId: "123", installationId: "77", publicKey: keys.publicKey };
const appAuth = { kind: "app", appId: "123", installationId: "77", privateKey: keys.privateKey } as const;

const open: GithubWorld[] = [];
afterEach(async () => {
  for (const world of open.splice(0)) await world.close();
});

async function openStage(options: Partial<GithubOptions> = {}, more: Partial<GithubTarget> = {}) {
  const clock = createManualClock();
  const world = await createGithubWorld({
    repository: "contoso/shop",
    workflows: [workflow],
    tokens: { "gh-token": "write" },
    ends: { conclusion: "success", afterReads: 2 },
    now: clock.now,
    ...options,
  });
  open.push(world);
  const target: GithubTarget = {
    ...targetBase,
    type: "github",
    repository: "contoso/shop",
    workflow: "deploy.yml",
    ref: "main",
    inputs: { image: "{image}", operation: "{operation}" },
    auth: { kind: "token", token: "gh-token" },
    apiUrl: world.apiUrl,
    ...more,
  };
  const port = afterLease(createGithubTarget(target, depsOf(clock)), clock);
  return { world, clock, port, close: () => world.close() };
}

const contractOf = (options: Partial<GithubOptions>, more: Partial<GithubTarget> = {}) => ({
  open: async () => {
    const stage = await openStage(options, more);
    return {
      ...stage,
      job: jobOf,
      effects: () => stage.world.snapshot().length,
      runs: () => stage.world.snapshot().at(-1)?.inputs.image?.split("@")[1],
    };
  },
  overload: () => open.at(-1)?.fault({ match: "* /", status: 503 }),
  loseAnswer: () => open.at(-1)?.fault({ match: "POST ~/dispatches", status: 0, mode: "after" }),
});

describeTarget("github", contractOf({}));
describeTarget("github (app)", contractOf({ app, tokens: {} }, { auth: appAuth }));
describeTarget(
  "github (server that names no run)",
  contractOf({ returnsRunDetails: false, appearsAfterLists: 2 }),
);

describe("a deploy by GitHub Actions", () => {
  it("starts the workflow with the digest and the operation, and links to its page", async () => {
    const { world, port } = await openStage();
    const { effect, digestBefore } = await run({ port }, jobOf());
    expect(effect).toEqual({
      kind: "done",
      outcome: "",
      link: `${world.apiUrl}/contoso/shop/actions/runs/9001`,
    });
    expect(digestBefore).toBeUndefined();
    expect(world.snapshot()).toMatchObject([
      { workflow: "deploy.yml", ref: "main", inputs: { image, operation: operationId }, title: operationId },
    ]);
  });

  it("plans in words", async () => {
    const { port, world } = await openStage();
    expect(await port.plan(jobOf(), never)).toEqual({
      kind: "change",
      lines: [
        "run the workflow Deploy (deploy.yml) of contoso/shop on main",
        `image: ${image}`,
        `operation: ${operationId}`,
        "what it deploys to is not known here, nor what runs there now",
      ],
    });
    expect(world.snapshot()).toEqual([]);
    expect(await port.observe(jobOf().image, never)).toEqual({ kind: "unknown" });
  });

  it.each([
    ["inputs without {operation}", {}, { inputs: { image: "{image}" } }, /\{operation\}/],
    ["inputs without a digest", {}, { inputs: { operation: "{operation}" } }, /\{image\} or \{digest\}/],
    [
      "more than 25 inputs",
      {},
      {
        inputs: Object.fromEntries(
          Array.from({ length: 26 }, (_, index) => [`i${index}`, "{operation}{digest}"]),
        ),
      },
      /25/,
    ],
    [
      "a disabled workflow",
      { workflows: [{ ...workflow, state: "disabled_manually" as const }] },
      {},
      /not active/,
    ],
  ])("refuses %s, and starts nothing", async (_, options, more, why) => {
    const { world, port } = await openStage(options, more);
    expect(await port.plan(jobOf(), never)).toMatchObject({
      kind: "refused",
      why: expect.stringMatching(why),
    });
    expect((await run({ port }, jobOf())).effect).toMatchObject({ kind: "failed", changed: "no" });
    expect(world.snapshot()).toEqual([]);
  });

  it("follows a run that waits for an approval there", async () => {
    const { world, port } = await openStage({ ends: { conclusion: "success", afterReads: 3 } });
    const body = JSON.stringify({ id: 9001, status: "waiting", conclusion: null });
    world.fault({ match: "GET ~/actions/runs/", status: 200, body });
    expect((await run({ port }, jobOf())).effect).toMatchObject({ kind: "done" });
  });

  it.each([
    ["failure", "failed"],
    ["timed_out", "failed"],
    ["skipped", "failed"],
    ["cancelled", "failed"],
    ["neutral", "in-doubt"],
    ["something new", "in-doubt"],
  ])("takes the conclusion %s for %s", async (conclusion, kind) => {
    const { port } = await openStage({ ends: { conclusion, afterReads: 1 } });
    const { effect } = await run({ port }, jobOf());
    expect(effect).toMatchObject({ kind, link: expect.stringContaining("/actions/runs/9001") });
    if (kind === "failed") expect(effect).toMatchObject({ changed: "unknown" });
  });

  it("gives the redacted end of the failing job's log, without taking its token to where logs lie", async () => {
    const { world, port } = await openStage(
      { ends: { conclusion: "failure", afterReads: 1 } },
      { logs: "tail" },
    );
    world.setLog(9001, `token: ghp_abcdefghijklmnopqrst\n##[error]exit code 1`);
    const { effect } = await run({ port }, jobOf());
    expect(effect).toMatchObject({
      outcome: expect.stringContaining("token: [redacted]\n##[error]exit code 1"),
    });
  });

  it.each([
    ["a token that is not known", { tokens: {} }, "not valid"],
    ["a token that may only read", { tokens: { "gh-token": "read" as const } }, "Actions: read and write"],
    ["a workflow that is not there", { workflows: [] }, "default branch"],
    ["a branch that is not there", { refs: ["other"] }, "No ref found"],
    [
      "an input that is not declared",
      { workflows: [{ ...workflow, inputs: ["image"] }] },
      "workflow_dispatch",
    ],
  ])("ends at once for %s, saying what is missing", async (_, options, words) => {
    const { world, port } = await openStage(options);
    const { effect } = await run({ port }, jobOf());
    expect(effect).toMatchObject({ kind: "failed", changed: "no", outcome: expect.stringContaining(words) });
    expect(JSON.stringify(effect)).not.toContain("gh-token");
    expect(world.snapshot()).toEqual([]);
  });

  it.each([
    ["dropped before it was taken", { status: 0 } as const, 0],
    ["dropped after it was taken", { status: 0, mode: "after" } as const, 1],
    ["a 502 after it was taken", { status: 502, mode: "after" } as const, 1],
    ["garbage after it was taken", { status: 200, body: "{}", mode: "after" } as const, 1],
  ])("starts one run when the dispatch was %s", async (_, fault, runsThen) => {
    const { world, port } = await openStage();
    world.fault({ match: "POST ~/dispatches", ...fault });
    const kept = { journal: emptyJournal };
    await expect(run({ port }, jobOf(), { keep: kept })).rejects.toMatchObject({ retryable: true });
    expect(world.snapshot()).toHaveLength(runsThen);
    expect((await run({ port }, jobOf(), kept)).effect).toMatchObject({ kind: "done" });
    expect(world.snapshot()).toHaveLength(1);
  });

  it("asks for a new token when the one that it has was taken back", async () => {
    const { world, port } = await openStage(
      { app, tokens: {}, ends: { conclusion: "success", afterReads: 2 } },
      { auth: appAuth },
    );
    const { effect } = await run({ port, advance: () => world.revokeTokens() }, jobOf());
    expect(effect).toMatchObject({ kind: "done" });
    expect(world.snapshot()).toMatchObject([{ by: "app" }]);
    expect(world.issuedTokens()).toBe(1);
  });

  it("waits as long as GitHub asks", async () => {
    const { world, port, clock } = await openStage();
    const inTenMinutes = String(Math.floor(clock.now() / 1_000) + 90 + 600);
    const answers = [
      [429, { "Retry-After": "7" }, "{}", 7_000],
      [403, { "Retry-After": "9" }, "{}", 9_000],
      [403, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": inTenMinutes }, "{}", undefined],
      [403, {}, JSON.stringify({ message: "You have exceeded a secondary rate limit." }), 60_000],
    ] as const;
    for (const [status, headers, body, retryAfterMs] of answers) {
      world.fault({ match: "POST ~/dispatches", status, headers, body });
      const failed = await run({ port }, jobOf()).catch((error: unknown) => error);
      expect(failed).toMatchObject({ code: "target-unavailable", retryable: true });
      if (retryAfterMs !== undefined) expect(failed).toMatchObject({ retryAfterMs });
      else if (failed instanceof Error && "retryAfterMs" in failed) {
        expect(Number(failed.retryAfterMs)).toBeGreaterThan(400_000);
        expect(Number(failed.retryAfterMs)).toBeLessThanOrEqual(600_000);
      }
      expect(world.snapshot()).toEqual([]);
    }
  });

  it("is in doubt where an enterprise server's run does not carry the operation in its name", async () => {
    const { runName: _, ...nameless } = workflow;
    const { world, port, clock } = await openStage({ returnsRunDetails: false, workflows: [nameless] });
    const { effect } = await run({ port, advance: () => clock.advance(30_000) }, jobOf());
    expect(effect).toMatchObject({
      kind: "in-doubt",
      outcome: expect.stringMatching(/run-name: \$\{\{ inputs\.operation \}\}/),
    });
    expect(world.snapshot()).toHaveLength(1);
  });

  it("stops a run, and says so only when it has ended", async () => {
    const { world, port } = await openStage({ ends: { conclusion: "success", afterReads: 1_000 } });
    const stopping: unknown[] = [];
    const advance = () => {
      stopping.push(...world.stopping());
      if (stopping.length === 2) world.finish(9001, "cancelled");
    };
    const { effect } = await run({ port, advance }, jobOf(), { stopAfterWaits: 1 });
    expect(effect).toMatchObject({ kind: "cancelled", changed: "unknown" });
    expect(stopping).toEqual([9001, 9001]);
  });

  it("does not take a refusal to stop for the end of a run because its message holds the number 409", async () => {
    const { world, port } = await openStage({ ends: { conclusion: "success", afterReads: 1_000 } });
    const body = JSON.stringify({ message: "Resource not accessible (409)" });
    world.fault({ match: "POST ~/cancel", status: 403, body, count: 2 });
    const { effect } = await run({ port }, jobOf(), { stopAfterWaits: 1 });
    expect(effect).toMatchObject({
      kind: "in-doubt",
      outcome: expect.stringMatching(/^it could not be stopped: GitHub refused .* \(403\)/),
    });
  });

  it("starts the run on an enterprise server that refuses return_run_details in words of its own", async () => {
    const { world, port } = await openStage({ returnsRunDetails: false });
    const body = JSON.stringify({ message: "Invalid request." });
    world.fault({ match: "POST ~/dispatches", status: 422, body });
    expect((await run({ port }, jobOf())).effect).toMatchObject({ kind: "done" });
    expect(world.snapshot()).toHaveLength(1);
  });

  it("is too late to stop a run that ends while it is asked to", async () => {
    const { world, port } = await openStage({ ends: { conclusion: "success", afterReads: 1_000 } });
    const advance = () => {
      if (world.stopping().length > 0) world.finish(9001, "success");
    };
    const { effect } = await run({ port, advance }, jobOf(), { stopAfterWaits: 1 });
    expect(effect).toMatchObject({ kind: "done" });
  });
});
