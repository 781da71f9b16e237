import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { cast } from "../../demo/cast.ts";
import { cardProblems } from "../../demo/teams/check-card.ts";
import {
  askCard,
  attach,
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

const to = (conversation: string) => `conversations/${encodeURIComponent(conversation)}/activities`;
const text = (words: string, more: object = {}) => ({ type: "message", text: words, ...more });

describe("tokens", () => {
  it("come from the token endpoint for the right secret, and are never written down", async () => {
    await using teams = await startTeams();
    const { world, call } = teams;
    const ask = async (fields: Record<string, string>) => {
      const form = {
        grant_type: "client_credentials",
        client_id: world.bot.appId,
        client_secret: "the-app-secret",
        scope: "https://api.botframework.com/.default",
      };
      const body = new URLSearchParams({ ...form, ...fields });
      const response = await fetch(world.tokenUrl, { method: "POST", body });
      return { status: response.status, json: JSON.parse(await response.text()) };
    };
    const good = await ask({});
    expect(good).toMatchObject({ status: 200, json: { token_type: "Bearer", expires_in: 4500 } });
    const sent = await call("POST", to(releases), text("hello"), good.json.access_token);
    expect(sent.status).toBe(201);
    expect(await ask({ client_secret: "wrong" })).toMatchObject({
      status: 401,
      json: { error: "invalid_client" },
    });
    expect((await ask({ client_id: "somebody" })).status).toBe(401);
    expect((await ask({ scope: "https://graph.microsoft.com/.default" })).json.error).toBe("invalid_scope");
    expect(JSON.stringify(world.calls())).not.toContain("the-app-secret");
  });

  it("are asked for by every call, and may be somebody else's", async () => {
    await using teams = await startTeams({ acceptToken: async (jwt) => jwt === "managed-identity-token" });
    const { world, call } = teams;
    const status = async (token: string) => (await call("POST", to(releases), text("x"), token)).status;
    expect(await status("nonsense")).toBe(401);
    expect(await status(await world.issueToken(-60))).toBe(401);
    expect(await status("managed-identity-token")).toBe(201);
    const bare = await fetch(`${world.serviceUrl()}v3/${to(releases)}`, { method: "POST", body: "{}" });
    expect(bare.status).toBe(401);
    expect(JSON.parse(await bare.text())).toMatchObject({ error: { code: "Unauthorized" } });
  });
});

describe("conversations", () => {
  it("begin as a thread in a channel, and are answered in it", async () => {
    await using teams = await startTeams();
    const { world, call } = teams;
    const channelData = { channel: { id: releases } };
    const made = await call("POST", "conversations", { channelData, activity: text("root") });
    expect(made).toMatchObject({
      status: 201,
      json: { id: `${releases};messageid=${made.json.activityId}`, serviceUrl: world.serviceUrl() },
    });
    const root = made.json.activityId;
    await call("POST", to(made.json.id), text("in the thread"));
    const reply = await call("POST", `${to(releases)}/${root}`, text("a reply"));
    await call("POST", `${to(releases)}/${reply.json.id}`, text("a reply to a reply"));
    const replies = world.messages(releases).slice(1);
    expect(replies.map(({ replyToId }) => replyToId)).toEqual([root, root, root]);
    const lost = await call("POST", to(`${releases};messageid=1`), text("x"));
    expect(lost).toMatchObject({ status: 404, json: { error: { code: "ActivityNotFoundInConversation" } } });
  });

  it("begin with a person of our tenant whom the app can reach", async () => {
    await using teams = await startTeams();
    const { world, call } = teams;
    const open = (id: string, tenantId = world.tenantId) =>
      call("POST", "conversations", { members: [{ id }], tenantId, isGroup: false });
    const made = await open(priya);
    expect(made).toMatchObject({ status: 201, json: { id: world.personalChat(priya) } });
    expect((await call("POST", to(made.json.id), text("for Priya"))).status).toBe(201);
    expect((await open("29:nobody")).json.error.code).toBe("BadSyntax");
    expect((await open(zoe)).json.error.code).toBe("BadSyntax");
    // A team that has the app is enough for Teams' own id, not for that of Entra.
    const byObjectId = () => open("a11ce000-0000-4000-8000-0000000000b2");
    expect((await byObjectId()).json.error.code).toBe("ForbiddenOperationException");
    await world.uninstall({ scope: "team" });
    expect((await open(priya)).json.error.code).toBe("ForbiddenOperationException");
    expect((await call("POST", to(made.json.id), text("x"))).status).toBe(403);
    await world.install({ scope: "personal", user: priya });
    expect((await open(priya)).status).toBe(201);
    expect((await byObjectId()).status).toBe(201);
  });

  it("are unknown, or without the bot", async () => {
    await using teams = await startTeams();
    const { call } = teams;
    expect((await call("POST", to("19:nowhere@thread.v2"), text("x"))).json.error.code).toBe(
      "ConversationNotFound",
    );
    expect((await call("POST", to(oncall), text("x"))).json.error.code).toBe("BotNotInConversationRoster");
    expect((await call("GET", `conversations/${oncall}/members`)).status).toBe(403);
    expect((await call("GET", "nonsense")).status).toBe(404);
    expect((await call("POST", "conversations/%E0%A4%A/activities", text("x"))).status).toBe(404);
    const huge = await call("POST", to(releases), text("x".repeat(1_100_000)));
    expect(huge).toMatchObject({ status: 413, json: { error: { code: "MessageSizeTooBig" } } });
    const broken = await fetch(`${teams.world.serviceUrl()}v3/${to(releases)}`, {
      method: "POST",
      headers: { authorization: `Bearer ${teams.token}` },
      body: "[".repeat(100_000),
    });
    expect(broken.status).toBe(400);
  });

  it("list their members, in pages", async () => {
    const people = Array.from({ length: 60 }, (_, index) => ({
      id: `29:p${index}`,
      name: `Person ${index}`,
      aadObjectId: `a11ce000-0000-4000-8000-${String(index).padStart(12, "0")}`,
    }));
    await using teams = await startTeams({ people });
    const { call } = teams;
    const team = cast.teams.team.id;
    const first = await call("GET", `conversations/${team}/pagedmembers?pageSize=50`);
    expect(first.json.members).toHaveLength(50);
    const rest = await call(
      "GET",
      `conversations/${team}/pagedmembers?pageSize=50&continuationToken=${first.json.continuationToken}`,
    );
    expect(rest.json.members).toHaveLength(10);
    expect(rest.json.continuationToken).toBeUndefined();
    expect((await call("GET", `conversations/${team}/members`)).json).toHaveLength(60);
    const one = await call("GET", `conversations/${team}/members/${people[7]?.aadObjectId}`);
    expect(one.json).toMatchObject({ id: "29:p7", tenantId: teams.world.tenantId });
    expect((await call("GET", `conversations/${team}/members/29:none`)).status).toBe(404);
  });

  it("list the members of a channel by its team's id, and of a shared one by its own, with the permission", async () => {
    await using teams = await startTeams();
    const inStandard = await teams.call("GET", `conversations/${releases}/members`);
    expect(inStandard.json.error.code).toBe("BotNotInConversationRoster");
    const shared = "conversations/19:shared@thread.tacv2/members";
    expect((await teams.call("GET", shared)).json).toHaveLength(3);
    await using without = await startTeams({ consents: [] });
    expect((await without.call("GET", shared)).status).toBe(403);
  });
});

describe("messages of the bot", () => {
  it("are edited and deleted, while they are there and its own", async () => {
    await using teams = await startTeams();
    const { world, call } = teams;
    await using _bot = await startListener(world);
    const id = await post(call, releases);
    const edited = await call("PUT", `${to(releases)}/${id}`, { text: "new", summary: "s" });
    expect(edited).toMatchObject({ status: 200, json: { id } });
    expect(world.messages(releases)).toMatchObject([{ id, text: "new", card: null, edits: 1 }]);
    const { id: theirs } = await world.message({ conversation: releases, user: maya, text: "mine" });
    const foreign = await call("PUT", `${to(releases)}/${theirs}`, text("x"));
    expect(foreign.json.error.code).toBe("NotEnoughPermissions");
    expect((await call("DELETE", `${to(releases)}/${id}`)).status).toBe(200);
    const gone = await call("PUT", `${to(releases)}/${id}`, text("x"));
    expect(gone).toMatchObject({ status: 404, json: { error: { code: "ActivityNotFoundInConversation" } } });
  });

  it("may be 100 KB of UTF-16, and not one character more", async () => {
    await using teams = await startTeams();
    const { call } = teams;
    const room = 51_200 - JSON.stringify(text("")).length;
    expect((await call("POST", to(releases), text("x".repeat(room)))).status).toBe(201);
    const over = await call("POST", to(releases), text("x".repeat(room + 1)));
    expect(over).toMatchObject({ status: 413, json: { error: { code: "MessageSizeTooBig" } } });
    // Two bytes a character, whatever it is in UTF-8.
    expect((await call("POST", to(releases), text("é".repeat(room)))).status).toBe(201);
  });

  it.each([
    ["a newer version", { ...card, version: "1.6" }],
    ["no version", { type: "AdaptiveCard", body: [] }],
    ["another type", { ...card, type: "HeroCard" }],
    ["an unknown element", { ...card, body: [{ type: "Marquee" }] }],
    ["an unknown colour", { ...card, body: [{ type: "TextBlock", text: "x", color: "purple" }] }],
    ["an input without an id", { ...card, body: [{ type: "Input.Text", label: "x" }] }],
    ["an id twice", { ...card, body: [askCard.body[0], askCard.body[0]] }],
    [
      "a javascript link",
      { ...card, actions: [{ type: "Action.OpenUrl", title: "x", url: "javascript:0" }] },
    ],
    ["a verb missing", { ...card, actions: [{ type: "Action.Execute", title: "x" }] }],
    ["a button without words", { ...card, actions: [{ type: "Action.Submit", data: {} }] }],
    [
      "much data",
      { ...card, actions: [{ type: "Action.Submit", title: "x", data: { a: "x".repeat(4096) } }] },
    ],
    ["a strange choice", { ...card, body: [{ ...askCard.body[1], value: "moon" }] }],
    ["a broken regex", { ...card, body: [{ ...askCard.body[0], regex: "(" }] }],
    ["a mention of nobody", { ...card, msteams: { entities: [{ type: "mention", text: "<at>X</at>" }] } }],
  ])("are refused when their card has %s", async (_, content) => {
    await using teams = await startTeams();
    const body = { type: "message", summary: "s", attachments: [attach(content)] };
    const answer = await teams.call("POST", to(releases), body);
    expect(answer).toMatchObject({ status: 400, json: { error: { code: "BadSyntax" } } });
    expect(teams.world.messages(releases)).toEqual([]);
  });

  it("mention people by a text that stands in the message", async () => {
    await using teams = await startTeams();
    const { call } = teams;
    const mention = (said: string, id: string) =>
      text("hi <at>Maya Lindqvist</at>", {
        entities: [{ type: "mention", text: said, mentioned: { id, name: "Maya Lindqvist" } }],
      });
    const send = async (body: object) => (await call("POST", to(releases), body)).status;
    expect(await send(mention("<at>Maya Lindqvist</at>", maya))).toBe(201);
    expect(await send(mention("<at>Maya</at>", maya))).toBe(400);
    expect(await send(mention("<at>Maya Lindqvist</at>", "29:nobody"))).toBe(400);
    expect(await send({ type: "message" })).toBe(400);
    expect(await send(text("x", { attachments: [{ contentType: "image/png", contentUrl: "x" }] }))).toBe(400);
  });

  it("are complained of where Teams lets pass what people would miss", async () => {
    await using teams = await startTeams();
    const { world, call } = teams;
    const content = { ...card, body: [{ type: "TextBlock", text: "for <at>Maya</at>" }] };
    await call("POST", to(releases), { type: "message", attachments: [attach(content)] });
    expect(world.complaints()).toEqual([
      "<at>Maya</at> in a card has no entity and is shown as plain text.",
      "A message with a card has no summary: its toast says only that there is a card.",
    ]);
  });
});

describe("the bot's own cards", () => {
  const folder = new URL("../cards/golden/", import.meta.url);
  const golden = readdirSync(folder).map((name) => ({
    name,
    teams: JSON.parse(readFileSync(new URL(name, folder), "utf8")).teams,
  }));

  it("are all taken, those of dialogs too", () => {
    const cards = golden.filter(({ teams }) => teams?.card !== undefined);
    expect(cards.length).toBeGreaterThan(20);
    const problems = cards.map(({ name, teams }) => [name, ...cardProblems(teams.card)]);
    expect(problems.filter((found) => found.length > 1)).toEqual([]);
  });
});

describe("a Workflows URL", () => {
  const url = (world: { workflowUrl: (secret: string) => string }, secret = "flow-secret") =>
    world.workflowUrl(secret);
  const envelope = (content: unknown) => JSON.stringify({ type: "message", attachments: [attach(content)] });
  const send = async (to: string, body: string) => (await fetch(to, { method: "POST", body })).status;
  const links = { ...card, version: "1.4", actions: [card.actions[3]] };

  it("accepts a card and shows it in its channel", async () => {
    await using teams = await startTeams();
    const { world } = teams;
    expect(await send(url(world), envelope(links))).toBe(202);
    expect(world.messages(releases)).toMatchObject([{ from: "workflow", card: links }]);
    expect(await send(url(world, "guess"), envelope(links))).toBe(401);
    expect(world.complaints()).toEqual([]);
  });

  it("accepts what it cannot show, and nobody is told but the tests", async () => {
    await using teams = await startTeams();
    const { world } = teams;
    expect(await send(url(world), envelope({ type: "AdaptiveCard", version: "1.9" }))).toBe(202);
    expect(world.messages(releases)).toEqual([]);
    expect(world.complaints()).toEqual([
      "A Workflows post was accepted and not shown: Card version 1.9 is above 1.4.",
    ]);
    expect(await send(url(world), "{")).toBe(400);
  });

  it("takes 28,672 bytes with the envelope", async () => {
    await using teams = await startTeams();
    const { world } = teams;
    const sized = (extra: number) => {
      const empty = envelope({ ...links, fallbackText: "" }).length;
      return envelope({ ...links, fallbackText: "x".repeat(28_672 - empty + extra) });
    };
    expect(await send(url(world), sized(0))).toBe(202);
    expect(await send(url(world), sized(1))).toBe(413);
    world.fault({ method: "workflow", status: 429, retryAfter: 3 });
    expect(await send(url(world), envelope(links))).toBe(429);
    expect(await send(url(world), envelope(links))).toBe(202);
  });
});
