import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createGuardedClient } from "../../src/outgoing/guarded-client.ts";
import { NotTaken } from "../../src/outgoing/not-taken.ts";
import { startServer } from "../support/loopback-server.ts";

const never = new AbortController().signal;

async function serve(answer: RequestListener) {
  const { port, url: origin, close } = await startServer(answer);
  onTestFinished(close);
  return { port, origin };
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === "object" && address !== null ? address.port : 0;
}

const to = (address: string) => async () => [{ address, family: address.includes(":") ? 6 : 4 }];

describe("the guarded client", () => {
  it("gives status, headers and body, and sends what it is told", async () => {
    const seen: string[] = [];
    const { origin } = await serve(async (request, response) => {
      let body = "";
      for await (const part of request) body += part;
      seen.push(`${request.method} ${request.url} ${request.headers["x-a"]} ${body}`);
      response.writeHead(418, { "X-B": "2" }).end("täa");
    });
    const request = { method: "POST", url: `${origin}/x?y=1`, headers: { "X-A": "1" }, body: "ä" } as const;
    const answer = await createGuardedClient().send(request, never);
    expect(answer).toMatchObject({ status: 418, body: "täa", url: `${origin}/x?y=1` });
    expect(answer.headers["x-b"]).toBe("2");
    expect(seen).toEqual(["POST /x?y=1 1 ä"]);
  });

  it("follows redirects of a GET within its origin, and no more than three", async () => {
    const { origin } = await serve((request, response) => {
      const hop = Number(request.url?.slice(1));
      if (hop === 0) response.end("there");
      else response.writeHead(302, { Location: hop < 0 ? `/${hop - 1}` : `/${hop - 1}` }).end();
    });
    const client = createGuardedClient();
    expect(await client.send({ method: "GET", url: `${origin}/3` }, never)).toMatchObject({ body: "there" });
    await expect(client.send({ method: "GET", url: `${origin}/4` }, never)).rejects.toThrow("without end");
    expect(await client.send({ method: "GET", url: `${origin}/2`, redirects: "never" }, never)).toMatchObject(
      { status: 302 },
    );
    expect(await client.send({ method: "POST", url: `${origin}/2` }, never)).toMatchObject({ status: 302 });
  });

  it("follows no redirect to another origin", async () => {
    let calls = 0;
    const other = await serve((_, response) => {
      calls += 1;
      response.end();
    });
    for (const location of [
      other.origin,
      "http://169.254.169.254/",
      "//evil.example/",
      "http://localhost:1/",
    ]) {
      const { origin } = await serve((_, response) => response.writeHead(301, { Location: location }).end());
      await expect(createGuardedClient().send({ method: "GET", url: origin }, never)).rejects.toMatchObject({
        code: "address-forbidden",
      });
    }
    expect(calls).toBe(0);
  });

  it("leads no redirect to an identity endpoint of the same origin", async () => {
    const { origin } = await serve((_, response) =>
      response.writeHead(302, { Location: "/msi/token" }).end(),
    );
    await expect(createGuardedClient().send({ method: "GET", url: origin }, never)).rejects.toMatchObject({
      code: "address-forbidden",
    });
  });

  it.each(["169.254.169.254", "168.63.129.16", "fd00:ec2::254", "fe80::1", "::ffff:a9fe:a9fe"])(
    "never connects to a name that leads to %s, private networks allowed or not",
    async (address) => {
      for (const privateNetwork of [true, false]) {
        const client = createGuardedClient({ privateNetwork, resolve: to(address) });
        const sent = client.send({ method: "GET", url: "https://deploy.contoso.com/" }, never);
        await expect(sent).rejects.toMatchObject({ code: "address-forbidden", retryable: false });
      }
    },
  );

  it("looks at the address at each connection, not at one that was looked up before", async () => {
    let calls = 0;
    const { port } = await serve((_, response) => {
      calls += 1;
      response.end();
    });
    const answers = ["127.0.0.1", "169.254.169.254"];
    const client = createGuardedClient({ resolve: async () => to(answers.shift() ?? "")() });
    const url = `http://localhost:${port}/`;
    expect(await client.send({ method: "GET", url }, never)).toMatchObject({ status: 200 });
    await expect(client.send({ method: "GET", url }, never)).rejects.toMatchObject({
      code: "address-forbidden",
    });
    expect(calls).toBe(1);
  });

  it("refuses a name with one forbidden address among good ones", async () => {
    const resolve = async () => [
      { address: "93.184.216.34", family: 4 },
      { address: "169.254.169.254", family: 4 },
    ];
    const sent = createGuardedClient({ resolve }).send({ method: "GET", url: "https://x.example/" }, never);
    await expect(sent).rejects.toMatchObject({ code: "address-forbidden" });
  });

  it("reaches a private network if it may, and says how if not", async () => {
    let connections = 0;
    const server = createTcpServer((socket) => {
      connections += 1;
      socket.destroy();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const url = `https://deploy.internal:${portOf(server.address())}/`;
    const resolve = to("127.0.0.1");
    await expect(createGuardedClient({ resolve }).send({ method: "GET", url }, never)).rejects.toThrow(
      "privateNetwork: true",
    );
    expect(connections).toBe(0);
    const allowed = createGuardedClient({ resolve, privateNetwork: true }).send(
      { method: "GET", url },
      never,
    );
    await expect(allowed).rejects.toMatchObject({ code: "target-unavailable", retryable: true });
    expect(connections).toBe(1);
  });

  it("does not take localhost for another machine", async () => {
    const client = createGuardedClient({ resolve: to("93.184.216.34"), privateNetwork: true });
    await expect(client.send({ method: "GET", url: "http://localhost/" }, never)).rejects.toMatchObject({
      code: "address-forbidden",
    });
  });

  it("reads no more than it may", async () => {
    const { origin } = await serve((request, response) =>
      response.end("x".repeat(Number(request.url?.slice(1)))),
    );
    const client = createGuardedClient({ maxBodyBytes: 1_000 });
    expect((await client.send({ method: "GET", url: `${origin}/1000` }, never)).body).toHaveLength(1_000);
    await expect(client.send({ method: "GET", url: `${origin}/1001` }, never)).rejects.toMatchObject({
      code: "target-answer-unusable",
    });
  });

  it("keeps the end of a long log", async () => {
    const { origin } = await serve((_, response) => response.end(`${"x".repeat(9_000_000)}the end`));
    const { body } = await createGuardedClient().send({ method: "GET", url: origin, keep: "end" }, never);
    expect(body).toHaveLength(128 * 1024);
    expect(body.endsWith("the end")).toBe(true);
  });

  it("ends at its deadline, before an answer and within one", async () => {
    const held = await serve(() => {});
    const half = await serve((_, response) => void response.writeHead(200).write("half"));
    const client = createGuardedClient({ timeoutMs: 50 });
    for (const { origin } of [held, half]) {
      const failed = await client
        .send({ method: "GET", url: origin }, never)
        .catch((error: unknown) => error);
      expect(failed).toMatchObject({ code: "target-unavailable", retryable: true });
      // It was connected: what was asked for may have been done.
      expect(failed).not.toBeInstanceOf(NotTaken);
    }
  });

  it("says of a call that was never connected that it was not taken", async () => {
    const server = createTcpServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const port = portOf(server.address());
    server.close();
    await once(server, "close");
    const failed = createGuardedClient().send({ method: "POST", url: `http://127.0.0.1:${port}/` }, never);
    await expect(failed).rejects.toSatisfy((error) => error instanceof NotTaken && error.retryable);
    const unknown = createGuardedClient({ resolve: async () => [] }).send(
      { method: "POST", url: "https://x.example/" },
      never,
    );
    await expect(unknown).rejects.toSatisfy((error) => error instanceof NotTaken && error.retryable);
  });

  it("does not hang on an answer that wants another protocol, or none at all", async () => {
    for (const bytes of [
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
      "garbage\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
    ]) {
      const server = createTcpServer((socket) => void socket.once("data", () => socket.end(bytes))).listen(
        0,
        "127.0.0.1",
      );
      await once(server, "listening");
      onTestFinished(() => void server.close());
      const sent = createGuardedClient().send(
        { method: "GET", url: `http://127.0.0.1:${portOf(server.address())}/` },
        never,
      );
      await expect(sent, bytes).rejects.toMatchObject({ code: "target-unavailable", retryable: true });
    }
  });

  it("puts nothing of the path or the query into its messages", async () => {
    const { origin } = await serve((request) => request.socket.destroy());
    const sent = createGuardedClient().send(
      { method: "GET", url: `${origin}/hooks/hunter2?sig=hunter2` },
      never,
    );
    await expect(sent).rejects.toSatisfy(
      (error) => error instanceof Error && !error.message.includes("hunter2"),
    );
  });
});

/** A proxy that answers each CONNECT with these bytes, or with none. */
async function startProxy(answer: string) {
  const asked: string[] = [];
  const server = createServer().listen(0, "127.0.0.1");
  server.on("connect", ({ url = "" }, socket) => {
    asked.push(url);
    if (answer !== "") socket.end(answer);
    onTestFinished(() => void socket.destroy());
  });
  await once(server, "listening");
  vi.stubEnv("HTTPS_PROXY", `http://bot:hunter2@127.0.0.1:${portOf(server.address())}`);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    server.close();
  });
  return asked;
}

