import { createHmac } from "node:crypto";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import type { App } from "@slack/bolt";
import { expect, it, onTestFinished, vi } from "vitest";
import { createSlackReceiver } from "../../../src/bot/slack/receiver.ts";
import { createHardenedServer } from "../../../src/http/hardened-server.ts";
import { serverLimits } from "../../../src/http/request-limits.ts";
import { createLogLines } from "../../support/log-lines.ts";
import { createManualClock } from "../../support/manual-clock.ts";

const signingSecret = "s3cret-of-the-workspace";
const secret = { refused: () => undefined, passed: () => undefined };

/** The receiver on a server that listens, with a Bolt that hears nothing. */
async function listening() {
  const clock = createManualClock();
  const { log } = createLogLines();
  const server = createHardenedServer({ limits: serverLimits, log, logRefusal: () => {} });
  const processEvent = vi.fn();
  const apiUrl = "https://slack.com/api/";
  createSlackReceiver({ server, signingSecret, connected: () => true, apiUrl, secret, clock, log }).init({
    processEvent,
  } as unknown as App);
  const url = new URL(await server.listen({ host: "127.0.0.1", port: 0 }));
  onTestFinished(() => server.close());
  return { server, clock, port: Number(url.port), processEvent };
}

const wellFormed = `v0=${"a".repeat(64)}`;
it.each([
  ["no signature", "", 0],
  ["a malformed one", "v0=abc", 0],
  ["one of another version", `v1=${"a".repeat(64)}`, 0],
  ["one of six minutes ago", wellFormed, -360],
  ["one of six minutes ahead", wellFormed, 360],
])("refuses a request with %s, its body unread", async (_name, signature, offset) => {
  const { clock, port } = await listening();
  const stamp = Math.floor(clock.now() / 1_000) + offset;
  const socket = connect(port, "127.0.0.1");
  const signed = `x-slack-signature: ${signature}\r\nx-slack-request-timestamp: ${stamp}\r\n`;
  // Nothing of the body is ever sent: an answer shows that nobody waited for it.
  const head = "POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-length: 200000\r\n";
  socket.write(`${head}${signature === "" ? "" : signed}\r\n`);
  const answer = await text(socket);
  expect(answer).toMatch(/^HTTP\/1.1 401 /);
  expect(answer.toLowerCase()).toContain("connection: close");
});

it("reads at most 256 KiB before it knows that Slack has sent them", async () => {
  const { server, clock, processEvent } = await listening();
  const stamp = String(Math.floor(clock.now() / 1_000));
  const headers = { "x-slack-signature": wellFormed, "x-slack-request-timestamp": stamp };
  const post = (length: number) =>
    server.inject({ method: "POST", url: "/slack/events", headers, payload: " ".repeat(length) });
  expect((await post(256 * 1024)).statusCode).toBe(401);
  expect((await post(256 * 1024 + 1)).statusCode).toBe(413);
  expect(processEvent).not.toHaveBeenCalled();
});

it("answers within 2.5 s whatever its listener does, and says that nothing was recorded", async () => {
  const clock = createManualClock();
  const { log } = createLogLines();
  const server = createHardenedServer({ limits: serverLimits, log, logRefusal: () => {} });
  const listener = Promise.withResolvers<void>();
  const processEvent = vi.fn(() => listener.promise);
  createSlackReceiver({
    server,
    signingSecret,
    connected: () => true,
    apiUrl: "https://slack.com/api/",
    secret,
    clock,
    log,
  }).init({ processEvent } as unknown as App);
  const body = JSON.stringify({ type: "block_actions" });
  const stamp = String(Math.floor(clock.now() / 1_000));
  const digest = createHmac("sha256", signingSecret).update(`v0:${stamp}:${body}`).digest("hex");
  const headers = { "x-slack-request-timestamp": stamp, "x-slack-signature": `v0=${digest}` };
  const answered = server.inject({
    method: "POST",
    url: "/slack/events",
    headers: { ...headers, "content-type": "application/json" },
    payload: body,
  });
  await vi.waitFor(() => expect(processEvent).toHaveBeenCalled(), { interval: 1 });
  clock.advance(2_500);
  expect(await answered).toMatchObject({ statusCode: 500 });
  listener.resolve();
  await server.close();
});
