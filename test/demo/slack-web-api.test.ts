import type { WebClient } from "@slack/web-api";
import { describe, expect, it } from "vitest";
import { clientFor, refusal, startWorld } from "./slack-tiny-bot.ts";

const channel = "C0RELEASES";
const divider = { type: "divider" } as const;

async function post(client: WebClient, more: Record<string, unknown> = {}): Promise<string> {
  const answer = await client.chat.postMessage({ channel, text: "hello", ...more });
  return String(answer.ts);
}

describe("tokens and scopes", () => {
  it("says who the bot is", async () => {
    await using world = await startWorld();
    expect(await world.client.auth.test()).toMatchObject({
      ok: true,
      team_id: "T0DEMO0001",
      user_id: "U0ACRBOT01",
      bot_id: "B0ACRBOT01",
    });
  });

  it("refuses no token, an unknown one, the wrong kind, a revoked one, an unknown method", async () => {
    await using world = await startWorld();
    const as = (token: string) => refusal(clientFor(world.workspace, token).auth.test());
    const bare = await fetch(`${world.workspace.apiUrl}auth.test`, { method: "POST" });
    expect(await bare.json()).toEqual({ ok: false, error: "not_authed" });
    expect((await as("xoxb-other")).error).toBe("invalid_auth");
    expect((await as("xapp-demo")).error).toBe("not_allowed_token_type");
    expect((await refusal(world.client.apiCall("chat.shout"))).error).toBe("unknown_method");
    await world.workspace.revokeToken();
    expect((await refusal(world.client.auth.test())).error).toBe("token_revoked");
  });

  it("names the scope that is missing", async () => {
    await using world = await startWorld();
    const answer = await fetch(`${world.workspace.apiUrl}chat.postMessage`, {
      method: "POST",
      headers: { authorization: "Bearer xoxb-narrow", "content-type": "application/json" },
      body: JSON.stringify({ channel, text: "x" }),
    });
    expect(await answer.json()).toEqual({
      ok: false,
      error: "missing_scope",
      needed: "chat:write",
      provided: "users:read",
    });
    const history = clientFor(world.workspace, "xoxb-narrow").conversations.history({ channel });
    expect((await refusal(history)).error).toBe("missing_scope");
  });
});

