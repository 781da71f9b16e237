import { createHmac } from "node:crypto";
import type { App } from "@slack/bolt";
import { expect, it, vi } from "vitest";
import { createSlackReceiver } from "../../../src/bot/slack/receiver.ts";
import { createHardenedServer } from "../../../src/http/hardened-server.ts";
import { serverLimits } from "../../../src/http/request-limits.ts";
import { createLogLines } from "../../support/log-lines.ts";
import { createManualClock } from "../../support/manual-clock.ts";

const signingSecret = "s3cret-of-the-workspace";

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
