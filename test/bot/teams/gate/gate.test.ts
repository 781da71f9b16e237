import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { type Spoiled, spoiledWays } from "../../../../demo/teams/sign-activity.ts";
import { maxActivityBytes } from "../../../../src/bot/teams/gate/teams-route.ts";
import { startGatedBot } from "../gated-bot.ts";
import { foreignTenantId, releases, tenantId } from "../teams-world.ts";

const say = { conversation: releases, user: "29:maya", text: "@acr help" };

describe("the gate, with authentication on", () => {
  it("lets through what Teams signed for this bot", async () => {
    const bot = await startGatedBot();
    const { delivery } = await bot.world.message(say);
    expect(delivery).toMatchObject({ status: 200, body: "" });
    expect(bot.heard).toMatchObject([
      { type: "message", conversation: { id: expect.stringContaining(releases) } },
    ]);
  });

  // 503 only where the signer may be right and its key new.
  const statusOf = (way: Spoiled) => (way === "unknown-kid" ? 503 : 401);
  const refusedWays = spoiledWays.filter((way) => way !== "foreign-channeldata");
  const table = refusedWays.map((way) => [way, statusOf(way)] as const);
  it.each(table)("refuses a request that is spoiled: %s → %i", async (spoiled, status) => {
    const bot = await startGatedBot();
    const { delivery } = await bot.world.message({ ...say, spoiled });
    expect(delivery?.status).toBe(status);
    const code = status === 401 ? "unauthorized" : "signing-key-unknown";
    expect(delivery?.json).toEqual({ error: { code, message: expect.any(String) } });
    expect(bot.heard).toEqual([]);
    const refused = bot.lines.lines().filter(({ msg }) => msg === "request refused");
    expect(refused).toMatchObject([{ status, reason: expect.any(String), way: "teams" }]);
    const token = delivery?.request.headers.authorization?.split(" ")[1];
    if (token !== undefined) expect(bot.lines.text()).not.toContain(token);
  });

  it("lets somebody of another tenant in a shared channel through, as a foreigner", async () => {
    const bot = await startGatedBot();
    expect((await bot.world.message(say)).delivery?.status).toBe(200);
    expect((await bot.world.message({ ...say, user: "29:zoe" })).delivery?.status).toBe(200);
    expect(bot.foreign).toEqual([false, true]);
    expect((await bot.world.message({ ...say, spoiled: "foreign-channeldata" })).delivery?.status).toBe(200);
    expect(bot.foreign).toEqual([false, true, true]);
    const from = { id: "29:x", tenantId: foreignTenantId };
    expect((await bot.world.send({ ...bot.heard[0], from })).status).toBe(200);
    expect(bot.foreign).toEqual([false, true, true, true]);
  });

  const ofTheirs = { channelData: { tenant: { id: foreignTenantId } } };
  it.each([
    ["in a place of their own tenant", { conversation: { id: releases, tenantId: foreignTenantId } }],
    ["where nobody says of which tenant the place is", { conversation: { id: releases } }],
    ["in a chat of their own", { conversation: { id: "a:1", tenantId, conversationType: "personal" } }],
    ["about a place", { type: "conversationUpdate" }],
    ["about an installation", { type: "installationUpdate", action: "add" }],
  ])("refuses what somebody of another tenant says %s", async (_what, change) => {
    const bot = await startGatedBot();
    await bot.world.message(say);
    expect((await bot.world.send({ ...bot.heard[0], ...ofTheirs, ...change })).status).toBe(401);
    expect(bot.lines.text()).toContain("is of another tenant");
    expect(bot.heard).toHaveLength(1);
  });

  const changes: readonly (readonly [string, object])[] = [
    ["another channel than Teams", { channelId: "webchat" }],
    ["no channel", { channelId: undefined }],
    ["an emulator's channel", { channelId: "emulator" }],
    ["plain http", { serviceUrl: "http://smba.example.net/teams/" }],
    ["a file address", { serviceUrl: "file:///etc/passwd" }],
    ["an address with a password", { serviceUrl: "https://a:b@smba.example.net/" }],
    ["no address at all", { serviceUrl: "teams" }],
    ["a serviceUrl that is a number", { serviceUrl: 7 }],
    ["no conversation", { conversation: undefined }],
    ["no channelData", { channelData: undefined }],
    [
      "a tenant that is a list",
      { channelData: { tenant: { id: ["72f988bf-0000-4000-8000-2d7cd011db47"] } } },
    ],
    ["no type", { type: undefined }],
  ];
  it.each(changes)("refuses a rightly signed activity with %s", async (_what, change) => {
    const bot = await startGatedBot();
    await bot.world.message(say);
    const [good] = bot.heard;
    // The world makes the token out to whatever the activity names.
    const delivery = await bot.world.send({ ...good, ...change });
    expect(delivery.status).toBe(401);
    expect(bot.heard).toHaveLength(1);
  });

  it("takes an event without the conversation's tenant, which not every event names", async () => {
    const bot = await startGatedBot();
    await bot.world.message(say);
    const [good] = bot.heard;
    expect((await bot.world.send({ ...good, conversation: { id: releases } })).status).toBe(200);
  });

  it("takes ids of tenant and app in any case", async () => {
    const bot = await startGatedBot();
    await bot.world.message(say);
    bot.world.connectBot({ url: bot.url, appId: bot.config.appId.toUpperCase() });
    const tenant = { id: bot.config.tenantId.toUpperCase() };
    const delivery = await bot.world.send({ ...bot.heard[0], channelData: { tenant } });
    expect(delivery.status).toBe(200);
  });

  it("bears a clock that differs by less than five minutes, and no more", async () => {
    const bot = await startGatedBot();
    bot.clock.ahead = -4 * 60_000;
    expect((await bot.world.message(say)).delivery?.status).toBe(200);
    bot.clock.ahead = -6 * 60_000;
    expect((await bot.world.message(say)).delivery?.status).toBe(401);
    bot.clock.ahead = (60 + 6) * 60_000;
    expect((await bot.world.message(say)).delivery?.status).toBe(401);
  });
});

