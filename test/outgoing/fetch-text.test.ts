import { createServer, type ServerResponse } from "node:http";
import { expect, it, onTestFinished } from "vitest";
import { fetchText } from "../../src/outgoing/fetch-text.ts";

async function serve(answer: (response: ServerResponse) => void): Promise<string> {
  const server = createServer((_request, response) => answer(response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("no port");
  return `http://127.0.0.1:${bound.port}/keys`;
}

it("reads a text up to its limit", async () => {
  const address = await serve((response) => response.end("字".repeat(100)));
  expect(await fetchText(address, 300)).toBe("字".repeat(100));
  await expect(fetchText(address, 299)).rejects.toThrow("larger than 299 bytes");
});

it("stops reading a body without end at its limit, and ends the connection", async () => {
  let sent = 0;
  const closed = Promise.withResolvers<void>();
  const piece = Buffer.alloc(64 * 1024);
  const address = await serve((response) => {
    response.on("close", () => closed.resolve());
    const pump = (): void => {
      sent += piece.length;
      if (!response.destroyed) response.write(piece, pump);
    };
    pump();
  });
  await expect(fetchText(address, 256 * 1024)).rejects.toThrow("larger than 262144 bytes");
  await closed.promise;
  // What lies in the sockets' buffers by then is some megabytes at most.
  expect(sent).toBeLessThan(32 * 1024 * 1024);
});

it("takes no redirect and no answer but a good one", async () => {
  const redirecting = await serve((response) => response.writeHead(307, { location: "/other" }).end());
  await expect(fetchText(redirecting, 100)).rejects.toThrow();
  const failing = await serve((response) => response.writeHead(503).end("away"));
  await expect(fetchText(failing, 100)).rejects.toThrow("the answer is 503");
});
