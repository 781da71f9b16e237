import { describe, expect, it } from "vitest";
import { spoiledWays } from "../../demo/teams/sign-activity.ts";
import { getJson, peek, whyRefused } from "./teams-gate.ts";
import {
  card,
  maya,
  oncall,
  post,
  priya,
  releases,
  startListener,
  startTeams,
  zoe,
} from "./teams-tiny-bot.ts";

const team = "19:contoso-platform@thread.tacv2";

describe("signed activities", () => {
  it("are dated, made out to the app, and name the service URL", async () => {
    await using teams = await startTeams();
    await using bot = await startListener(teams.world);
    await teams.world.message({ conversation: releases, user: maya, text: "@acr help" });
    const [first] = bot.heard;
    const { header, claims } = peek(first?.authorization);
    expect(header.alg).toBe("RS256");
    expect(claims).toMatchObject({
      iss: "https://api.botframework.com",
      aud: teams.world.bot.appId,
      serviceurl: teams.world.serviceUrl(),
    });
    expect(Number(claims.exp) - Number(claims.nbf)).toBe(3600);
    expect(await whyRefused(teams.world, first?.authorization, first?.activity ?? {})).toBeUndefined();
  });

  it("can be forged in every way, and each way is what it says", async () => {
    await using teams = await startTeams();
    await using bot = await startListener(teams.world);
    const reasons: Record<string, string | undefined> = {};
    for (const spoiled of spoiledWays) {
      await teams.world.message({ conversation: releases, user: maya, text: "@acr help", spoiled });
      const last = bot.heard.at(-1);
      reasons[spoiled] = await whyRefused(teams.world, last?.authorization, last?.activity ?? {});
    }
    expect(reasons).toEqual({
      "no-token": "no authorization",
      "not-bearer": "not Bearer",
      garbage: "ERR_JWS_INVALID",
      "alg-none": "ERR_JOSE_ALG_NOT_ALLOWED",
      hs256: "ERR_JOSE_ALG_NOT_ALLOWED",
      "wrong-issuer": "iss check_failed",
      "wrong-audience": "aud check_failed",
      expired: "ERR_JWT_EXPIRED",
      "not-yet-valid": "nbf check_failed",
      "wrong-key": "ERR_JWS_SIGNATURE_VERIFICATION_FAILED",
      "unknown-kid": "ERR_JWKS_NO_MATCHING_KEY",
      "unendorsed-key": "key not endorsed",
      "no-serviceurl-claim": "no serviceurl claim",
      "other-serviceurl-claim": "serviceurl differs",
      "no-serviceurl": "no serviceUrl",
      "other-serviceurl": "serviceurl differs",
      "foreign-channeldata": "sender's tenant",
      "foreign-conversation": "conversation's tenant",
      "no-tenant": "sender's tenant",
      emulator: "iss check_failed",
    });
  });

  it("are signed with a new key after a rotation, and the old one may be forgotten", async () => {
    await using teams = await startTeams();
    const { world } = teams;
    await using bot = await startListener(world);
    const kids = async () => {
      const { keys } = await getJson(`${world.address}/v1/keys`);
      return keys.map(({ kid }: { kid: string }) => kid);
    };
    await world.message({ conversation: releases, user: maya, text: "@acr one" });
    const old = peek(bot.heard[0]?.authorization).header.kid;
    const fresh = await world.rotateKeys();
    expect(await kids()).toEqual(expect.arrayContaining([old, fresh]));
    await world.message({ conversation: releases, user: maya, text: "@acr two" });
    expect(peek(bot.heard[1]?.authorization).header.kid).toBe(fresh);
    await world.rotateKeys({ forgetOld: true });
    expect(await kids()).not.toContain(old);
    expect(world.calls("keys")).toHaveLength(2);
  });

  it("go out again byte for byte in a replay", async () => {
    await using teams = await startTeams();
    await using bot = await startListener(teams.world);
    const { delivery } = await teams.world.message({ conversation: releases, user: maya, text: "@acr x" });
    if (delivery === undefined) throw new Error("nothing was sent");
    await teams.world.replay(delivery.request);
    expect(bot.heard[1]).toEqual(bot.heard[0]);
  });
});