describe("messages", () => {
  it("posts, edits and deletes, and keeps what an edit does not name", async () => {
    await using world = await startWorld();
    const metadata = { event_type: "card", event_payload: { id: "c1" } };
    const ts = await post(world.client, { blocks: [divider], metadata });
    expect(ts).toMatch(/^\d{10}\.\d{6}$/);
    await world.client.chat.update({ channel, ts, text: "again" });
    const [edited] = world.workspace.messages(channel);
    expect(edited).toMatchObject({ ts, text: "again", edits: 1, metadata, blocks: [divider] });
    expect(edited?.blocks[0]?.block_id).toBeTypeOf("string");
    expect(edited?.edited).toBeUndefined();
    await world.client.chat.update({ channel, ts, text: "bare", blocks: [] });
    expect(world.workspace.messages(channel)[0]?.edited).toMatchObject({ user: "U0ACRBOT01" });
    await world.client.chat.delete({ channel, ts });
    expect(world.workspace.messages(channel)).toEqual([]);
  });

  it("takes JSON bodies as well as forms", async () => {
    await using world = await startWorld();
    const answer = await fetch(`${world.workspace.apiUrl}chat.postMessage`, {
      method: "POST",
      headers: { authorization: "Bearer xoxb-demo", "content-type": "application/json; charset=utf-8" },
      body: JSON.stringify({ channel, blocks: [divider] }),
    });
    expect(await answer.json()).toMatchObject({ ok: true, channel });
    expect(world.workspace.calls("chat.postMessage")[0]).toMatchObject({
      body: { blocks: [divider] },
      status: 200,
    });
  });

  const refusals: readonly (readonly [string, Record<string, unknown>, string])[] = [
    ["an unknown channel", { channel: "C0NOWHERE1" }, "channel_not_found"],
    ["a private channel where the bot is not", { channel: "G0SECRET01" }, "channel_not_found"],
    ["a channel where the bot is not", { channel: "C0NOTIN001" }, "not_in_channel"],
    ["an archived channel", { channel: "C0ARCHIVED" }, "is_archived"],
    ["nothing to say", { text: "" }, "no_text"],
    ["too much text", { text: "x".repeat(40_001) }, "msg_too_long"],
    ["blocks that are no list", { blocks: { type: "divider" } }, "invalid_blocks_format"],
    ["metadata without a payload", { metadata: { event_type: "card" } }, "invalid_metadata_format"],
    ["a reply to nothing", { thread_ts: "1.000001" }, "cannot_reply_to_message"],
  ];
  it.each(refusals)("refuses to post: %s", async (_name, over, code) => {
    await using world = await startWorld();
    const call = world.client.apiCall("chat.postMessage", { channel, text: "x", ...over });
    expect((await refusal(call)).error).toBe(code);
  });

  it("takes 40,000 characters in a post and 4,000 in an edit", async () => {
    await using world = await startWorld();
    const ts = await post(world.client, { text: "x".repeat(40_000) });
    await world.client.chat.update({ channel, ts, text: "x".repeat(4000) });
    const longer = world.client.chat.update({ channel, ts, text: "x".repeat(4001) });
    expect((await refusal(longer)).error).toBe("msg_too_long");
  });

  it("refuses edits of what is gone, not the bot's, archived or too old", async () => {
    let now = 1_763_762_400_000;
    await using world = await startWorld(undefined, { now: () => now, editWindowSeconds: 60 });
    const ts = await post(world.client);
    const update = (target: string) => refusal(world.client.chat.update({ channel, ts: target, text: "x" }));
    expect((await update("1.000001")).error).toBe("message_not_found");
    await world.workspace.mention({ channel, user: "U0MAYA0001", text: "hi" });
    expect((await update(String(world.workspace.messages(channel)[1]?.ts))).error).toBe(
      "cant_update_message",
    );
    now += 60_000;
    expect((await update(ts)).error).toBe("none");
    now += 1000;
    expect((await update(ts)).error).toBe("edit_window_closed");
    await world.workspace.archiveChannel(channel, "U0MAYA0001");
    expect((await refusal(world.client.chat.postMessage({ channel, text: "x" }))).error).toBe("is_archived");
  });

  it("keeps threads, broadcasts, ephemerals and permalinks apart", async () => {
    await using world = await startWorld();
    const root = await post(world.client);
    const reply = await post(world.client, { thread_ts: root });
    await post(world.client, { thread_ts: reply, reply_broadcast: true });
    await world.client.chat.postEphemeral({ channel, user: "U0TOMAS001", text: "only you" });
    const [, first, second] = world.workspace.messages(channel);
    expect(first).toMatchObject({ ts: reply, thread_ts: root });
    expect(second).toMatchObject({ thread_ts: root, subtype: "thread_broadcast" });
    expect(world.workspace.ephemerals()).toMatchObject([{ channel, user: "U0TOMAS001", text: "only you" }]);
    const stranger = world.client.chat.postEphemeral({ channel, user: "U0OUTSIDE1", text: "x" });
    expect((await refusal(stranger)).error).toBe("user_not_in_channel");
    const link = await world.client.chat.getPermalink({ channel, message_ts: reply });
    expect(link.permalink).toContain(`/archives/${channel}/p${reply.replace(".", "")}?thread_ts=${root}`);
  });
});

