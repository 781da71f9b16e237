import { createServer } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { createWebhookChannel, type WebhookKind } from "../../../src/bot/deliver/webhook-channel.ts";
import { createPace } from "../../../src/bot/pace.ts";
import { slackWebhook } from "../../../src/bot/slack/slack-webhook.ts";
import { teamsWorkflow } from "../../../src/bot/teams/teams-workflow.ts";
import { text } from "../../../src/nouns/text.ts";

const secret = "the-secret-of-the-address";
const now = Date.parse("2026-12-01T10:00:00Z");
const notice = { tone: "good", icon: "✅", lines: [text("Deployed")], buttons: [] } as const;

/** What the other side does with the next post: a status with headers, or `cut` after it has taken it. */
type Doing = { readonly status: number; readonly headers?: Readonly<Record<string, string>> } | "cut";

async function open(webhook: WebhookKind) {
  const taken: string[] = [];
  let next: Doing = { status: 200 };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      taken.push(Buffer.concat(parts).toString());
      if (next === "cut") response.destroy();
      else response.writeHead(next.status, next.headers).end("said");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("no port");
  const urls: Record<string, string> = { releases: `http://127.0.0.1:${bound.port}/${secret}` };
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(async () => void (await close()));
  const deps = { urls: () => urls, pace: createPace(() => now), now: () => now };
  const port = createWebhookChannel(webhook, deps);
  const post = async (doing: Doing = { status: 200 }, name = "releases"): Promise<unknown> => {
    next = doing;
    const message = {
      id: "m1",
      channel: `${webhook.kind}:${name}`,
      content: { kind: "notice", notice },
    } as const;
    return await port.post(message).catch((error: unknown) => error);
  };
  return { port, post, taken, close };
}

describe.each([slackWebhook, teamsWorkflow])("a $noun", (webhook) => {
  it("takes a post, gives nothing back, and is never edited or searched", async () => {
    const { port, post, taken } = await open(webhook);
    expect(await post()).toEqual({});
    expect(taken[0]).toContain("Deployed");
    expect(port).toMatchObject({ editable: false, searchable: false });
  });

  it.each([
    ["3", 3_000],
    ["Tue, 01 Dec 2026 10:02:00 GMT", 120_000],
    ["86400", 3_600_000],
  ])("that says Retry-After: %s is left alone for %i ms, an hour at most", async (header, retryAfterMs) => {
    const { post } = await open(webhook);
    const error = await post({ status: 429, headers: { "retry-after": header } });
    expect(error).toMatchObject({ code: "chat-later", retryable: true, retryAfterMs });
  });

  it("that refuses the connection was not posted to: that is no doubt", async () => {
    const { post, close } = await open(webhook);
    await close();
    expect(await post()).toMatchObject({ code: "chat-later", retryable: true });
  });

  it.each([
    ["cut"],
    [{ status: 500 }],
    [{ status: 503 }],
    [{ status: 307, headers: { location: "/" } }],
  ] as const)("whose answer says nothing (%j) leaves the post in doubt", async (doing) => {
    const { post, taken } = await open(webhook);
    expect(await post(doing)).toMatchObject({ code: "chat-in-doubt" });
    expect(taken).toHaveLength(1);
  });

  it.each([
    [400, "chat-content-refused"],
    [413, "chat-content-refused"],
    [403, "chat-channel-unavailable"],
    [404, "chat-channel-unavailable"],
    [410, "chat-channel-unavailable"],
    [418, "chat-answer-unknown"],
  ])("that answers %i means %s", async (status, code) => {
    const { post } = await open(webhook);
    expect(await post({ status })).toMatchObject({ code });
  });

  it("that is not configured is unavailable, whatever name it has", async () => {
    const { post } = await open(webhook);
    for (const name of ["other", "constructor"])
      expect(await post({ status: 200 }, name)).toMatchObject({ code: "chat-channel-unavailable" });
  });

  it("has its address in no error", async () => {
    const { post, close } = await open(webhook);
    const errors = [await post("cut"), await post({ status: 404 }), await post({ status: 503 })];
    await close();
    errors.push(await post());
    for (const error of errors) {
      expect(error instanceof Error && error.cause === undefined).toBe(true);
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(secret);
    }
  });
});