describe("the keys of the gate", () => {
  it("are read from the network before the first request and not for a request", async () => {
    const bot = await startGatedBot();
    await bot.world.message(say);
    await bot.world.message(say);
    expect(bot.world.calls("keys")).toHaveLength(1);
    expect([...bot.store.keys.keys()]).toEqual([bot.config.openIdMetadataUrl]);
  });

  it("come from the store while the network is down, endorsements and all", async () => {
    const bot = await startGatedBot();
    bot.world.fault({ method: "openidconfiguration", status: 500, count: 100 });
    await bot.keys.load();
    expect((await bot.world.message(say)).delivery?.status).toBe(200);
    const unendorsed = await bot.world.message({ ...say, spoiled: "unendorsed-key" });
    expect(unendorsed.delivery?.status).toBe(401);
  });

  it("answer 503 to a new key, read it once, and take it then", async () => {
    const bot = await startGatedBot();
    await bot.world.rotateKeys();
    expect((await bot.world.message(say)).delivery?.status).toBe(503);
    await bot.world.waitFor(() => bot.world.calls("keys").length === 2);
    // The same reading, which the request began.
    await bot.keys.refresh();
    expect((await bot.world.message(say)).delivery?.status).toBe(200);
  });

  it("are asked for once a minute at most, however many unknown keys are named", async () => {
    const bot = await startGatedBot();
    bot.world.fault({ method: "openidconfiguration", status: 503, count: 100 });
    const asked = () => bot.world.calls("openidconfiguration").length;
    const before = asked();
    for (let index = 0; index < 20; index += 1) {
      const { delivery } = await bot.world.message({ ...say, spoiled: "unknown-kid" });
      expect(delivery?.status).toBe(503);
      expect(delivery?.headers.get("retry-after")).toMatch(/^\d+$/);
    }
    await bot.world.waitFor(() => asked() === before + 1);
    bot.clock.ahead = 61_000;
    await bot.world.message({ ...say, spoiled: "unknown-kid" });
    await bot.world.waitFor(() => asked() === before + 2);
  });

  it("that are no longer published are no longer taken", async () => {
    const bot = await startGatedBot();
    const old = (await bot.world.message(say)).delivery?.request;
    await bot.world.rotateKeys({ forgetOld: true });
    await bot.keys.refresh();
    if (old === undefined) throw new Error("nothing was sent");
    expect((await bot.world.replay(old)).status).toBe(503);
  });

  it("stay as they are when what is read is no key set", async () => {
    const bot = await startGatedBot();
    bot.world.fault({ method: "keys", status: 500, count: 1 });
    await expect(bot.keys.refresh()).rejects.toMatchObject({ code: "chat-later", retryable: true });
    expect((await bot.world.message(say)).delivery?.status).toBe(200);
  });
});