describe("reading", () => {
  it("pages through history, newest first, within bounds and with metadata only when asked", async () => {
    await using world = await startWorld();
    const metadata = { event_type: "card", event_payload: { id: "c1" } };
    const all: string[] = [];
    for (let index = 0; index < 5; index += 1) all.push(await post(world.client, { metadata }));
    await post(world.client, { thread_ts: all[4] });
    const first = await world.client.conversations.history({ channel, limit: 3 });
    const cursor = String(first.response_metadata?.next_cursor);
    const second = await world.client.conversations.history({ channel, limit: 3, cursor });
    expect([...(first.messages ?? []), ...(second.messages ?? [])].map((message) => message.ts)).toEqual(
      [...all].reverse(),
    );
    expect([first.has_more, second.has_more]).toEqual([true, false]);
    expect(first.messages?.[0]).toMatchObject({ reply_count: 1 });
    expect(first.messages?.[0]).not.toHaveProperty("metadata");
    const bounds = { channel, oldest: String(all[1]), latest: String(all[3]) };
    const inside = await world.client.conversations.history(bounds);
    expect(inside.messages?.map((message) => message.ts)).toEqual([all[2]]);
    const asked = { ...bounds, inclusive: true, include_all_metadata: true };
    const inclusive = await world.client.conversations.history(asked);
    expect(inclusive.messages?.map((message) => message.metadata)).toEqual([metadata, metadata, metadata]);
  });

  it("gives a thread with its root first", async () => {
    await using world = await startWorld();
    const root = await post(world.client);
    const reply = await post(world.client, { thread_ts: root });
    const thread = await world.client.conversations.replies({ channel, ts: root, oldest: root });
    expect(thread.messages?.map((message) => message.ts)).toEqual([root, reply]);
    const nothing = world.client.conversations.replies({ channel, ts: "1.000001" });
    expect((await refusal(nothing)).error).toBe("thread_not_found");
    const outside = world.client.conversations.history({ channel: "C0NOTIN001" });
    expect((await refusal(outside)).error).toBe("not_in_channel");
  });

  it("knows channels, members, people of other workspaces and guests", async () => {
    await using world = await startWorld();
    const { client } = world;
    const info = await client.conversations.info({ channel: "C0ARCHIVED" });
    expect(info.channel).toMatchObject({ name: "old", is_archived: true, is_member: true });
    const list = await client.conversations.list({
      exclude_archived: true,
      types: "public_channel,private_channel",
    });
    expect(list.channels?.map(({ id }) => id)).toEqual([channel, "C0PLATFORM", "C0NOTIN001", "C0SHARED01"]);
    const members = await client.conversations.members({ channel: "C0SHARED01" });
    expect(members.members).toContain("U0OUTSIDE1");
    const outsider = await client.users.info({ user: "U0OUTSIDE1" });
    // A channel is shared with them, so they are no stranger: only the workspace tells.
    expect(outsider.user).toMatchObject({ team_id: "T0FABRIKAM", is_stranger: false });
    const guest = await client.users.info({ user: "U0GUEST001" });
    expect(guest.user).toMatchObject({ is_restricted: true, is_ultra_restricted: true });
    expect((await refusal(client.users.info({ user: "U0NOBODY01" }))).error).toBe("user_not_found");
    expect((await client.users.list({})).members?.map(({ id }) => id)).not.toContain("U0OUTSIDE1");
    const direct = await client.conversations.open({ users: "U0MAYA0001" });
    const again = await client.chat.postMessage({ channel: "U0MAYA0001", text: "privately" });
    expect(again.channel).toBe(direct.channel?.id);
  });

  it("has user groups on a paid plan only", async () => {
    await using paid = await startWorld();
    const group = { usergroup: "S0DEPLOY01" };
    expect((await paid.client.usergroups.users.list(group)).users).toEqual(["U0MAYA0001"]);
    const other = paid.client.usergroups.users.list({ usergroup: "S0NOTHING1" });
    expect((await refusal(other)).error).toBe("no_such_subteam");
    await using free = await startWorld(undefined, { paidPlan: false });
    expect((await refusal(free.client.usergroups.users.list(group))).error).toBe("plan_upgrade_required");
  });
});
