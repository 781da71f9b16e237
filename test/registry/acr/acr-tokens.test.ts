import { afterEach, describe, expect, it } from "vitest";
import { digestOf } from "../../../src/registry/manifest/digest.ts";
import { openAcr } from "../../support/acr-parts.ts";
import { sendJson } from "../../support/loopback-server.ts";
import {
  claimsOf,
  errorBody,
  type Script,
  scriptedEntraToken,
  scriptedLoginServer,
  startScriptedRegistry,
} from "../../support/scripted-registry.ts";

const oci = "application/vnd.oci.image.manifest.v1+json";
const bytes = Buffer.from('{"schemaVersion":2}');
const digest = digestOf(bytes);

let registry: Awaited<ReturnType<typeof startScriptedRegistry>> | undefined;
afterEach(() => registry?.close());

const giveManifest: Script = (_, response) => {
  response.writeHead(200, { "Content-Type": oci, "Docker-Content-Digest": digest });
  response.end(bytes);
};

const scopeByRepository = (call: { readonly path: string; readonly method: string }) =>
  `repository:${/^\/(?:v2|acr\/v1)\/(.+?)\/(?:manifests|_manifests|_tags)/.exec(call.path)?.[1]}:${call.method === "GET" ? "pull" : "metadata_write"}`;

function count(path: string): number {
  return registry?.tokenCalls.filter((call) => call.path === path).length ?? 0;
}

describe("the registry's tokens", () => {
  it("exchanges by the documented protocol", async () => {
    registry = await startScriptedRegistry({ script: giveManifest, scopeOf: scopeByRepository });
    await openAcr(registry.url).reader.readManifest("shop/checkout", digest);
    const [exchange, token] = registry.tokenCalls;
    expect(Object.fromEntries(new URLSearchParams(exchange?.body))).toEqual({
      grant_type: "access_token",
      service: scriptedLoginServer,
      access_token: scriptedEntraToken,
    });
    const form = new URLSearchParams(token?.body);
    expect(form.get("grant_type")).toBe("refresh_token");
    expect(form.get("service")).toBe(scriptedLoginServer);
    expect(form.get("scope")).toBe("repository:shop/checkout:pull");
    expect(form.get("refresh_token")).toMatch(/^eyJ/);
  });

  it("exchanges once for many repositories and calls, and asks one token for each scope", async () => {
    registry = await startScriptedRegistry({ script: giveManifest, scopeOf: scopeByRepository });
    const { reader } = openAcr(registry.url);
    const names = ["a/one", "a/two", "a/three"];
    await Promise.all([...names, ...names].map((name) => reader.readManifest(name, digest)));
    await Promise.all(names.map((name) => reader.readManifest(name, "latest")));
    expect(count("/oauth2/exchange")).toBe(1);
    expect(count("/oauth2/token")).toBe(3);
  });

  it("exchanges again five minutes before the refresh token ends", async () => {
    const start = Date.parse("2026-11-01T10:00:00Z");
    let now = start;
    registry = await startScriptedRegistry({
      script: giveManifest,
      scopeOf: scopeByRepository,
      refreshExp: () => start / 1000 + 35 * 60,
    });
    const { reader } = openAcr(registry.url, () => now);
    await reader.readManifest("a/one", digest);
    now = start + 29 * 60_000;
    await reader.readManifest("a/two", digest);
    expect(count("/oauth2/exchange")).toBe(1);
    now = start + 31 * 60_000;
    await reader.readManifest("a/three", digest);
    expect(count("/oauth2/exchange")).toBe(2);
  });

  it("follows a new challenge when a token is no longer enough", async () => {
    let revoked = false;
    registry = await startScriptedRegistry({
      scopeOf: scopeByRepository,
      script: (call, response) => {
        if (revoked && claimsOf(call.authorization).n === 2) {
          const challenge = `Bearer realm="x",service="${scriptedLoginServer}",scope="repository:a/one:pull",error="invalid_token"`;
          sendJson(response, 401, errorBody("UNAUTHORIZED", "expired"), { "Www-Authenticate": challenge });
          return;
        }
        giveManifest(call, response);
      },
    });
    const { reader } = openAcr(registry.url);
    await reader.readManifest("a/one", digest);
    revoked = true;
    await reader.readManifest("a/one", digest);
    expect(registry.calls.map((call) => claimsOf(call.authorization).n)).toEqual([2, 2, 3]);
  });

  it("asks no more before a throttled exchange said it may", async () => {
    let now = Date.parse("2026-11-01T10:00:00Z");
    registry = await startScriptedRegistry({
      script: giveManifest,
      onToken: (call, response) => {
        if (call.path !== "/oauth2/exchange" || count("/oauth2/exchange") > 1) return false;
        sendJson(response, 429, errorBody("TOOMANYREQUESTS", "slow down"), { "Retry-After": "40" });
        return true;
      },
    });
    const { reader } = openAcr(registry.url, () => now);
    const throttled = { code: "registry-throttled", retryable: true, retryAfterMs: 40_000 };
    await expect(reader.readManifest("a/one", digest)).rejects.toMatchObject(throttled);
    await expect(reader.readManifest("a/two", digest)).rejects.toMatchObject(throttled);
    expect(count("/oauth2/exchange")).toBe(1);
    now += 41_000;
    await reader.readManifest("a/one", digest);
    expect(count("/oauth2/exchange")).toBe(2);
  });

  it("names the role when the exchange is refused", async () => {
    registry = await startScriptedRegistry({
      script: giveManifest,
      onToken: (_, response) => {
        sendJson(response, 401, errorBody("UNAUTHORIZED", "authentication required"));
        return true;
      },
    });
    await expect(openAcr(registry.url).reader.readManifest("a/one", digest)).rejects.toMatchObject({
      code: "registry-unauthorized",
      retryable: false,
      message: expect.stringMatching(/401 UNAUTHORIZED at exchange.*AcrPull/),
    });
  });

  it("gives up on a registry that challenges without a scope", async () => {
    registry = await startScriptedRegistry({ script: giveManifest, scopeOf: () => "" });
    await expect(openAcr(registry.url).reader.readManifest("a/one", digest)).rejects.toMatchObject({
      code: "registry-unauthorized",
    });
    expect(registry.tokenCalls).toHaveLength(0);
  });
});

