import { createHmac } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { createDeployHook, type DeployHook, type HookOptions } from "../../../demo/pipelines/deploy-hook.ts";
import type { HttpTarget } from "../../../src/nouns/target.ts";
import { createHttpTarget, DeployOrder, signedHeaders } from "../../../src/operations/targets/http.ts";
import { describeTarget, emptyJournal, run } from "../../contract/target-contract.ts";
import { createManualClock } from "../../support/manual-clock.ts";
import { afterLease, depsOf, digest, jobOf, operationId, targetBase } from "./pipeline-stage.ts";

const never = new AbortController().signal;
const open: DeployHook[] = [];
afterEach(async () => {
  for (const hook of open.splice(0)) await hook.close();
});

async function openStage(options: Partial<HookOptions> = {}, more: Partial<HttpTarget> = {}) {
  const clock = createManualClock();
  const hook = await createDeployHook({
    secret: "s3cret",
    answers: "later",
    ends: { status: "succeeded", afterReads: 2 },
    now: clock.now,
    ...options,
  });
  open.push(hook);
  const target: HttpTarget = {
    ...targetBase,
    type: "http",
    url: hook.url,
    secret: "s3cret",
    privateNetwork: false,
    ...more,
  };
  const port = afterLease(createHttpTarget(target, depsOf(clock)), clock);
  return { hook, clock, port, close: () => hook.close() };
}

for (const answers of ["at once", "later", "later by body"] as const)
  describeTarget(`http (${answers})`, {
    open: async () => {
      const stage = await openStage({ answers });
      return {
        ...stage,
        job: jobOf,
        effects: () => stage.hook.snapshot().length,
        runs: () => stage.hook.snapshot().at(-1)?.reference.split("@")[1],
      };
    },
    overload: () => open.at(-1)?.fault({ match: "* /", status: 429, headers: { "Retry-After": "7" } }),
    loseAnswer: () => open.at(-1)?.fault({ match: "POST /deploy", status: 0, mode: "after" }),
  });

