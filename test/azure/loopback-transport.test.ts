import {
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineRequest,
  type HttpClient,
  type PipelineRequest,
} from "@azure/core-rest-pipeline";
import { describe, expect, it } from "vitest";
import { createTransport } from "../../src/azure/loopback-transport.ts";

const origin = "https://contoso.azurecr.io";

function recorder(): HttpClient & { readonly sent: PipelineRequest[] } {
  const sent: PipelineRequest[] = [];
  return {
    sent,
    async sendRequest(request) {
      sent.push(request);
      return { status: 200, headers: createHttpHeaders(), request };
    },
  };
}

describe("the transport to another endpoint", () => {
  it.each(["http://127.0.0.1:5000", "http://localhost:5000", "http://[::1]:5000", "http://127.8.9.1"])(
    "takes plain http at %s",
    async (endpoint) => {
      const client = recorder();
      const request = createPipelineRequest({ url: `${origin}/v2/a/manifests/b?x=1` });
      await createTransport({ origin, endpoint, client }).sendRequest(request);
      expect(client.sent[0]?.url).toBe(`${endpoint}/v2/a/manifests/b?x=1`);
      expect(client.sent[0]?.allowInsecureConnection).toBe(true);
    },
  );

  it.each([
    "http://10.0.0.4",
    "http://contoso.azurecr.io",
    "http://127.0.0.1.evil.example",
    "http://localhost.evil",
    "ftp://localhost",
  ])("refuses %s", (endpoint) => {
    const make = () => createTransport({ origin, endpoint, client: createDefaultHttpClient() });
    expect(make).toThrow(expect.objectContaining({ code: "config-invalid" }));
  });

  it("sends a copy and leaves the original as it was, with its https address", async () => {
    const client = recorder();
    const request = createPipelineRequest({
      url: `${origin}/v2/`,
      method: "PUT",
      body: "bytes",
      headers: createHttpHeaders({ Authorization: "Bearer x" }),
    });
    const response = await createTransport({ origin, endpoint: "http://127.0.0.1:1", client }).sendRequest(
      request,
    );
    expect(response.request).toBe(request);
    expect(request.url).toBe(`${origin}/v2/`);
    expect(client.sent[0]).not.toBe(request);
    expect(client.sent[0]?.body).toBe("bytes");
    expect(client.sent[0]?.headers.get("authorization")).toBe("Bearer x");
  });

  it("rewrites to another https endpoint likewise, and sends as it is where there is none", async () => {
    const client = recorder();
    const request = createPipelineRequest({ url: `${origin}/v2/` });
    await createTransport({ origin, endpoint: "https://acr.internal:8443", client }).sendRequest(request);
    await createTransport({ origin, endpoint: origin, client }).sendRequest(request);
    expect(client.sent.map((sent) => sent.url)).toEqual(["https://acr.internal:8443/v2/", `${origin}/v2/`]);
    expect(client.sent[1]).toBe(request);
  });

  it("refuses a request for any other host", async () => {
    const client = recorder();
    const transport = createTransport({ origin, endpoint: "http://127.0.0.1:1", client });
    for (const url of [
      "https://evil.example/v2/",
      "http://contoso.azurecr.io/v2/",
      "https://contoso.azurecr.io:8443/",
    ]) {
      await expect(transport.sendRequest(createPipelineRequest({ url }))).rejects.toThrow("was refused");
    }
    expect(client.sent).toHaveLength(0);
  });
});
