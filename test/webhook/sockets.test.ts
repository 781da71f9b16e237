import { once } from "node:events";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { FastifyInstance } from "fastify";
import { expect, it, onTestFinished } from "vitest";
import { aPush, startIngest } from "./ingest.ts";

/** A raw connection, and everything that comes back until the server closes it. */
async function open(app: FastifyInstance): Promise<{ socket: Socket; answer: Promise<string> }> {
  await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const socket = connect(port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  // A reset after the answer is as good as an end.
  socket.on("error", () => undefined);
  const answer = once(socket, "close").then(() => Buffer.concat(chunks).toString("utf8"));
  return { socket, answer };
}

const head = (lines: readonly string[], path = "/webhooks/acr/contoso") =>
  [`POST ${path} HTTP/1.1`, "host: bot", ...lines, "", ""].join("\r\n");
const secret = "x-webhook-secret: native-secret";
const errorOf = (answer: string) => JSON.parse(answer.slice(answer.indexOf("\r\n\r\n") + 4)).error.code;

it("refuses a body that is announced too long before it arrives", async () => {
  const { app, store } = startIngest();
  const { socket, answer } = await open(app);
  socket.write(head([secret, "content-length: 262145"]));
  expect(await answer).toMatch(/^HTTP\/1\.1 413 /);
  expect(errorOf(await answer)).toBe("body-too-large");
  expect(store.sightings()).toEqual([]);
});

it("stops reading a body that grows too long in chunks", async () => {
  const { app } = startIngest();
  const { socket, answer } = await open(app);
  socket.write(head([secret, "transfer-encoding: chunked"]));
  const chunk = `10000\r\n${" ".repeat(0x10000)}\r\n`;
  for (let sent = 0; sent < 5; sent += 1) socket.write(chunk);
  expect(await answer).toMatch(/^HTTP\/1\.1 413 /);
});

it("refuses a stranger without waiting for the body", async () => {
  const { app } = startIngest();
  const { socket, answer } = await open(app);
  socket.write(head(["content-length: 200000"]));
  expect(await answer).toMatch(/^HTTP\/1\.1 401 /);
  expect(await answer).toMatch(/\r\nconnection: close\r\n/i);
});

it.each([["/webhooks/acr/unknown"], ["/nowhere"]])("answers 404 for %s without its body", async (path) => {
  const { app } = startIngest();
  const { socket, answer } = await open(app);
  socket.write(head([secret, "transfer-encoding: chunked"], path));
  expect(await answer).toMatch(/^HTTP\/1\.1 404 /);
});

it("gives a slow body up", async () => {
  const { app, store } = startIngest({
    limits: { headersTimeoutMs: 100, requestTimeoutMs: 150, checkIntervalMs: 20 },
  });
  const { socket, answer } = await open(app);
  socket.write(`${head([secret, "content-length: 500"])}{`);
  expect(await answer).toMatch(/^HTTP\/1\.1 408 /);
  expect(errorOf(await answer)).toBe("request-timeout");
  expect(store.sightings()).toEqual([]);
});

it("gives slow headers up", async () => {
  const { app } = startIngest({
    limits: { headersTimeoutMs: 100, requestTimeoutMs: 10_000, checkIntervalMs: 20 },
  });
  const { socket, answer } = await open(app);
  socket.write("POST /webhooks/acr/contoso HTTP/1.1\r\nhost: bot\r\n");
  expect(await answer).toMatch(/^HTTP\/1\.1 408 /);
});

it.each([
  ["headers without end", `x-long: ${"x".repeat(60_000)}`, 431, "headers-too-large"],
  ["a header that is none", "no colon here", 400, "bad-request"],
  ["two lengths", "content-length: 1\r\ncontent-length: 2", 400, "bad-request"],
])("refuses %s", async (_name, line, status, code) => {
  const { app } = startIngest();
  const { socket, answer } = await open(app);
  socket.write(head([line]));
  expect(await answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(errorOf(await answer)).toBe(code);
});

it("takes bytes in headers that are no text, and a client that hangs up", async () => {
  const { app, store, lines } = startIngest();
  const first = await open(app);
  const odd = Buffer.from(
    "authorization: Basic \xff\xfe\xfd\r\nx-webhook-secret: \xe4\xf6\r\n\r\n",
    "latin1",
  );
  socketWrite(
    first.socket,
    Buffer.from("POST /webhooks/acr/contoso HTTP/1.1\r\nhost: bot\r\nconnection: close\r\n"),
    odd,
  );
  expect(await first.answer).toMatch(/^HTTP\/1\.1 401 /);

  const { port } = app.server.address() as AddressInfo;
  const second = connect(port, "127.0.0.1");
  await once(second, "connect");
  const arrived = once(app.server, "request");
  second.write(`${head([secret, "content-length: 500"])}{"id":`);
  await arrived;
  second.destroy();
  const body = JSON.stringify(aPush());
  const third = await fetch(`http://127.0.0.1:${port}/webhooks/acr/contoso`, {
    method: "POST",
    headers: { authorization: "Bearer native-secret" },
    body,
  });
  expect(await third.json()).toMatchObject({ status: "recorded" });
  expect(store.sightings()).toHaveLength(1);
  expect(lines().filter((line) => line.level === "error")).toEqual([]);
});

function socketWrite(socket: Socket, ...parts: readonly Buffer[]): void {
  for (const part of parts) socket.write(part);
}

it("answers what is in while it closes", async () => {
  const { app, store } = startIngest();
  const held = store.hold();
  const { socket, answer } = await open(app);
  const body = JSON.stringify(aPush());
  const arrived = once(app.server, "request");
  socket.write(`${head([secret, `content-length: ${Buffer.byteLength(body)}`])}${body}`);
  await arrived;
  const closed = app.close();
  held.release();
  await closed;
  expect(await answer).toMatch(/^HTTP\/1\.1 200 /);
  expect(store.sightings()).toHaveLength(1);
});

it("cuts off who sends slowly while it closes", async () => {
  const { app } = startIngest({ limits: { drainLimitMs: 50 } });
  const { socket, answer } = await open(app);
  const arrived = once(app.server, "request");
  socket.write(`${head([secret, "content-length: 500"])}{`);
  await arrived;
  await app.close();
  expect(await answer).toBe("");
});