describe("a deploy by a signed order", () => {
  it("sends the documented body, signed over time and body", async () => {
    const { hook, port, clock } = await openStage();
    const { effect, digestBefore } = await run(
      { port },
      { ...jobOf(operationId, "rollback"), reason: "it is broken" },
    );
    expect(effect).toEqual({ kind: "done", outcome: "", link: `${hook.origin}/pages/${operationId}` });
    expect(digestBefore).toBeUndefined();
    expect(hook.refusals()).toBe(0);
    const body = DeployOrder.parse(JSON.parse(hook.snapshot()[0]?.body ?? ""));
    expect(body).toEqual({
      version: 1,
      operation: operationId,
      kind: "rollback",
      image: {
        reference: `contoso.azurecr.io/shop/checkout@${digest}`,
        registry: "contoso",
        repository: "shop/checkout",
        digest,
        tag: "1.2.3",
      },
      target: "production",
      requestedBy: "Ada",
      reason: "it is broken",
      at: expect.any(String),
    });
    expect(Math.abs(Date.parse(body.at) - clock.now())).toBeLessThan(600_000);
  });

  it("signs as its documentation says", () => {
    const hex = createHmac("sha256", "key").update('1767225600.{"a":1}').digest("hex");
    expect(signedHeaders("key", '{"a":1}', 1_767_225_600_999)).toEqual({
      "X-Acr-Chatops-Timestamp": "1767225600",
      "X-Acr-Chatops-Signature": `sha256=${hex}`,
    });
  });

  it("plans in words, without a call", async () => {
    const { hook, port } = await openStage();
    expect(await port.plan(jobOf(), never)).toEqual({
      kind: "change",
      lines: [
        `send a signed order to ${hook.origin} for the target production`,
        `with the image contoso.azurecr.io/shop/checkout@${digest}`,
        "what runs there now is not known",
      ],
    });
    expect(hook.snapshot()).toEqual([]);
    expect(await port.observe(jobOf().image, never)).toEqual({ kind: "unknown" });
    expect(port.cancel).toBeUndefined();
  });

  it("says of a wrong secret what to compare, and that nothing was changed", async () => {
    const { port } = await openStage({}, { secret: "other" });
    const { effect } = await run({ port }, jobOf());
    expect(effect).toMatchObject({
      kind: "failed",
      changed: "no",
      outcome: expect.stringContaining("Compare the secret"),
    });
    expect(JSON.stringify(effect)).not.toMatch(/"other"|s3cret/);
  });

  it.each([
    ["dropped before it was taken", { status: 0 } as const],
    ["dropped after it was taken", { status: 0, mode: "after" } as const],
    ["a 500 after it was taken", { status: 500, mode: "after" } as const],
    ["a 409, as it is under way there", { status: 409, mode: "after" } as const],
  ])("sends the same order again when the first was %s", async (_, fault) => {
    const { hook, port } = await openStage();
    hook.fault({ match: "POST /deploy", ...fault });
    const kept = { journal: emptyJournal };
    await expect(run({ port }, jobOf(), { keep: kept })).rejects.toMatchObject({ retryable: true });
    expect((await run({ port }, jobOf(), kept)).effect).toMatchObject({ kind: "done" });
    expect(hook.snapshot()).toHaveLength(1);
    expect(hook.snapshot()[0]?.posts).toBe("mode" in fault ? 2 : 1);
  });

  it.each([
    ["a 200 that is no answer", { status: 200, body: "<html>ok</html>" }],
    ["a 200 that says it runs", { status: 200, body: '{"status":"running"}' }],
    ["a 202 without a status address", { status: 202, body: "" }],
    ["a 202 to another origin", { status: 202, headers: { Location: "https://evil.example/status" } }],
    ["a 202 to metadata", { status: 202, body: '{"statusUrl":"http://169.254.169.254/latest"}' }],
    ["a 303", { status: 303, headers: { Location: "/somewhere" } }],
    ["a 204", { status: 204 }],
  ])("is in doubt after %s", async (_, answer) => {
    const { hook, port } = await openStage();
    hook.fault({ match: "POST /deploy", ...answer, mode: "after" });
    expect((await run({ port }, jobOf())).effect).toMatchObject({ kind: "in-doubt" });
  });

  it.each([301, 308, 400, 404, 422])("ends at once after a %i, with nothing changed", async (status) => {
    const { hook, port } = await openStage();
    const answer = { status, headers: { Location: "/other" }, body: '{"error":"no such service"}' };
    hook.fault({ match: "POST /deploy", ...answer });
    expect((await run({ port }, jobOf())).effect).toMatchObject({
      kind: "failed",
      changed: "no",
      outcome: expect.stringContaining("no such service"),
    });
  });

  it("waits for the status as long as it is asked to", async () => {
    const { port } = await openStage({ retryAfter: 120, ends: { status: "succeeded", afterReads: 3 } });
    let waits = 0;
    const advance = () => {
      waits += 1;
    };
    const { effect, journal } = await run({ port, advance }, jobOf());
    expect(effect).toMatchObject({ kind: "done" });
    expect(waits).toBe(2);
    const follow = journal.steps.find((step) => step.name === "follow");
    expect((follow?.doneAt ?? 0) - (follow?.begunAt ?? 0)).toBeGreaterThanOrEqual(240_000);
  });

  it.each([
    ["failed", { message: "password=hunter2 was wrong" }, "link", "it failed there", undefined],
    ["failed", { message: "one\ntwo", unhealthy: true }, "tail", "it failed there: one\ntwo", true],
    ["cancelled", {}, "link", "it was cancelled there", undefined],
  ] as const)("tells what became of it: %s %j", async (status, more, logs, words, unhealthy) => {
    const { hook, port } = await openStage({ ends: { status: "succeeded", afterReads: 1_000 } }, { logs });
    let isEnded = false;
    const advance = () => {
      if (!isEnded) hook.finish(operationId, status, more);
      isEnded = true;
    };
    const { effect } = await run({ port, advance }, jobOf());
    expect(effect).toMatchObject({
      kind: "failed",
      changed: unhealthy === true ? "yes" : "unknown",
      outcome: expect.stringContaining(words),
    });
    expect(effect).toHaveProperty("link", `${hook.origin}/pages/${operationId}`);
    if (unhealthy === true) expect(effect).toMatchObject({ unhealthy });
    else expect(effect).not.toHaveProperty("unhealthy");
    expect(JSON.stringify(effect)).not.toContain("hunter2");
  });

  it("shows no link that leads elsewhere, and none that is a trick", async () => {
    for (const link of ["https://evil.example/", "javascript:alert(1)", "http://user@127.0.0.1/"]) {
      const { hook, port } = await openStage();
      const body = JSON.stringify({ status: "succeeded", message: "done\n<!channel>", link });
      hook.fault({ match: "POST /deploy", status: 200, body });
      expect((await run({ port }, jobOf())).effect).toEqual({ kind: "done", outcome: "done <!channel>" });
    }
  });

  it("says none of our secrets again, whatever the other side says", async () => {
    const key = "key-in-the-query-0815";
    const secrets = { secret: "s3cret-of-the-hook" };
    const body = JSON.stringify({ status: "failed", message: `no ${secrets.secret}, no ${key}` });
    const refusal = JSON.stringify({ message: `expected ${secrets.secret} and ${key}` });
    for (const answer of [
      { status: 200, body },
      { status: 401, body: refusal },
    ]) {
      const { hook } = await openStage(secrets);
      hook.fault({ match: "POST /deploy", ...answer });
      const { port } = await openStage({}, { ...secrets, url: `${hook.url}?code=${key}`, logs: "tail" });
      const { effect, journal } = await run({ port }, jobOf());
      expect(effect).toMatchObject({ kind: "failed", outcome: expect.stringContaining("[redacted]") });
      expect(JSON.stringify([effect, journal])).not.toMatch(/s3cret|0815/);
    }
  });

  it("keeps no address with its key because of an empty Location", async () => {
    const { hook } = await openStage();
    hook.fault({ match: "POST /deploy", status: 202, headers: { Location: "" } });
    const { port } = await openStage({}, { url: `${hook.url}?code=key-in-the-query-0815` });
    const { effect, journal } = await run({ port }, jobOf());
    expect(effect).toMatchObject({ kind: "in-doubt" });
    expect(JSON.stringify([effect, journal])).not.toContain("0815");
  });

  it("takes a deploy for done though its link is too long to show", async () => {
    const { hook, port } = await openStage();
    const body = JSON.stringify({ status: "succeeded", link: `${hook.origin}/${"y".repeat(10_000)}` });
    hook.fault({ match: "POST /deploy", status: 200, body });
    expect((await run({ port }, jobOf())).effect).toEqual({ kind: "done", outcome: "" });
  });

  it("is in doubt, not failed, when it may not ask how it is any more", async () => {
    const { hook, port } = await openStage();
    hook.fault({ match: "GET /deploys/", status: 404 });
    expect((await run({ port }, jobOf())).effect).toMatchObject({ kind: "in-doubt" });
  });

  it("calls no address that is not to be called", async () => {
    for (const url of [
      "https://169.254.169.254/deploy",
      "http://deploy.contoso.com/",
      "https://10.0.0.1/deploy",
    ]) {
      const { port } = await openStage({}, { url });
      expect((await run({ port }, jobOf())).effect).toMatchObject({ kind: "failed", changed: "no" });
    }
  });
});
