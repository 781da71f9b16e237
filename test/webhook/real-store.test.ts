import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { openStore } from "../../src/store/open-store.ts";
import { createIngestServer } from "../../src/webhook/server.ts";
import { createLogLines } from "../support/log-lines.ts";
import { aConfig } from "../support/registry-config.ts";
import { aPush, gridHeaders, now, postGrid, postNative } from "./ingest.ts";

async function start() {
  const folder = await mkdtemp(join(tmpdir(), "acr-chatops-ingest-"));
  const { log, lines } = createLogLines();
  const store = await openStore({
    url: `sqlite:${join(folder, "test.db")}`,
    ephemeral: true,
    now: () => now,
    log,
  });
  const app = createIngestServer({
    config: () => aConfig(),
    store,
    signingKeys: { find: () => undefined },
    now: () => now,
    log,
  });
  onTestFinished(async () => {
    await app.close();
    await store.close();
    await rm(folder, { recursive: true });
  });
  return { app, store, lines };
}

it("writes events into SQLite and knows them when they come again", async () => {
  const { app, store } = await start();
  const ping = aPush({}, { id: "ping-1", action: "ping", target: undefined });
  expect((await postNative(app, ping)).body).toEqual({ status: "recorded", id: "ping-1" });
  expect((await postNative(app, ping)).body).toEqual({ status: "duplicate", id: "ping-1" });
  expect(await store.findPing("contoso", "ping-1", 0)).toBe(now);
});

it("writes requests that come at one time, and a batch of Event Grid, each event with its own answer", async () => {
  const { app } = await start();
  const ids = Array.from({ length: 50 }, (_, index) => `event-${index % 40}`);
  const answers = await Promise.all(ids.map((id) => postNative(app, aPush({}, { id }))));
  const recorded = answers.filter(({ body }) => body.status === "recorded");
  expect([answers.length, recorded.length]).toEqual([50, 40]);

  const source = "/subscriptions/x";
  const batch = ids.map((id) => ({
    specversion: "1.0",
    id,
    type: "ImagePushed",
    source,
    data: aPush({}, { id }),
  }));
  const answer = await postGrid(app, batch, gridHeaders);
  expect(answer.body).toEqual({ status: "recorded", recorded: 40, duplicates: 10, refused: 0 });
});

it("answers 503 once the store is closed", async () => {
  const { app, store } = await start();
  await store.close();
  expect((await postNative(app, aPush())).status).toBe(503);
});
