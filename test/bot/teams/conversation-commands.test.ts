import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  foreignTenant,
  maya,
  oncall,
  priya,
  releases,
  startTeamsBot,
  type TeamsBot,
  tenantId,
  zoe,
} from "../../support/teams-bot.ts";

vi.setConfig({ testTimeout: 60_000 });

let bot: TeamsBot;
beforeAll(async () => {
  bot = await startTeamsBot();
  await bot.world.registry.push({ repository: "shop/checkout", tag: "1.4.2" });
  await bot.teams.waitFor(() => bot.teams.messages(releases).find(({ card }) => card !== null));
}, 60_000);
afterAll(() => bot?.close());

/** What the bot said in a place after `before`, as soon as it says something. */
function answerIn(conversation: string, before: number) {
  return bot.teams.waitFor(
    () =>
      bot.teams
        .messages(conversation)
        .slice(before)
        .find(({ from }) => from === bot.teams.bot.id),
    30_000,
  );
}

async function ask(conversation: string, text: string, user = maya.id, threadOf?: string) {
  const before = bot.teams.messages(conversation).length;
  const own = bot.teams.personalChat(user);
  const ownBefore = bot.teams.messages(own).length;
  const thread = threadOf === undefined ? {} : { threadOf };
  const { id, delivery } = await bot.teams.message({ conversation, user, text, ...thread });
  return {
    id,
    delivery,
    here: () => answerIn(conversation, before),
    inPrivate: () => answerIn(own, ownBefore),
  };
}

describe("a command", () => {
  it("in a personal chat needs no mention and is answered there", async () => {
    const own = bot.teams.personalChat(maya.id);
    const { here, delivery } = await ask(own, "show shop/checkout:1.4.2");
    expect(delivery).toMatchObject({ status: 200, body: "" });
    const said = await here();
    expect(said.summary).toContain("shop/checkout");
    expect(JSON.stringify(said.card)).toContain("sha256:");
  });

  it("in a channel is answered in private, with one line in its thread", async () => {
    const { id, here, inPrivate } = await ask(releases, "@acr help");
    expect(JSON.stringify((await inPrivate()).card)).toContain("@acr deploy");
    expect(await here()).toMatchObject({ text: "💬 I answered you privately.", card: null, replyToId: id });
  });

  it("in a thread is answered in that thread", async () => {
    const root = bot.teams.messages(releases).find(({ card }) => card !== null)?.id ?? "";
    const { here, inPrivate } = await ask(releases, "@acr why shop/checkout:1.4.2", maya.id, root);
    expect(JSON.stringify((await inPrivate()).card)).toContain("deliver");
    expect(await here()).toMatchObject({ replyToId: root });
  });

  it("in a group chat is heard when the bot is mentioned, and only then", async () => {
    const unheard = await ask(oncall, "help me, somebody");
    expect(unheard.delivery).toBeUndefined();
    const { here, inPrivate } = await ask(oncall, "@acr tags shop/checkout");
    expect(JSON.stringify((await inPrivate()).card)).toContain("1.4.2");
    expect(await here()).toMatchObject({ text: "💬 I answered you privately." });
  });

  it("that changes something is on disk when Teams is answered, and done once however often it comes", async () => {
    const { delivery, inPrivate } = await ask(releases, "@acr deploy shop/checkout:1.4.2 to staging");
    const [operation, ...more] = await bot.store.listOperations(10);
    expect(operation).toMatchObject({
      requestedBy: { platform: "teams", tenant: tenantId, userId: maya.aadObjectId },
      channel: `teams:${releases}`,
      target: "staging",
    });
    expect(more).toEqual([]);
    if (delivery === undefined) throw new Error("nothing was sent");
    expect(await bot.teams.replay(delivery.request)).toMatchObject({ status: 200 });
    expect((await inPrivate()).summary).toContain("asked");
    await bot.teams.waitFor(() =>
      bot.teams.messages(releases).find(({ card }) => JSON.stringify(card ?? {}).includes("Live on staging")),
    );
    expect(await bot.store.listOperations(10)).toHaveLength(1);
  });

  it("of somebody without the role is refused in private", async () => {
    const { inPrivate } = await ask(releases, "@acr deploy shop/checkout:1.4.2 to staging", priya.id);
    expect(JSON.stringify((await inPrivate()).card)).toContain("You need the role");
  });

  it("that is not understood neither mentions nor links anybody", async () => {
    const own = bot.teams.personalChat(priya.id);
    const { here } = await ask(own, "<at>Maya</at>[x](https://evil.example)<script>", priya.id);
    const json = JSON.stringify((await here()).card);
    expect(json).not.toContain("<at>");
    expect(json).not.toContain("](https");
    expect(bot.teams.complaints()).toEqual([]);
  });
});

describe("somebody whom the bot cannot write to", () => {
  it("gets one public line without details", async () => {
    bot.teams.block(priya.id);
    await ask(releases, "@acr show shop/checkout:1.4.2", priya.id);
    const said = await vi.waitFor(() => {
      const line = bot.teams.messages(releases).find(({ text }) => text.includes("cannot write to you"));
      if (line === undefined) throw new Error("no public line");
      return line;
    }, 30_000);
    expect(said.card).toBeNull();
    expect(said.text).not.toContain("sha256");
    bot.teams.block(priya.id, false);
  });
});

describe("people", () => {
  it("are members by what Teams says of them where they were seen", async () => {
    const known = await bot.store.findPrincipal({
      platform: "teams",
      tenant: tenantId,
      userId: maya.aadObjectId,
    });
    expect(known).toMatchObject({ membership: "member", name: maya.name });
    expect([releases, oncall, bot.teams.personalChat(maya.id)]).toContain(known?.seenIn);
  });

  it("of another tenant are not listened to", async () => {
    const card = bot.teams.messages(releases).find((one) => one.card !== null);
    const activity = {
      ...{ type: "message", id: "1", channelId: "msteams", serviceUrl: bot.teams.serviceUrl(), text: "help" },
      from: { id: zoe.id, name: zoe.name, aadObjectId: zoe.aadObjectId },
      recipient: { id: bot.teams.bot.id },
      conversation: { conversationType: "personal", id: "a:zoe", tenantId },
      channelData: { tenant: { id: foreignTenant } },
    };
    expect(await bot.teams.send(activity)).toMatchObject({ status: 401 });
    expect(card).toBeDefined();
  });
});
