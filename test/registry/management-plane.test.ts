import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { allRights } from "../../demo/registry/rights.ts";
import { createRegistryWorld, type RegistryWorld } from "../../demo/registry/world.ts";
import { createWebhookManagement } from "../../src/registry/management-plane.ts";
import { readRecordedCall } from "../../src/registry/recorded-calls.ts";
import { sendJson, startServer } from "../support/loopback-server.ts";
import { fixedCredential } from "../support/scripted-registry.ts";
import { openWorld } from "../support/world-registries.ts";

const secret = "webhook-secret-in-clear";

async function startWorld(options: Parameters<typeof createRegistryWorld>[0] = {}): Promise<RegistryWorld> {
  const webhook = {
    name: "chatops",
    serviceUri: "http://127.0.0.1:9/webhooks/acr/contoso?code=query-secret",
    customHeaders: { "X-Webhook-Secret": secret },
  };
  const world = await createRegistryWorld({ webhooks: [webhook], ...options });
  onTestFinished(world.close);
  return world;
}

/** ARM that answers one path after another. */
async function startArm(answer: (path: string, method: string, response: ServerResponse) => void) {
  const asked: string[] = [];
  const { url, close } = await startServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    answer(request.url ?? "", request.method ?? "", response);
  });
  onTestFinished(close);
  const management = createWebhookManagement({
    azure: { cloud: "public", armEndpoint: url },
    credential: fixedCredential(),
    credentialName: "hooks",
    now: Date.now,
    resourceId: "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/contoso",
  });
  return { url, asked, management };
}

describe("the management plane, against the simulated ARM", () => {
  it("lists webhooks", async () => {
    const { management } = openWorld(await startWorld());
    const [webhook] = await management.listWebhooks();
    expect(webhook).toMatchObject({ name: "chatops", status: "enabled", scope: "", location: "westeurope" });
  });

  it("pings, and finds the ping among the events", async () => {
    const world = await startWorld();
    const { management } = openWorld(world);
    const id = await management.pingWebhook("chatops");
    await world.settled();
    const [call] = await management.listEvents("chatops");
    expect(call).toMatchObject({ id, body: { id, action: "ping" }, host: "127.0.0.1" });
    expect(call?.at).toBeGreaterThan(0);
  });

  it("keeps nothing of headers and query", async () => {
    const world = await startWorld();
    const { management } = openWorld(world);
    world.push({ repository: "shop/checkout", tag: "1" });
    await world.settled();
    const text = JSON.stringify(await management.listEvents("chatops"));
    expect(text).toContain("shop/checkout");
    expect(text).not.toContain(secret);
    expect(text).not.toContain("query-secret");
    expect(text).not.toMatch(/header/i);
  });

  it("reads all pages of the events", async () => {
    const world = await startWorld({ armPageSize: 2 });
    const { management } = openWorld(world);
    for (let n = 0; n < 5; n += 1) await management.pingWebhook("chatops");
    await world.settled();
    expect(await management.listEvents("chatops")).toHaveLength(5);
  });

  it.each([
    ["webhooks/ping/action", "pingWebhook"],
    ["webhooks/listEvents/action", "listEvents"],
    ["webhooks/read", "listWebhooks"],
  ] as const)("names the missing action %s", async (right, verb) => {
    const rights = allRights.filter((item) => item !== right);
    const { management } = openWorld(
      await startWorld({ identities: [{ clientId: "0a6cfd5e-41b2-4f3a-8d53-7b1f5c9e2a01", rights }] }),
    );
    await expect(management[verb]("chatops")).rejects.toMatchObject({
      code: "arm-forbidden",
      retryable: false,
      message: expect.stringContaining(`Microsoft.ContainerRegistry/registries/${right}`),
    });
  });

  it("says that a webhook is not there", async () => {
    const { management } = openWorld(await startWorld());
    const refusal = { code: "arm-not-found", retryable: false };
    await expect(management.pingWebhook("nothere")).rejects.toMatchObject(refusal);
    await expect(management.pingWebhook("a/../b")).rejects.toMatchObject(refusal);
  });
});

describe("an ARM with faults", () => {
  it("is asked with its api-version, and its Retry-After is kept", async () => {
    const { asked, management } = await startArm((_, __, response) =>
      sendJson(
        response,
        429,
        { error: { code: "TooManyRequests", message: "slow down" } },
        { "Retry-After": "9" },
      ),
    );
    await expect(management.listWebhooks()).rejects.toMatchObject({
      code: "arm-unavailable",
      retryable: true,
      retryAfterMs: 9000,
      message: expect.stringContaining("TooManyRequests"),
    });
    expect(asked).toEqual([
      "GET /subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/contoso/webhooks?api-version=2025-11-01",
    ]);
  });

  it("does not get the token to another host by a nextLink", async () => {
    const { asked, management } = await startArm((_, __, response) =>
      sendJson(response, 200, { value: [], nextLink: "https://evil.example/steal" }),
    );
    await expect(management.listWebhooks()).rejects.toThrow(/https:\/\/evil\.example/);
    expect(asked).toHaveLength(1);
  });

  it("is left after twenty pages that never end", async () => {
    const arm = await startArm((path, _, response) =>
      sendJson(response, 200, { value: [], nextLink: `https://management.azure.com${path}` }),
    );
    expect(await arm.management.listWebhooks()).toEqual([]);
    expect(arm.asked).toHaveLength(20);
  });

  it("is called unusable when it answers something else", async () => {
    const { management } = await startArm((_, __, response) => sendJson(response, 200, { hello: "world" }));
    await expect(management.listWebhooks()).rejects.toMatchObject({
      code: "arm-unavailable",
      retryable: false,
    });
  });
});

describe("an entry of listEvents", () => {
  it("is read as in ACR's specification", () => {
    const url = new URL("../payloads/arm-listevents-spec.json", import.meta.url);
    const [entry] = JSON.parse(readFileSync(url, "utf8")).value;
    expect(readRecordedCall(entry)).toEqual({
      id: "00000000-0000-0000-0000-000000000000",
      at: Date.parse("2017-03-01T23:14:37.070Z"),
      body: entry.eventRequestMessage.content,
      statusCode: 200,
      host: "myservice.com",
    });
  });

  it("may be one of a call that was never answered", () => {
    expect(readRecordedCall({ id: "a", eventRequestMessage: { content: '{"action":"ping"}' } })).toEqual({
      id: "a",
      body: { action: "ping" },
    });
  });

  it.each([null, 1, "x", {}, { id: 7 }, { id: "" }])("is no entry when it is %j", (entry) => {
    expect(readRecordedCall(entry)).toBeUndefined();
  });
});