describe("setting the quarantine state", () => {
  it("falls back to the documented scope when that of the challenge is refused", async () => {
    registry = await startScriptedRegistry({
      scopeOf: scopeByRepository,
      script: (call, response) => {
        const scope = claimsOf(call.authorization).scope;
        if (scope === "repository:shop/checkout:pull,push") sendJson(response, 200, {});
        else sendJson(response, 403, errorBody("DENIED", "no"));
      },
    });
    const { reviewer } = openAcr(registry.url);
    await reviewer.setQuarantine("shop/checkout", digest, "Failed", '{"state":"x"}');
    expect(registry.calls.map((call) => claimsOf(call.authorization).scope)).toEqual([
      "repository:shop/checkout:metadata_write",
      "repository:shop/checkout:pull,push",
    ]);
    expect(JSON.parse(registry.calls[1]?.body ?? "")).toEqual({
      quarantineState: "Failed",
      quarantineDetails: '{"state":"x"}',
    });
    expect(registry.calls[1]?.path).toBe(`/acr/v1/shop/checkout/_manifests/${digest}`);
  });

  it("takes any 2xx as done", async () => {
    registry = await startScriptedRegistry({
      script: (_, response) => {
        response.writeHead(204);
        response.end();
      },
    });
    await openAcr(registry.url).reviewer.setQuarantine("shop/checkout", digest, "Passed", "{}");
    expect(registry.calls).toHaveLength(1);
  });

  it("does not repeat what failed for another reason", async () => {
    registry = await startScriptedRegistry({
      script: (_, response) => sendJson(response, 503, errorBody("UNAVAILABLE", "later")),
    });
    await expect(
      openAcr(registry.url).reviewer.setQuarantine("shop/checkout", digest, "Passed", "{}"),
    ).rejects.toMatchObject({ code: "registry-unavailable", retryable: true });
    expect(registry.calls).toHaveLength(1);
  });
});
