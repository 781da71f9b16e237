import { generateKeyPairSync } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { createGithubWorld, type GithubWorld } from "../../demo/pipelines/github-world.ts";
import { ChatopsError } from "../../src/errors.ts";
import { createGithubAppToken, type GithubApp } from "../../src/outgoing/github-app-token.ts";
import { createGuardedClient } from "../../src/outgoing/guarded-client.ts";
import { createManualClock } from "../support/manual-clock.ts";

const never = new AbortController().signal;
const open: GithubWorld[] = [];
afterEach(async () => {
  for (const world of open.splice(0)) await world.close();
});
const keyPair = (type: "pkcs1" | "pkcs8") =>
  generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type, format: "pem" },
  });

async function openStage(more: Partial<GithubApp> = {}, keys = keyPair("pkcs1")) {
  const clock = createManualClock();
  const world = await createGithubWorld({
    repository: "contoso/shop",
    workflows: [{ file: "deploy.yml", name: "Deploy", inputs: [] }],
    app: { appId: "123", installationId: "77", publicKey: keys.publicKey },
    now: clock.now,
  });
  open.push(world);
  const given = {
    apiUrl: world.apiUrl,
    appId: "123",
    installationId: "77",
    privateKey: keys.privateKey,
    repository: "shop",
  };
  const tokens = createGithubAppToken({
    app: { ...given, ...more },
    client: createGuardedClient(),
    now: clock.now,
    refused: ({ status, body }) => new ChatopsError("target-unauthorized", `${status} ${body}`),
  });
  return { world, clock, tokens };
}

describe("tokens of a GitHub App", () => {
  it.each(["pkcs1", "pkcs8"] as const)(
    "are given for a key in %s, and are good for the repository",
    async (type) => {
      const { world, tokens } = await openStage({}, keyPair(type));
      const token = await tokens.get(never);
      const url = `${world.apiUrl}/repos/contoso/shop/actions/workflows/deploy.yml`;
      expect((await fetch(url, { headers: { Authorization: `Bearer ${token}` } })).status).toBe(200);
    },
  );

  it("are kept until five minutes before their end, and asked for once at a time", async () => {
    const { world, clock, tokens } = await openStage();
    const [first, second] = await Promise.all([tokens.get(never), tokens.get(never)]);
    expect(second).toBe(first);
    clock.advance(54 * 60_000);
    expect(await tokens.get(never)).toBe(first);
    clock.advance(2 * 60_000);
    expect(await tokens.get(never)).not.toBe(first);
    tokens.forget();
    await tokens.get(never);
    expect(world.issuedTokens()).toBe(3);
  });

  it.each([
    ["another app", { appId: "999" }, /Issuer/],
    ["another installation", { installationId: "78" }, /404/],
    ["another repository", { repository: "other" }, /422/],
    ["another key", { privateKey: keyPair("pkcs1").privateKey }, /could not be decoded/],
  ])("are refused to %s", async (_, more, words) => {
    const { tokens } = await openStage(more);
    await expect(tokens.get(never)).rejects.toThrow(words);
  });

  it("say of a key that cannot be read nothing but that", async () => {
    const { tokens } = await openStage({
      privateKey: "-----BEGIN RSA PRIVATE KEY-----\nhunter2\n-----END RSA PRIVATE KEY-----",
    });
    const failed = await tokens.get(never).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: "config-invalid", retryable: false });
    expect(String(failed)).not.toContain("hunter2");
  });

  it("are not taken from an answer that has none", async () => {
    const { world, tokens } = await openStage();
    for (const body of ["", "{}", '{"token":"x","expires_at":"soon"}']) {
      world.fault({ match: "POST ~/access_tokens", status: 201, body });
      await expect(tokens.get(never)).rejects.toMatchObject({ code: "target-answer-unusable" });
    }
    expect(await tokens.get(never)).toMatch(/^ghs_/);
  });
});
