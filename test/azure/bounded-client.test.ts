import { Agent } from "node:http";
import { createPipelineRequest } from "@azure/core-rest-pipeline";
import { expect, it, onTestFinished, vi } from "vitest";
import { createBoundedClient } from "../../src/azure/bounded-client.ts";
import { startServer } from "../support/loopback-server.ts";

it("goes through the environment's proxy, and never with a call of this machine, whatever the SDK's policies chose", async () => {
  const asked: (string | undefined)[] = [];
  const proxy = await startServer(({ url, headers }, response) => {
    asked.push(url, headers["proxy-authorization"]);
    response.end("through the proxy");
  });
  const machine = await startServer((_request, response) => response.end("direct"));
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await Promise.all([proxy.close(), machine.close()]);
  });
  vi.stubEnv("HTTP_PROXY", proxy.url.replace("//", "//bot:p%40ss@"));
  const client = createBoundedClient({ maxBodyBytes: 1_000 });
  const send = async (url: string) => {
    const request = createPipelineRequest({ url, allowInsecureConnection: true });
    request.agent = new Agent();
    return (await client.sendRequest(request)).bodyAsText;
  };
  expect(await send("http://contoso.invalid/v2/")).toBe("through the proxy");
  expect(await send(`${machine.url}/msi/token`)).toBe("direct");
  expect(asked).toEqual(["http://contoso.invalid/v2/", `Basic ${btoa("bot:p@ss")}`]);
});