describe("the guarded client behind a proxy", () => {
  const unused = () => Promise.reject(new Error("looked up"));

  it("leaves the name to the proxy, and says what the proxy says, without its password", async () => {
    const asked = await startProxy("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    const client = createGuardedClient({ resolve: unused });
    const failed = await client
      .send({ method: "POST", url: "https://deploy.internal/" }, never)
      .catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(NotTaken);
    expect(String(failed)).toMatch(/deploy\.internal could not be asked through the proxy: .*407 Proxy Auth/);
    expect(String(failed)).not.toContain("hunter2");
    expect(asked).toEqual(["deploy.internal:443"]);
  });

  it("applies its rules to what the URL says, before the proxy hears of it", async () => {
    const asked = await startProxy("HTTP/1.1 200 OK\r\n\r\n");
    for (const url of ["https://10.1.2.3/", "https://metadata.google.internal/", "https://[fd00:ec2::254]/"])
      await expect(createGuardedClient().send({ method: "GET", url }, never)).rejects.toMatchObject({
        code: "address-forbidden",
      });
    expect(asked).toEqual([]);
  });

  it("ends at its deadline while the proxy says nothing", async () => {
    await startProxy("");
    const sent = createGuardedClient({ timeoutMs: 50 }).send(
      { method: "POST", url: "https://x.example/" },
      never,
    );
    await expect(sent).rejects.toSatisfy(
      (error) => error instanceof NotTaken && error.message.includes("did not answer in time"),
    );
  });

  it("calls this machine directly", async () => {
    const asked = await startProxy("");
    const { origin } = await serve((_, response) => response.end("direct"));
    expect(await createGuardedClient().send({ method: "GET", url: origin }, never)).toMatchObject({
      body: "direct",
    });
    expect(asked).toEqual([]);
  });
});
