import { Agent } from "node:http";
import { createPipelineRequest } from "@azure/core-rest-pipeline";
import { expect, it, onTestFinished } from "vitest";
import { createBoundedClient } from "../../src/azure/bounded-client.ts";
import { startServer } from "../support/loopback-server.ts";

it("goes through the proxy that was chosen for the request", async () => {
  const { url, close } = await startServer((_request, response) => response.end("through the proxy"));
  onTestFinished(close);
  // A proxy is an agent of the request, as the SDK's policy sets it.
  class ProxyAgent extends Agent {
    override createConnection(...[options, done]: Parameters<Agent["createConnection"]>) {
      return super.createConnection({ ...options, host: "127.0.0.1", port: new URL(url).port }, done);
    }
  }
  const request = createPipelineRequest({ url: "http://contoso.invalid/v2/", allowInsecureConnection: true });
  request.agent = new ProxyAgent();
  const answer = await createBoundedClient({ maxBodyBytes: 1_000 }).sendRequest(request);
  expect(answer.bodyAsText).toBe("through the proxy");
});
