import { describe, expect, it } from "vitest";
import { card } from "./sample-blocks.ts";
import type { Reply } from "./slack-tiny-bot.ts";
import { startWorld } from "./slack-tiny-bot.ts";

const channel = "C0RELEASES";
const maya = "U0MAYA0001";
const tomas = "U0TOMAS001";
type World = Awaited<ReturnType<typeof startWorld>>;

async function postCard(world: World, ...values: readonly string[]): Promise<string> {
  const { ts } = await world.client.chat.postMessage({ channel, text: "card", blocks: card(...values) });
  return String(ts);
}

function say(responseUrl: string | undefined, body: unknown): Promise<Response> {
  return fetch(String(responseUrl), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

describe("clicks", () => {
  it("sends what Slack sends, signed", async () => {
    await using world = await startWorld();
    const ts = await postCard(world, "one", "two");
    const clicked = await world.workspace.click({
      channel,
      ts,
      actionId: "deploy",
      user: maya,
      value: "two",
    });
    expect(clicked).toMatchObject({ status: 200 });
    expect(world.heard[0]?.fields).toMatchObject({
      type: "block_actions",
      team: { id: "T0DEMO0001" },
      user: { id: maya, username: "maya", name: "maya", team_id: "T0DEMO0001" },
      api_app_id: "A0ACRAPP01",
      channel: { id: channel, name: "releases" },
      container: { type: "message", message_ts: ts, channel_id: channel, is_ephemeral: false },
      message: { ts, text: "card", bot_id: "B0ACRBOT01", blocks: card("one", "two") },
      actions: [
        { action_id: "deploy", block_id: "b1", value: "two", type: "button", text: { text: "Deploy…" } },
      ],
      trigger_id: clicked.triggerId,
      response_url: clicked.responseUrl,
      state: { values: {} },
    });
  });

  it("finds the button as the message is now, and sends a stale one only when forged", async () => {
    await using world = await startWorld();
    const { workspace } = world;
    const ts = await postCard(world, "old");
    await world.client.chat.update({ channel, ts, text: "card", blocks: card("new") });
    const stale = { channel, ts, actionId: "deploy", user: maya, value: "old" };
    await expect(workspace.click(stale)).rejects.toThrow("no such button: deploy with value old");
    await expect(workspace.click({ ...stale, user: "U0NOBODY01" })).rejects.toThrow("no such user");
    await expect(workspace.click({ ...stale, user: "U0OUTSIDE1" })).rejects.toThrow("no such channel");
    expect(world.heard).toEqual([]);
    await workspace.click({ ...stale, forge: true });
    expect(world.heard[0]?.fields).toMatchObject({ actions: [{ action_id: "deploy", value: "old" }] });
  });

  it("makes two requests of a double click, and the very same one of a replay", async () => {
    await using world = await startWorld();
    const ts = await postCard(world, "v");
    const click = { channel, ts, actionId: "deploy", user: maya };
    const [first, second] = await world.workspace.clickTwice(click);
    expect(first.triggerId).not.toBe(second.triggerId);
    await world.workspace.replay(first.request);
    const bodies = world.heard.map(({ body }) => body);
    expect(bodies).toHaveLength(3);
    expect(bodies.filter((body) => body === first.request.body)).toHaveLength(2);
  });

  it("can spoil signature, time and team", async () => {
    await using world = await startWorld();
    const ts = await postCard(world, "v");
    const click = { channel, ts, actionId: "deploy", user: maya };
    for (const spoiled of ["wrong", "missing", "stale", "future"] as const) {
      expect((await world.workspace.click({ ...click, spoiled })).status).toBe(401);
    }
    expect(world.heard).toEqual([]);
    await world.workspace.click({ ...click, teamId: "T0FABRIKAM" });
    expect(world.heard[0]?.fields).toMatchObject({ team: { id: "T0FABRIKAM" } });
  });

  it("shows the person that the bot was late or failed", async () => {
    await using world = await startWorld(() => ({ status: 500 }), { answerTimeoutMs: 50 });
    const { workspace } = world;
    const ts = await postCard(world, "v");
    const click = { channel, ts, actionId: "deploy", user: maya };
    expect((await workspace.click(click)).error).toBe("dispatch_failed");
    const { promise, resolve } = Promise.withResolvers<Reply>();
    world.answer(() => promise);
    expect((await workspace.click(click)).error).toBe("operation_timeout");
    resolve({});
    expect(workspace.notices().map(({ user, error }) => [user, error])).toEqual([
      [maya, "dispatch_failed"],
      [maya, "operation_timeout"],
    ]);
    // Slack never repeats a click.
    expect(world.heard).toHaveLength(2);
  });

  it("clicks in ephemerals, for the person who sees it", async () => {
    await using world = await startWorld();
    await world.client.chat.postEphemeral({ channel, user: tomas, text: "x", blocks: card("v") });
    const ts = String(world.workspace.ephemerals()[0]?.ts);
    const click = { channel, ts, actionId: "deploy" };
    await expect(world.workspace.click({ ...click, user: maya })).rejects.toThrow("no such button");
    const { responseUrl } = await world.workspace.click({ ...click, user: tomas });
    expect(world.heard[0]?.fields).toMatchObject({ container: { is_ephemeral: true } });
    expect(world.heard[0]?.fields).not.toHaveProperty("message");
    await say(responseUrl, { replace_original: true, text: "done" });
    expect(world.workspace.ephemerals()).toMatchObject([{ user: tomas, text: "done", blocks: [] }]);
    await say(responseUrl, { delete_original: true });
    expect(world.workspace.ephemerals()).toEqual([]);
  });
});

describe("response_url", () => {
  it("works five times", async () => {
    await using world = await startWorld();
    const ts = await postCard(world, "v");
    const { responseUrl } = await world.workspace.click({ channel, ts, actionId: "deploy", user: maya });
    expect((await say(responseUrl, { text: "private" })).status).toBe(200);
    await say(responseUrl, { text: "to all", response_type: "in_channel" });
    await say(responseUrl, { replace_original: true, text: "replaced", blocks: card("w") });
    expect((await say(responseUrl, { text: "", blocks: [{ type: "header" }] })).status).toBe(404);
    expect(world.workspace.ephemerals()).toMatchObject([{ channel, user: maya, text: "private" }]);
    expect(world.workspace.messages(channel)).toMatchObject([
      { text: "replaced", edits: 1 },
      { text: "to all" },
    ]);
    await say(responseUrl, { delete_original: true });
    expect(world.workspace.messages(channel)).toHaveLength(1);
    const sixth = await say(responseUrl, { text: "too much" });
    expect(sixth.status).toBe(404);
    expect(await sixth.json()).toEqual({ ok: false, error: "expired_url" });
  });

  it("works for thirty minutes, and can be made to fail", async () => {
    let now = 1_763_762_400_000;
    await using world = await startWorld(undefined, { now: () => now });
    const { responseUrl } = await world.workspace.command({ channel, user: maya, text: "/acr help" });
    now += 30 * 60_000;
    world.workspace.fault({ method: "response_url", status: 500 });
    expect((await say(responseUrl, { text: "x" })).status).toBe(500);
    expect((await say(responseUrl, { text: "x" })).status).toBe(200);
    now += 1;
    expect((await say(responseUrl, { text: "x" })).status).toBe(404);
  });
});
