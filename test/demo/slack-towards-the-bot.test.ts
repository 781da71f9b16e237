import { App, HTTPReceiver } from "@slack/bolt";
import { describe, expect, it } from "vitest";
import { createSlackWorkspace } from "../../demo/slack/workspace.ts";
import { defaults, startWorld, token } from "./slack-tiny-bot.ts";

const channel = "C0RELEASES";
const maya = "U0MAYA0001";

describe("slash commands", () => {
  it("sends the form that Slack sends, and shows the answer privately", async () => {
    await using world = await startWorld(() => ({ body: { text: "help text" } }));
    const { workspace } = world;
    const got = await workspace.command({ channel, user: maya, text: "/acr help deploy" });
    expect(got).toMatchObject({ status: 200, body: '{"text":"help text"}', followUps: [] });
    expect(world.heard[0]?.fields).toMatchObject({
      command: "/acr",
      text: "help deploy",
      channel_id: channel,
      channel_name: "releases",
      user_id: maya,
      user_name: "maya",
      team_id: "T0DEMO0001",
      api_app_id: "A0ACRAPP01",
      trigger_id: got.triggerId,
      response_url: got.responseUrl,
    });
    expect(workspace.ephemerals()).toMatchObject([{ channel, user: maya, text: "help text" }]);
    await fetch(got.responseUrl, { method: "POST", body: JSON.stringify({ text: "more" }) });
    expect(got.followUps).toEqual([{ text: "more" }]);
  });

  it("shows plain text, answers to the channel, nothing for nothing, and refuses bad blocks", async () => {
    await using world = await startWorld(() => ({ body: "just words" }));
    const { workspace } = world;
    const command = { channel, user: maya, text: "/acr x" };
    await workspace.command(command);
    world.answer(() => ({ body: { response_type: "in_channel", text: "for all" } }));
    await workspace.command(command);
    world.answer(() => ({}));
    await workspace.command(command);
    expect(workspace.ephemerals().map(({ text }) => text)).toEqual(["just words"]);
    expect(workspace.messages(channel)).toMatchObject([{ text: "for all", user: "U0ACRBOT01" }]);
    world.answer(() => ({ body: { text: "x", blocks: [{ type: "header" }] } }));
    await workspace.command(command);
    expect(workspace.notices()).toMatchObject([
      {
        user: maya,
        channel,
        error: "dispatch_failed",
        detail: expect.stringContaining("missing required field: text"),
      },
    ]);
  });

  it("repeats a request by its own id, and brings an outsider's team along", async () => {
    await using world = await startWorld();
    const { workspace } = world;
    const command = { channel, user: maya, text: "/acr deploy", requestId: "1.2.three" };
    await workspace.command(command);
    await workspace.command(command);
    expect(world.heard.map(({ fields }) => fields.trigger_id)).toEqual(["1.2.three", "1.2.three"]);
    await workspace.command({ channel: "C0SHARED01", user: "U0OUTSIDE1", text: "/acr deploy" });
    expect(world.heard[2]?.fields.team_id).toBe("T0FABRIKAM");
  });
});