describe("messages of people", () => {
  it("carry the mention as an entity, and the thread in the conversation", async () => {
    await using teams = await startTeams();
    const { world, call } = teams;
    await using bot = await startListener(world);
    const root = await post(call, releases);
    await world.message({ conversation: releases, user: maya, text: "hi @acr show", threadOf: root });
    expect(bot.heard[0]?.activity).toMatchObject({
      type: "message",
      text: "hi <at>acr</at> show",
      channelId: "msteams",
      from: { id: maya, name: "Maya Lindqvist", aadObjectId: "a11ce000-0000-4000-8000-0000000000a1" },
      recipient: { id: world.bot.id },
      conversation: {
        id: `${releases};messageid=${root}`,
        conversationType: "channel",
        tenantId: world.tenantId,
      },
      channelData: { tenant: { id: world.tenantId }, team: { id: team }, channel: { id: releases } },
      entities: [
        { type: "mention", text: "<at>acr</at>", mentioned: { id: world.bot.id } },
        { type: "clientInfo" },
      ],
    });
    expect(world.messages(releases)[1]).toMatchObject({ replyToId: root, text: "hi @acr show" });
  });

  it("are not heard without a mention, nor where the app is not", async () => {
    await using teams = await startTeams();
    const { world } = teams;
    await using bot = await startListener(world);
    const silent = { conversation: releases, user: maya, text: "nobody asked @acronym" };
    expect((await world.message(silent)).delivery).toBeUndefined();
    expect(
      (await world.message({ conversation: oncall, user: maya, text: "@acr x" })).delivery,
    ).toBeUndefined();
    await world.install({ scope: "group", conversation: oncall });
    await world.message({ conversation: oncall, user: maya, text: "@acr x" });
    expect(bot.heard.map(({ activity }) => activity.type)).toEqual([
      "installationUpdate",
      "conversationUpdate",
      "message",
    ]);
    expect(bot.heard[2]?.activity).toMatchObject({
      conversation: { conversationType: "groupChat", id: oncall },
    });
  });

  it("need no mention in a personal chat, and say the tenant of a guest", async () => {
    await using teams = await startTeams();
    const { world } = teams;
    await using bot = await startListener(world);
    const conversation = world.personalChat(priya);
    await world.message({ conversation, user: priya, text: "help" });
    await world.message({ conversation: "19:shared@thread.tacv2", user: zoe, text: "@acr help" });
    expect(bot.heard[0]?.activity).toMatchObject({
      text: "help",
      conversation: { conversationType: "personal" },
    });
    expect(bot.heard[1]?.activity).toMatchObject({
      conversation: { tenantId: world.tenantId },
      channelData: { tenant: { id: "0f0f0f0f-0000-4000-8000-00000000beef" } },
    });
    await expect(world.message({ conversation: releases, user: zoe, text: "@acr x" })).rejects.toThrow(
      "no such conversation",
    );
  });

  it("show the person that something went wrong when the bot is late", async () => {
    await using teams = await startTeams({ answerTimeoutMs: 20 });
    const { world } = teams;
    await using bot = await startListener(world);
    let go = () => {};
    bot.answer(() => new Promise<void>((resolve) => (go = resolve)));
    const late = await world.message({ conversation: releases, user: maya, text: "@acr x" });
    go();
    expect(late.delivery).toMatchObject({ status: 0, error: "timeout" });
    expect(world.notes()).toMatchObject([{ kind: "failure", user: maya }]);
  });

  it("show it too when the bot fails, and are not sent again", async () => {
    await using teams = await startTeams();
    const { world } = teams;
    await using bot = await startListener(world);
    bot.answer(() => undefined, 503);
    const failed = await world.message({ conversation: releases, user: maya, text: "@acr x" });
    expect(failed.delivery).toMatchObject({ status: 503, error: "failed" });
    expect(world.notes()).toMatchObject([{ kind: "failure" }]);
    expect(bot.heard).toHaveLength(1);
  });
});

describe("what happens to the app, its teams and channels", () => {
  it("is told as Teams tells it", async () => {
    await using teams = await startTeams();
    const { world, call } = teams;
    await using bot = await startListener(world);
    await world.uninstall({ scope: "team" });
    const send = () => call("POST", `conversations/${releases}/activities`, { type: "message", text: "x" });
    expect(await send()).toMatchObject({
      status: 403,
      json: { error: { code: "BotNotInConversationRoster" } },
    });
    await world.install({ scope: "team", team });
    await world.install({ scope: "personal", user: priya });
    expect((await send()).status).toBe(201);
    expect(bot.heard.map(({ activity }) => activity)).toMatchObject([
      { type: "installationUpdate", action: "remove" },
      { type: "conversationUpdate", membersRemoved: [{ id: world.bot.id }] },
      {
        type: "installationUpdate",
        action: "add",
        conversation: { id: team, conversationType: "channel" },
        channelData: { team: { id: team, aadGroupId: "7e0a51b4-2f3c-4a57-9f7d-5c1b0f6a9001" } },
      },
      { type: "conversationUpdate", membersAdded: [{ id: world.bot.id }] },
      { type: "installationUpdate", conversation: { conversationType: "personal" }, from: { id: priya } },
      { type: "conversationUpdate" },
    ]);
  });

  it("closes and opens what the bot may write to", async () => {
    await using teams = await startTeams();
    const { world, call } = teams;
    await using bot = await startListener(world);
    const code = async (conversation = releases) => {
      const answer = await call("POST", `conversations/${conversation}/activities`, {
        type: "message",
        text: "x",
      });
      return answer.json.error?.code ?? answer.status;
    };
    await world.archiveTeam();
    expect(await code()).toBe("MessageWritesBlocked");
    await world.unarchiveTeam();
    expect(await code()).toBe(201);
    await world.deleteChannel(releases);
    expect(await code()).toBe("ConversationNotFound");
    await world.restoreChannel(releases);
    await world.renameChannel(releases, "shipping");
    expect(await code()).toBe(201);
    await world.deleteTeam();
    expect(await code()).toBe("ConversationNotFound");
    await world.restoreTeam();
    world.block(maya);
    expect(await code(world.personalChat(maya))).toBe("MessageWritesBlocked");
    const events = bot.heard.map(({ activity }) => Object(activity.channelData).eventType);
    expect(events).toEqual([
      "teamArchived",
      "teamUnarchived",
      "channelDeleted",
      "channelRestored",
      "channelRenamed",
      "teamDeleted",
      "teamRestored",
    ]);
    expect(bot.heard[4]?.activity).toMatchObject({
      channelData: { channel: { id: releases, name: "shipping" }, tenant: { id: world.tenantId } },
    });
  });

  it("moves the service URL, and the connector answers under both", async () => {
    await using teams = await startTeams();
    const { world, call } = teams;
    await using bot = await startListener(world);
    await world.message({ conversation: releases, user: maya, text: "@acr x" });
    const before = await post(call, releases, card);
    world.moveService("emea");
    await world.message({ conversation: releases, user: maya, text: "@acr x" });
    expect(bot.heard.map(({ activity }) => activity.serviceUrl)).toEqual([
      `${world.address}/teams/`,
      `${world.address}/emea/`,
    ]);
    const edited = await call("PUT", `conversations/${releases}/activities/${before}`, { text: "moved" });
    expect(edited.status).toBe(200);
  });
});
