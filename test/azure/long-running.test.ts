import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createArmConnection } from "../../src/azure/arm-connection.ts";
import {
  type ArmOperation,
  armOperationOf,
  pollAfterMs,
  pollOperation,
} from "../../src/azure/long-running.ts";
import { type ArmScript, startScriptedArm } from "../support/scripted-arm.ts";
import { fixedCredential } from "../support/scripted-registry.ts";

const answer = (status: number, headers: Readonly<Record<string, string>>) => ({
  status,
  body: undefined,
  header: (name: string) => headers[name],
});
const address = "https://management.azure.com/subscriptions/s/operations/1?api-version=2020-01-01";
const options = { apiVersion: "2025-07-01", now: Date.now, signal: AbortSignal.timeout(10_000) };

async function poll(script: ArmScript, operation: ArmOperation) {
  const arm = await startScriptedArm([script]);
  try {
    return { polled: await pollOperation(arm.connection, operation, options), seen: arm.seen };
  } finally {
    await arm.close();
  }
}

describe("the first answer of a long-running operation", () => {
  it("names its status, or its end", () => {
    const both = { "azure-asyncoperation": address, location: "https://management.azure.com/other" };
    expect(armOperationOf(answer(201, both))).toEqual({ url: address, kind: "status" });
    expect(armOperationOf(answer(202, { location: address }))).toEqual({ url: address, kind: "location" });
  });

  it("is all there is without them, and where Location is the new resource", () => {
    expect(armOperationOf(answer(200, {}))).toBeUndefined();
    expect(armOperationOf(answer(201, { location: address }))).toBeUndefined();
    expect(
      armOperationOf(answer(202, { location: `https://management.azure.com/${"a".repeat(3_000)}` })),
    ).toBeUndefined();
  });

  it.each([
    [undefined, 10_000],
    ["7", 7_000],
    ["0", 1_000],
    ["3600", 60_000],
    ["soon", 10_000],
  ])("asks for a look after Retry-After %s", (header, ms) => {
    expect(pollAfterMs({ header: () => header }, Date.now())).toBe(ms);
  });
});

describe("one look at a long-running operation", () => {
  const status = { url: address, kind: "status" } as const;
  const location = { url: address, kind: "location" } as const;

  it.each<[string, ArmScript, ArmOperation, unknown]>([
    [
      "runs",
      { status: 200, body: { status: "InProgress" }, headers: { "Retry-After": "4" } },
      status,
      { kind: "running", afterMs: 4_000 },
    ],
    [
      "runs, by a word of its own",
      { status: 200, body: { status: "Provisioning" } },
      status,
      { kind: "running", afterMs: 10_000 },
    ],
    ["runs, without a body", { status: 202 }, status, { kind: "running", afterMs: 10_000 }],
    ["succeeded", { status: 200, body: { status: "Succeeded" } }, status, { kind: "succeeded" }],
    ["was cancelled", { status: 200, body: { status: "Canceled" } }, status, { kind: "cancelled" }],
    [
      "failed",
      { status: 200, body: { status: "Failed", error: { code: "A", message: "b" } } },
      status,
      { kind: "failed", why: "A: b" },
    ],
    [
      "failed without a reason",
      { status: 200, body: { status: "Failed" } },
      status,
      { kind: "failed", why: "Azure gave no reason" },
    ],
    [
      "runs behind its Location",
      { status: 202, headers: { "Retry-After": "5" } },
      location,
      { kind: "running", afterMs: 5_000 },
    ],
    ["is over behind its Location", { status: 200, body: {} }, location, { kind: "succeeded" }],
    ["is over with 204", { status: 204 }, location, { kind: "succeeded" }],
    [
      "failed behind its Location",
      { status: 409, body: { error: { code: "Conflict", message: "the tag is locked" } } },
      location,
      { kind: "failed", why: "Conflict: the tag is locked" },
    ],
  ])("says that it %s", async (_, script, operation, expected) => {
    const { polled, seen } = await poll(script, operation);
    expect(polled).toEqual(expected);
    expect(seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "GET /subscriptions/s/operations/1?api-version=2020-01-01",
    ]);
  });

  it.each([
    [{ status: 200, body: { state: "?" } }, status],
    [{ status: 200, body: "<html>" }, status],
    [{ status: 403 }, location],
    [{ status: 404 }, location],
    [{ status: 429 }, location],
    [{ status: 500 }, location],
    [{ status: 409 }, status],
  ])("is no word about the operation when it is answered %j", async (script, operation) => {
    await expect(poll(script, operation)).rejects.toThrow();
  });

  it.each(["location", "status"] as const)(
    "follows a %s on a regional host of the same cloud",
    async (kind) => {
      const url = "https://westeurope.management.azure.com/subscriptions/s/operations/1?api-version=1";
      const { polled, seen } = await poll({ status: 200, body: { status: "Succeeded" } }, { url, kind });
      expect(polled).toEqual({ kind: "succeeded" });
      expect(seen.map(({ path }) => path)).toEqual(["/subscriptions/s/operations/1?api-version=1"]);
    },
  );

  it("calls the regional host itself", async () => {
    const asked: string[] = [];
    const proxy = createServer().listen(0, "127.0.0.1");
    proxy.on("connect", ({ url = "" }, socket) => {
      asked.push(url);
      socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    });
    await once(proxy, "listening");
    onTestFinished(() => {
      vi.unstubAllEnvs();
      proxy.close();
    });
    const { port } = proxy.address() as AddressInfo;
    vi.stubEnv("HTTPS_PROXY", `http://127.0.0.1:${port}`);
    const azure = { cloud: "usgovernment", armEndpoint: "https://management.usgovcloudapi.net" } as const;
    const connection = createArmConnection({ azure, credential: fixedCredential() });
    const url = "https://usgovvirginia.management.usgovcloudapi.net/operations/1";
    await expect(pollOperation(connection, { url, kind: "status" }, options)).rejects.toThrow(
      "403 Forbidden",
    );
    expect(asked).toEqual(["usgovvirginia.management.usgovcloudapi.net:443"]);
  });

  it("adds the provider's version to an address that has none", async () => {
    const url = "https://management.azure.com/subscriptions/s/operations/1";
    const { seen } = await poll({ status: 204 }, { url, kind: "status" });
    expect(seen[0]?.path).toBe("/subscriptions/s/operations/1?api-version=2025-07-01");
  });

  it.each([
    "https://evil.example/steal",
    "https://management.azure.com.evil.example/",
    "http://management.azure.com/x",
    "//evil.example/x",
    "javascript:1",
    "https://a.b.management.azure.com/x",
    "https://westeurope.management.azure.com:8443/x",
    "https://westeurope.management.usgovcloudapi.net/x",
    "https://me:secret@westeurope.management.azure.com/x",
    "https://westeuropemanagement.azure.com/x",
    "https://.management.azure.com/x",
  ])("does not carry the token to %s", async (url) => {
    const arm = await startScriptedArm([{ status: 200, body: { status: "Succeeded" } }]);
    await expect(pollOperation(arm.connection, { url, kind: "status" }, options)).rejects.toThrow(
      "which is not",
    );
    await arm.close();
    expect(arm.seen).toEqual([]);
  });
});
