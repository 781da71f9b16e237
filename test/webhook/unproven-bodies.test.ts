import { createHmac } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import type { FastifyInstance } from "fastify";
import { expect, it, onTestFinished } from "vitest";
import { aPush, postGrid, startIngest } from "./ingest.ts";

const madeUp = { "x-acr-signature": "a".repeat(64) };
const signature = `x-acr-signature: ${"a".repeat(64)}`;
const kib = 1024;

/** A connection that has sent so much of a body of 256 KiB, and its answer, if it gets one. */
async function sendHalf(app: FastifyInstance, path: string, bytes: number, proof = signature) {
  const socket = connect((app.server.address() as AddressInfo).port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => undefined);
  const answered = once(socket, "data").then(([data]) => String(data).split(" ")[1]);
  const head = `POST ${path} HTTP/1.1\r\nhost: x\r\n${proof}\r\n`;
  const arrived = once(app.server, "request");
  socket.write(`${head}content-length: ${256 * kib}\r\n\r\n`);
  const [request] = await arrived;
  socket.write(Buffer.alloc(bytes));
  const read = new Promise<void>((resolve) => {
    let length = 0;
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length === bytes) resolve();
    });
  });
  return { answered, read };
}

it.each(["/webhooks/eventgrid/contoso", "/webhooks/acr/contoso"])(
  "950 connections with a made-up signature at %s hold no more than the budget, and real ones pass",
  async (path) => {
    const { app, store } = startIngest({ limits: { unprovenBytes: 1000 * kib } });
    await app.listen({ host: "127.0.0.1", port: 0 });
    const senders = [];
    for (let sent = 0; sent < 20; sent += 1) {
      const sender = await sendHalf(app, path, 250 * kib);
      await sender.read;
      senders.push(sender);
    }
    // Three of them fit, and whoever came first has given way.
    const gone = await Promise.all(senders.slice(0, 17).map(({ answered }) => answered));
    expect(new Set(gone)).toEqual(new Set(["503"]));
    const body = JSON.stringify(aPush());
    const own = createHmac("sha256", "native-secret").update(body).digest("hex");
    const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/webhooks/acr/contoso`;
    const real = await fetch(url, { method: "POST", headers: { "x-acr-signature": own }, body });
    expect(real.status).toBe(200);
    expect(store.sightings()).toHaveLength(1);
  },
);

it("reads at most 256 KiB of what only a signature can prove, also where more is taken from who shows a secret", async () => {
  const { app } = startIngest();
  expect((await postGrid(app, " ".repeat(256 * kib), madeUp)).status).toBe(401);
  const long = await postGrid(app, " ".repeat(256 * kib + 1), madeUp);
  expect([long.status, long.body.error.code]).toEqual([413, "body-too-large"]);
  expect((await postGrid(app, " ".repeat(256 * kib + 1))).status).toBe(400);
});

it("gives back what was held when a body is refused or whole", async () => {
  const { app } = startIngest({ limits: { unprovenBytes: 300 * kib } });
  for (let times = 0; times < 5; times += 1) {
    expect((await postGrid(app, " ".repeat(200 * kib), madeUp)).status).toBe(401);
    expect((await postGrid(app, " ".repeat(257 * kib), madeUp)).status).toBe(413);
  }
});

it("holds no more than a budget for those who show a secret, either", async () => {
  const { app } = startIngest({ limits: { provenBytes: 1024 * kib } });
  await app.listen({ host: "127.0.0.1", port: 0 });
  const senders = [];
  for (let sent = 0; sent < 6; sent += 1) {
    const secret = "x-webhook-secret: grid-secret";
    const sender = await sendHalf(app, "/webhooks/eventgrid/contoso", 250 * kib, secret);
    await sender.read;
    senders.push(sender.answered);
  }
  expect(await Promise.all(senders.slice(0, 2))).toEqual(["503", "503"]);
});