describe("POST /api/messages", () => {
  async function post(url: string, init: RequestInit) {
    const response = await fetch(new URL("/api/messages", url), { method: "POST", ...init });
    return { status: response.status, text: await response.text() };
  }

  it("reads no body without a token that is signed", async () => {
    const bot = await startGatedBot();
    const { port } = new URL(bot.url);
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const { tokenIssuer: iss, appId: aud } = bot.config;
    const claims = encode({ iss, aud, serviceurl: "https://x.example/", exp: 9_999_999_999 });
    // Whatever it says of itself, only a signature of the Bot Framework opens the door for a body.
    const unsigned = `authorization: Bearer ${encode({ alg: "RS256", kid: "new" })}.${claims}.AAAA\r\n`;
    const head = "POST /api/messages HTTP/1.1\r\nhost: x\r\ncontent-length: 200000\r\n";
    // Nothing of the body is ever sent: an answer shows that nobody waited for it.
    const table = [
      ["", 401],
      ["authorization: Bearer a.b.c\r\n", 401],
      [unsigned, 503],
    ] as const;
    for (const [token, status] of table) {
      const socket = connect(Number(port), "127.0.0.1");
      socket.write(`${head}${token}\r\n`);
      const answer = await text(socket);
      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(answer.toLowerCase()).toContain("connection: close");
    }
  });

  it("refuses what is no JSON object, or too large, in the house's shape", async () => {
    const bot = await startGatedBot();
    const { delivery } = await bot.world.message(say);
    const { authorization = "" } = delivery?.request.headers ?? {};
    const headers = { authorization };
    for (const body of ["", "[]", "7", "null", "{", "\ufeffnot json"]) {
      const answer = await post(bot.url, { headers, body });
      expect(answer.status, body).toBe(400);
      expect(JSON.parse(answer.text)).toMatchObject({ error: { code: "not-json" } });
    }
    const large = await post(bot.url, { headers, body: JSON.stringify({ x: "x".repeat(maxActivityBytes) }) });
    expect(large.status).toBe(413);
    expect(JSON.parse(large.text)).toMatchObject({ error: { code: "body-too-large" } });
    expect(bot.heard).toHaveLength(1);
  });

  it("gives an invoke's answer, status and body", async () => {
    const body = { task: { type: "message", value: "no" } };
    const bot = await startGatedBot({ handle: async () => ({ status: 200, body }) });
    expect((await bot.world.message(say)).delivery).toMatchObject({ status: 200, json: body });
  });

  it("answers 500 and says nothing of the inside when the handler fails", async () => {
    const bot = await startGatedBot({ handle: () => Promise.reject(new Error("disk full at /data/x")) });
    const { delivery } = await bot.world.message(say);
    expect(delivery?.status).toBe(500);
    expect(delivery?.body).not.toContain("disk");
    expect(bot.lines.text()).toContain("disk full");
  });

  it("takes any other method for what it is: 405", async () => {
    const bot = await startGatedBot();
    expect((await fetch(new URL("/api/messages", bot.url))).status).toBe(405);
  });
});
