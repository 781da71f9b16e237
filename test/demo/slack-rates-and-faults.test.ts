import type { WebClient } from "@slack/web-api";
import { describe, expect, it } from "vitest";
import type { SlackWorkspace } from "../../demo/slack/workspace.ts";
import { refusal, startWorld } from "./slack-tiny-bot.ts";

const channel = "C0RELEASES";

async function post(client: WebClient, more: Record<string, unknown> = {}): Promise<string> {
  const answer = await client.chat.postMessage({ channel, text: "hello", ...more });
  return String(answer.ts);
}

describe("rates and faults", () => {
  it("lets a short burst to one channel through, then one message a second", async () => {
    let now = 1_763_762_400_000;
    await using world = await startWorld(undefined, { rates: true, now: () => now });
    for (let index = 0; index < 3; index += 1) await post(world.client);
    const limited = await rateLimit(post(world.client));
    expect(limited).toEqual({ code: "slack_webapi_rate_limited_error", retryAfter: 1 });
    await post(world.client, { channel: "C0PLATFORM" });
    now += 1000;
    await post(world.client);
    expect(world.workspace.messages(channel)).toHaveLength(4);
    expect(world.workspace.calls("chat.postMessage").map(({ status }) => status)).toEqual([
      200, 200, 200, 429, 200, 200,
    ]);
  });

  it("counts edits of all channels together, fifty a minute", async () => {
    let now = 1_763_762_400_000;
    await using world = await startWorld(undefined, { rates: true, now: () => now });
    const ts = await post(world.client);
    const other = await post(world.client, { channel: "C0PLATFORM" });
    for (let index = 0; index < 25; index += 1) {
      await world.client.chat.update({ channel, ts, text: `${index}` });
      await world.client.chat.update({ channel: "C0PLATFORM", ts: other, text: `${index}` });
    }
    const update = () => world.client.chat.update({ channel, ts, text: "more" });
    expect(await rateLimit(update())).toEqual({ code: "slack_webapi_rate_limited_error", retryAfter: 2 });
    now += 2000;
    await update();
    for (let index = 0; index < 20; index += 1) await world.client.usergroups.list({});
    expect((await rateLimit(world.client.usergroups.list({}))).retryAfter).toBe(3);
  });

  it("answers 429, 5xx and Slack's own errors when ordered, as often as ordered", async () => {
    await using world = await startWorld();
    const { workspace } = world;
    const fault = workspace.fault({ method: "chat.postMessage", status: 429, retryAfter: 7, count: 2 });
    expect((await rateLimit(post(world.client))).retryAfter).toBe(7);
    expect(fault.remaining()).toBe(1);
    expect((await rateLimit(post(world.client))).retryAfter).toBe(7);
    await post(world.client);
    workspace.fault({ method: "chat.postMessage", status: 503 });
    expect((await refusal(post(world.client))).error).toBe("slack_webapi_http_error");
    workspace.fault({ method: "*", status: 200, error: "fatal_error" });
    expect((await refusal(post(world.client))).error).toBe("fatal_error");
    expect(workspace.messages(channel)).toHaveLength(1);
  });

  it("cuts the connection before or after the effect", async () => {
    await using world = await startWorld();
    const { workspace } = world;
    workspace.fault({ method: "chat.postMessage", status: 0 });
    expect((await refusal(post(world.client, { text: "never" }))).error).toBe("slack_webapi_request_error");
    workspace.fault({ method: "chat.postMessage", status: 0, mode: "after" });
    expect((await refusal(post(world.client, { text: "in doubt" }))).error).toBe(
      "slack_webapi_request_error",
    );
    workspace.fault({ method: "chat.postMessage", status: 500, mode: "after" });
    expect((await refusal(post(world.client, { text: "in doubt too" }))).error).toBe(
      "slack_webapi_http_error",
    );
    expect(workspace.messages(channel).map(({ text }) => text)).toEqual(["in doubt", "in doubt too"]);
    expect(workspace.calls("chat.postMessage").map(({ body, status }) => [body.text, status])).toEqual([
      ["never", 0],
      ["in doubt", 0],
      ["in doubt too", 500],
    ]);
  });

  it("holds a call until it is let go", async () => {
    await using world = await startWorld();
    const { workspace } = world;
    const fault = workspace.fault({ method: "chat.postMessage", status: 0, mode: "hang" });
    const held = post(world.client);
    await workspace.waitFor(() => fault.held() === 1);
    expect(workspace.messages(channel)).toEqual([]);
    fault.release();
    const ts = await held;
    expect(workspace.messages(channel)).toMatchObject([{ ts }]);
  });
});

describe("watching", () => {
  it("resolves as soon as the change is there, and says what there was when it is not", async () => {
    await using world = await startWorld();
    const seen = world.workspace.waitFor((slack) =>
      slack.channels[channel]?.find(({ text }) => text === "now"),
    );
    await post(world.client, { text: "now" });
    expect(await seen).toMatchObject({ text: "now" });
    await expect(world.workspace.waitFor(() => false, 1)).rejects.toThrow(
      /not seen in Slack within 1 ms[\s\S]*"now"/,
    );
  });

  it("rejects who still waits when it closes", async () => {
    const world = await startWorld();
    const waiting: Promise<unknown> = world.workspace.waitFor(() => false);
    const rejected = expect(waiting).rejects.toThrow("closed");
    await world[Symbol.asyncDispose]();
    await rejected;
  });

  it("records calls without the token", async () => {
    await using world = await startWorld();
    const workspace: SlackWorkspace = world.workspace;
    const body = new URLSearchParams({ token: "xoxb-demo", channel, text: "x" });
    expect(
      await (await fetch(`${workspace.apiUrl}chat.postMessage`, { method: "POST", body })).json(),
    ).toMatchObject({
      ok: true,
    });
    expect(JSON.stringify(workspace.calls())).not.toContain("xoxb");
  });
});

async function rateLimit(call: Promise<unknown>): Promise<{ code: unknown; retryAfter: unknown }> {
  try {
    await call;
  } catch (error) {
    const { code, retryAfter } = Object(error);
    return { code, retryAfter };
  }
  return { code: "none", retryAfter: undefined };
}
