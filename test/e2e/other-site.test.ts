import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type ChildDemo, startDemo } from "../support/child-demo.ts";

let demo: ChildDemo;

beforeAll(async () => {
  demo = await startDemo();
});

afterAll(() => demo[Symbol.asyncDispose]());

async function statusOf(method: string, path: string, headers: Readonly<Record<string, string>>) {
  const call = request(`${demo.page}/api${path}`, { method, headers: { ...headers }, agent: false });
  call.end(method === "POST" ? '{"repository":"shop/foreign","tag":"1"}' : undefined);
  const [response] = (await once(call, "response")) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

it("a site that is open in the browser can neither act in the demo nor read it", async () => {
  const origin = "https://evil.example";
  expect(await statusOf("POST", "/registry/push", { origin, "content-type": "text/plain" })).toBe(403);
  expect(await statusOf("GET", "/state", { host: "evil.example:3000" })).toBe(403);
  expect(await statusOf("GET", "/events", { host: "evil.example:3000" })).toBe(403);
  expect(await statusOf("POST", "/registry/push", { origin: "null" })).toBe(403);
  expect((await demo.state()).registry.repositories["shop/foreign"]).toBeUndefined();
});

it("its own page and scripts can", async () => {
  const { origin } = new URL(demo.page);
  expect(await statusOf("POST", "/registry/push", { origin })).toBe(200);
  expect(await statusOf("POST", "/registry/push", {})).toBe(200);
});
