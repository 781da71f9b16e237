import { expect, it, onTestFinished } from "vitest";
import { createInternalServer, type ReadinessCheck } from "../../../src/webhook/internal/internal-server.ts";
import { createLogLines } from "../../support/log-lines.ts";

function start(checks: Readonly<Record<string, ReadinessCheck>>) {
  const app = createInternalServer({ checks, now: () => 0, log: createLogLines().log, checkLimitMs: 20 });
  onTestFinished(() => app.close());
  return app;
}

it("is ready when every dependency is", async () => {
  const app = start({ store: async () => undefined, slack: async () => undefined });
  const answer = await app.inject("/readyz");
  expect([answer.statusCode, answer.json()]).toEqual([
    200,
    { status: "ready", checks: { store: { status: "ready" }, slack: { status: "ready" } } },
  ]);
});

it("names each dependency that is not ready, and why", async () => {
  const app = start({
    store: async () => undefined,
    slack: async () => {
      throw new Error("invalid_auth");
    },
    registry: () => new Promise(() => undefined),
    config: () => {
      throw new Error("thrown at once");
    },
  });
  const answer = await app.inject("/readyz");
  expect([answer.statusCode, answer.json()]).toEqual([
    503,
    {
      status: "not-ready",
      checks: {
        store: { status: "ready" },
        slack: { status: "not-ready", reason: "invalid_auth" },
        registry: { status: "not-ready", reason: "no answer within 20 ms" },
        config: { status: "not-ready", reason: "thrown at once" },
      },
    },
  ]);
});

it("is alive whatever its dependencies are", async () => {
  const app = start({ store: () => Promise.reject(new Error("gone")) });
  expect((await app.inject("/healthz")).json()).toEqual({ status: "ok" });
  const wrong = await app.inject({ method: "POST", url: "/readyz" });
  expect([wrong.statusCode, wrong.headers.allow]).toEqual([405, "GET, HEAD"]);
});
