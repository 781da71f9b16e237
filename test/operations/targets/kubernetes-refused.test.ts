import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import type { PathFault } from "../../../demo/shared/path-faults.ts";
import { createKubernetesTarget } from "../../../src/operations/targets/kubernetes.ts";
import { run } from "../../contract/target-contract.ts";
import { sendJson, startServer } from "../../support/loopback-server.ts";
import { depsOf, jobOf, type KubernetesStage, onStage, targetOf } from "./kubernetes-stage.ts";

/** The next read of the workload after our patch goes wrong. */
function afterThePatch(stage: KubernetesStage, fault: Omit<PathFault, "match">): void {
  const forget = stage.world.onChange(() => {
    if (stage.workload().changes === 0) return;
    forget();
    stage.world.fault({ match: "GET /apis/apps", ...fault });
  });
}

describe("a rollout that cannot be read any more", () => {
  it.each([401, 403, 404])("is in doubt after a %i, and not said to have failed", (status) =>
    onStage({}, async (stage) => {
      afterThePatch(stage, { status });
      const { effect } = await run(stage, jobOf());
      expect(stage.workload().changes).toBe(1);
      expect(effect).toMatchObject({ kind: "in-doubt", outcome: expect.stringContaining(String(status)) });
    }),
  );

  it("is read again after an answer that is none", () =>
    onStage({}, async (stage) => {
      afterThePatch(stage, { status: 200, body: "<html>not Kubernetes</html>" });
      expect((await run(stage, jobOf())).effect).toMatchObject({ kind: "done" });
    }));
});

describe("a refusal that says our token", () => {
  it("is told without it", async () => {
    const token = "opaque.token-of-42";
    await using server = await startServer((request, response) => {
      const message = `not authorized: ${request.headers.authorization}`;
      sendJson(response, 401, {
        kind: "Status",
        apiVersion: "v1",
        reason: "Unauthorized",
        code: 401,
        message,
      });
    });
    const access = { server: new URL(server.url), token, who: "the bot" };
    const target = createKubernetesTarget(targetOf("deployment"), depsOf(), async () => access);
    const { effect } = await run({ port: target }, jobOf());
    expect(effect).toMatchObject({ kind: "failed", outcome: expect.stringContaining("not authorized") });
    expect(JSON.stringify(effect)).not.toContain(token);
  });
});

describe("an API server that is configured by an IPv6 address", () => {
  it("is reached", async (context) => {
    const server = createServer((_, response) => response.writeHead(404).end()).listen(0, "::1");
    const isListening = await once(server, "listening").then(
      () => true,
      () => false,
    );
    if (!isListening) return context.skip("skipped: this machine has no IPv6");
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const access = { server: new URL(`http://[::1]:${port}`), who: "the bot" };
    const target = createKubernetesTarget(targetOf("deployment"), depsOf(), async () => access);
    const image = { registry: "contoso", loginServer: "contoso.azurecr.io", repository: "shop/checkout" };
    expect(await target.observe(image, AbortSignal.timeout(10_000))).toEqual({ kind: "nothing" });
  });
});
