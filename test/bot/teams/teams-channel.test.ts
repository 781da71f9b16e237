import { describe, expect, it } from "vitest";
import type { Content, OutgoingMessage } from "../../../src/bot/deliver/channel-port.ts";
import type { ChannelId } from "../../../src/nouns/channel.ts";
import { text } from "../../../src/nouns/text.ts";
import { aCard } from "../../support/a-card.ts";
import { openTeamsPort } from "./teams-port.ts";
import { general, onCall, releases, startTeams, team } from "./teams-world.ts";

const card = aCard();
const outcome: Content = {
  kind: "notice",
  notice: { tone: "good", icon: "✅", lines: [text("Deployed as asked")], buttons: [] },
};
const message = (id: string, changes: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  id: "m1",
  channel: `teams:${id}` satisfies ChannelId,
  content: { kind: "card", card },
  ...changes,
});

describe("the channel of Teams", () => {
  it("begins a new thread with each card and gives its toast a summary", async () => {
    const { world, port } = await openTeamsPort();
    await port.post(message(releases));
    await port.post(message(releases));
    const posts = world.messages(releases);
    expect(posts.map(({ replyToId }) => replyToId)).toEqual([undefined, undefined]);
    expect(posts[0]?.summary).toBe("shop/checkout:1.4.2 · contoso: pushed");
    expect(world.calls("createConversation")).toHaveLength(2);
  });

  it("posts in a chat, which has no threads, what would be a reply as a message", async () => {
    const { world, port } = await openTeamsPort();
    const root = await port.post(message(onCall));
    if (root.externalId === undefined) throw new Error("no id");
    await port.post(message(onCall, { content: outcome, thread: root.externalId }));
    await port.update(root.externalId, message(onCall));
    expect(world.messages(onCall)).toMatchObject([{ id: root.externalId, edits: 1 }, { edits: 0 }]);
    expect(world.calls("createConversation")).toEqual([]);
    expect(world.calls("sendToConversation").map(({ conversation }) => conversation)).toEqual([
      onCall,
      onCall,
    ]);
  });

  it("believes that a message is gone only when it was told so twice", async () => {
    const { world, port } = await openTeamsPort();
    const { externalId = "" } = await port.post(message(releases));
    world.fault({ method: "updateActivity", status: 404, count: 1 });
    await port.update(externalId, message(releases));
    expect(world.messages(releases)).toMatchObject([{ edits: 1 }]);
    world.fault({ method: "updateActivity", status: 404, count: 2 });
    await expect(port.update(externalId, message(releases))).rejects.toMatchObject({
      code: "chat-message-gone",
    });
    expect(world.calls("updateActivity")).toHaveLength(4);
  });

  it("says that a reply's thread is gone when its first message was deleted", async () => {
    const { world, port } = await openTeamsPort();
    const { externalId = "" } = await port.post(message(releases));
    world.deleteMessage(releases, externalId);
    const reply = message(releases, { content: outcome, thread: externalId });
    await expect(port.post(reply)).rejects.toMatchObject({ code: "chat-message-gone" });
  });

  it.each([
    ["archived", /archived/],
    ["removed", /add its app/],
  ] as const)("asks nothing of Teams for a place that is %s, and says what to do", async (state, words) => {
    const { port, store, place, world } = await openTeamsPort();
    store.places.set(releases, place(releases, { state }));
    const refused = expect.objectContaining({
      code: "chat-channel-unavailable",
      message: expect.stringMatching(words),
    });
    await expect(port.post(message(releases))).rejects.toEqual(refused);
    await expect(port.update("1", message(releases))).rejects.toEqual(refused);
    expect(world.calls()).toEqual([]);
  });

  it("finds a channel that nobody has told of among those of the team, asking once a minute", async () => {
    const { world, port, store, clock, book } = await openTeamsPort();
    store.places.delete(releases);
    await port.post(message(releases));
    expect(world.messages(releases)).toHaveLength(1);
    expect(await book.find(releases)).toMatchObject({ name: "releases", teamId: team, kind: "channel" });
    expect(await book.find(general)).toMatchObject({ teamId: team });
    const asked = () => world.calls("getTeamConversations").length;
    const nowhere = () => port.post(message("19:nowhere@thread.tacv2"));
    await expect(nowhere()).rejects.toMatchObject({ code: "chat-channel-unavailable" });
    await expect(nowhere()).rejects.toMatchObject({ code: "chat-channel-unavailable" });
    expect(asked()).toBe(1);
    clock.now += 61_000;
    await expect(nowhere()).rejects.toMatchObject({ code: "chat-channel-unavailable" });
    expect(asked()).toBe(2);
  });

  it("says in words why it may not write where Teams forbids it", async () => {
    const { world, port, tokens } = await openTeamsPort();
    await world.uninstall({ scope: "team" });
    await expect(port.post(message(releases))).rejects.toThrow(/BotNotInConversationRoster.*Add the app/);
    world.fault({ method: "*", status: 401 });
    await expect(port.post(message(onCall))).rejects.toMatchObject({ code: "chat-unauthorized" });
    expect(tokens.forgotten).toBe(1);
  });

  it("gives up an answer that does not come, and leaves the post in doubt", async () => {
    const { world, port } = await openTeamsPort({ timeoutMs: 200 });
    const hanging = world.fault({ method: "POST", status: 0, mode: "hang" });
    await expect(port.post(message(releases))).rejects.toMatchObject({
      code: "chat-in-doubt",
      message: expect.stringContaining("no answer in time"),
    });
    hanging.release();
  });

  it("is not in doubt when nobody listens there, or when it got no token", async () => {
    const { port, store, place, connector } = await openTeamsPort();
    const gone = await startTeams();
    await gone.close();
    store.places.set(releases, place(releases, { serviceUrl: gone.serviceUrl() }));
    await expect(port.post(message(releases))).rejects.toMatchObject({ code: "chat-later" });
    const elsewhere = { serviceUrl: "http://smba.example.net/", tenant: "t" };
    await expect(connector.send(elsewhere, releases, { type: "message" })).rejects.toMatchObject({
      code: "chat-channel-unavailable",
    });
  });

  it("never shows the bot's token in an error", async () => {
    const { world, port } = await openTeamsPort();
    const errors: unknown[] = [];
    for (const status of [0, 400, 401, 403, 404, 413, 429, 502]) {
      world.fault({ method: "POST", status });
      errors.push(await port.post(message(releases)).catch((error: unknown) => error));
    }
    expect(errors.every((error) => error instanceof Error)).toBe(true);
    const shown = errors.map((error) => JSON.stringify(error, Object.getOwnPropertyNames(error))).join("\n");
    expect(shown).not.toContain("eyJ");
    expect(errors.every((error) => error instanceof Error && error.cause === undefined)).toBe(true);
  });

  it("opens chats, finds members and keeps to our tenant", async () => {
    const { world, connector, place } = await openTeamsPort();
    await world.install({ scope: "personal", user: "29:maya" });
    const site = place(releases);
    const maya = "a11ce000-0000-4000-8000-0000000000a1";
    expect(await connector.openChat(site, maya)).toBe(world.personalChat("29:maya"));
    expect(await connector.findMember(site, releases, maya)).toMatchObject({
      id: "29:maya",
      name: "Maya Lindqvist",
      aadObjectId: maya,
      tenantId: site.tenant,
    });
    const nobody = "a11ce000-0000-4000-8000-00000000dead";
    await expect(connector.findMember(site, releases, nobody)).rejects.toMatchObject({
      code: "chat-channel-unavailable",
    });
    await expect(connector.openChat(site, nobody)).rejects.toMatchObject({
      code: "chat-channel-unavailable",
    });
    expect(world.complaints()).toEqual([]);
  });
});
