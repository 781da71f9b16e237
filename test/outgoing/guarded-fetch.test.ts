import { expect, it, onTestFinished } from "vitest";
import { createGuardedClient } from "../../src/outgoing/guarded-client.ts";
import { createGuardedFetch } from "../../src/outgoing/guarded-fetch.ts";
import { startServer } from "../support/loopback-server.ts";

it("sends forms and texts as fetch does, and gives every answer", async () => {
  const seen: string[] = [];
  const { url, close } = await startServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    seen.push(`${request.method} ${request.headers["content-type"]} ${request.headers["x-a"]} ${body}`);
    response.writeHead(Number(request.url?.slice(1)), { "X-B": "2", Location: "/200" }).end();
  });
  onTestFinished(close);
  const fetch = createGuardedFetch(createGuardedClient({ keepAlive: true }));
  const form = { method: "POST", headers: { "X-A": "1" }, body: new URLSearchParams({ a: "ä" }) };
  for (const status of [200, 204, 302, 304, 429, 503]) {
    const response = await fetch(`${url}/${status}`, form);
    expect([response.status, response.headers.get("x-b"), await response.text()]).toEqual([status, "2", ""]);
  }
  expect(await fetch(`${url}/200`)).toMatchObject({ ok: true });
  expect(seen[0]).toBe("POST application/x-www-form-urlencoded;charset=UTF-8 1 a=%C3%A4");
  expect(seen.at(-1)).toBe("GET undefined undefined ");
  await expect(fetch(`${url}/200`, { method: "DELETE" })).rejects.toThrow("DELETE");
  await expect(fetch(`${url}/200`, { signal: AbortSignal.abort() })).rejects.toThrow("it was stopped");
});