describe("events", () => {
  it("puts what was typed into the channel and tells the bot", async () => {
    await using world = await startWorld();
    const { workspace } = world;
    const { eventId, attempts } = await workspace.mention({ channel, user: maya, text: "help" });
    expect(attempts).toHaveLength(1);
    const [message] = workspace.messages(channel);
    expect(world.heard[0]?.fields).toMatchObject({
      type: "event_callback",
      team_id: "T0DEMO0001",
      event_id: eventId,
      event: { type: "app_mention", user: maya, text: "<@U0ACRBOT01> help", channel, ts: message?.ts },
    });
    await workspace.mention({ channel, user: maya, text: "again", thread_ts: String(message?.ts) });
    expect(world.heard[1]?.fields).toMatchObject({ event: { thread_ts: message?.ts } });
    await workspace.directMessage({ user: maya, text: "status" });
    expect(world.heard[2]?.fields).toMatchObject({
      event: { type: "message", channel_type: "im", text: "status", channel: expect.stringMatching(/^D/) },
    });
  });

  it("repeats an event three times with the same id, and stops when it is taken or told to", async () => {
    await using world = await startWorld(() => ({ status: 500 }));
    const { workspace } = world;
    const all = await workspace.event("app_home_opened", { user: maya });
    expect(all.attempts.map(({ status }) => status)).toEqual([500, 500, 500, 500]);
    expect(world.heard.map(({ headers }) => headers["x-slack-retry-num"])).toEqual([
      undefined,
      "1",
      "2",
      "3",
    ]);
    expect(world.heard[1]?.headers["x-slack-retry-reason"]).toBe("http_error");
    expect(new Set(world.heard.map(({ fields }) => fields.event_id))).toEqual(new Set([all.eventId]));
    let calls = 0;
    world.answer(() => {
      calls += 1;
      return { status: calls < 2 ? 503 : 200 };
    });
    expect((await workspace.event("app_home_opened")).attempts).toHaveLength(2);
    world.answer(() => ({ status: 500, headers: { "x-slack-no-retry": "1" } }));
    expect((await workspace.event("app_home_opened")).attempts).toHaveLength(1);
  });

  it("tells of archiving, leaving and uninstalling as they happen", async () => {
    await using world = await startWorld();
    const { workspace } = world;
    await workspace.archiveChannel(channel, maya);
    await workspace.unarchiveChannel(channel, maya);
    await workspace.removeBot(channel);
    await workspace.inviteBot(channel, maya);
    await workspace.uninstall();
    expect(world.heard.map(({ fields }) => Object(fields.event).type)).toEqual([
      "channel_archive",
      "channel_unarchive",
      "channel_left",
      "member_joined_channel",
      "app_uninstalled",
    ]);
    await expect(world.client.auth.test()).rejects.toMatchObject({ data: { error: "account_inactive" } });
  });
});

describe("the real Bolt", () => {
  it("verifies, answers and calls back", async () => {
    const workspace = await createSlackWorkspace(defaults);
    const signingSecret = "bolt-secret";
    const receiver = new HTTPReceiver({ signingSecret, port: 0 });
    const app = new App({ token, receiver, clientOptions: { slackApiUrl: workspace.apiUrl } });
    app.command("/acr", async ({ ack, respond, command }) => {
      await ack({ text: `got ${command.text}` });
      await respond({ text: "and later" });
    });
    app.action("go", async ({ ack, body, client }) => {
      await ack();
      if (body.type !== "block_actions") return;
      const blocks = [
        {
          type: "input" as const,
          block_id: "why",
          label: { type: "plain_text" as const, text: "Why" },
          element: { type: "plain_text_input" as const, action_id: "text" },
        },
      ];
      const title = { type: "plain_text" as const, text: "Sure?" };
      await client.views.open({
        trigger_id: body.trigger_id,
        view: { type: "modal", callback_id: "sure", title, submit: title, blocks },
      });
    });
    app.view("sure", async ({ ack, view }) => {
      const value = view.state.values.why?.text?.value;
      if (value === "no") await ack({ response_action: "errors", errors: { why: "Say yes." } });
      else await ack();
    });
    app.event("app_mention", async ({ event, say }) => {
      await say({ text: `heard ${event.text}`, thread_ts: event.ts });
    });
    const server = await app.start(0);
    const bound = server.address();
    if (bound === null || typeof bound === "string") throw new Error("no port");
    try {
      workspace.connectBot({ url: `http://127.0.0.1:${bound.port}`, signingSecret });
      expect(await workspace.urlVerification()).toBe(true);

      const got = await workspace.command({ channel, user: maya, text: "/acr help" });
      expect(got.body).toContain("got help");
      await workspace.waitFor((slack) => slack.ephemerals.some(({ text }) => text === "and later"));

      const text = { type: "plain_text" as const, text: "Go" };
      const elements = [{ type: "button" as const, action_id: "go", text }];
      const posted = await app.client.chat.postMessage({
        channel,
        text: "x",
        blocks: [{ type: "actions", elements }],
      });
      const click = { channel, ts: String(posted.ts), actionId: "go", user: maya };
      expect((await workspace.click({ ...click, spoiled: "wrong" })).status).toBe(401);
      expect((await workspace.click(click)).status).toBe(200);
      const viewId = await workspace.waitFor((slack) => slack.views[0]?.id);
      const submit = (value: string) =>
        workspace.submit({ viewId, user: maya, values: { why: { text: { value } } } });
      expect((await submit("no")).errors).toEqual({ why: "Say yes." });
      expect((await submit("yes")).outcome).toBe("closed");

      await workspace.mention({ channel, user: maya, text: "hello" });
      await workspace.waitFor((slack) =>
        slack.channels[channel]?.some((message) => message.text.startsWith("heard <@U0ACRBOT01> hello")),
      );
    } finally {
      await app.stop();
      await workspace.close();
    }
  });
});
