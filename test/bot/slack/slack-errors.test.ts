import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSlackWorkspace, type SlackWorkspace } from "../../../demo/slack/workspace.ts";
import { slackError } from "../../../src/bot/slack/slack-errors.ts";
import type { ChatopsError } from "../../../src/errors.ts";
import { clientFor, defaults } from "../../demo/slack-tiny-bot.ts";

let workspace: SlackWorkspace;

beforeEach(async () => {
  workspace = await createSlackWorkspace(defaults);
});

afterEach(() => workspace.close());

async function refusedBy(error: string, status = 200): Promise<ChatopsError> {
  workspace.fault({ method: "chat.postMessage", status, error });
  const post = clientFor(workspace).chat.postMessage({ channel: "C0RELEASES", text: "a card" });
  return await post.then(
    () => Promise.reject(new Error("it was posted")),
    (thrown: unknown) => slackError(thrown, "post", "channel C0RELEASES"),
  );
}

describe("an error of Slack", () => {
  it.each([
    "access_denied",
    "channel_is_limited_access",
    "ekm_access_denied",
    "is_inactive",
    "team_access_not_granted",
    "restricted_action",
    "restricted_action_read_only_channel",
    "restricted_action_thread_locked",
    "restricted_action_of_next_year",
  ])("that stays (%s) is not tried again for ever", async (error) => {
    expect(await refusedBy(error)).toMatchObject({
      code: "chat-refused",
      retryable: false,
      message: expect.stringContaining(error),
    });
  });

  it.each(["ratelimited", "message_limit_exceeded", "service_unavailable", "request_timeout"])(
    "that passes (%s) is tried again",
    async (error) => {
      expect(await refusedBy(error)).toMatchObject({ code: "chat-later", retryable: true });
    },
  );

  // The last: a page of something in between, with status 200.
  it.each(["internal_error", "fatal_error", "<html>Bad gateway</html>"])(
    "after which the post may be there (%s) is doubt",
    async (error) => {
      expect(await refusedBy(error)).toMatchObject({ code: "chat-in-doubt" });
    },
  );

  it("about the arguments leaves the plain text to try", async () => {
    expect(await refusedBy("invalid_arguments")).toMatchObject({ code: "chat-content-refused" });
  });

  it("that we have never heard of is said to be unknown, as is a proxy's refusal", async () => {
    expect(await refusedBy("surprised_elephant")).toMatchObject({
      code: "chat-answer-unknown",
      retryable: true,
      message: expect.stringContaining("surprised_elephant"),
    });
    expect(await refusedBy("", 403)).toMatchObject({ code: "chat-answer-unknown" });
  });

  it("that asks to wait until a date is waited for until then", async () => {
    const until = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 90_000);
    workspace.fault({
      ...{ method: "chat.postMessage", status: 429, error: "ratelimited" },
      headers: { "retry-after": until.toUTCString() },
      body: "",
    });
    const post = clientFor(workspace).chat.postMessage({ channel: "C0RELEASES", text: "a card" });
    const thrown: unknown = await post.catch((error: unknown) => error);
    const { code, retryAfterMs } = slackError(thrown, "post", "channel C0RELEASES", until.getTime() - 90_000);
    expect({ code, retryAfterMs }).toEqual({ code: "chat-later", retryAfterMs: 90_000 });
  });
});
