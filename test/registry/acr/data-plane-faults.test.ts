import type { ServerResponse } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { digestOf } from "../../../src/registry/manifest/digest.ts";
import { openAcr } from "../../support/acr-parts.ts";
import { sendJson } from "../../support/loopback-server.ts";
import {
  errorBody,
  type Script,
  scriptedEntraToken,
  startScriptedRegistry,
} from "../../support/scripted-registry.ts";

const oci = "application/vnd.oci.image.manifest.v1+json";
const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: oci, layers: [] }));
const digest = digestOf(bytes);

let registry: Awaited<ReturnType<typeof startScriptedRegistry>> | undefined;
afterEach(() => registry?.close());

async function open(script: Script) {
  registry = await startScriptedRegistry({ script });
  return openAcr(registry.url);
}

function sendManifest(response: ServerResponse, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(200, { "Content-Type": oci, "Docker-Content-Digest": digest, ...headers });
  response.end(bytes);
}

describe("reading a manifest from a registry with faults", () => {
  it("asks with the full Accept list", async () => {
    const { reader } = await open((_, response) => sendManifest(response));
    await reader.readManifest("shop/checkout", digest);
    expect(registry?.calls[0]?.accept).toContain("application/vnd.oci.image.index.v1+json");
    expect(registry?.calls[0]?.accept).toContain("application/vnd.docker.distribution.manifest.list.v2+json");
    expect(registry?.calls[0]?.accept).toContain("application/vnd.cncf.oras.artifact.manifest.v1+json");
  });

  it("keeps a 429 and its Retry-After for our own loops, and sends nothing again", async () => {
    const { reader } = await open((_, response) =>
      sendJson(response, 429, errorBody("TOOMANYREQUESTS", "too many"), { "Retry-After": "17" }),
    );
    await expect(reader.readManifest("shop/checkout", digest)).rejects.toMatchObject({
      code: "registry-throttled",
      retryable: true,
      retryAfterMs: 17_000,
    });
    expect(registry?.calls).toHaveLength(1);
  });

  it.each([500, 502, 503, 504])("calls a %i a matter of time", async (status) => {
    const { reader } = await open((_, response) => {
      response.writeHead(status, { "Content-Type": "text/html" });
      response.end("<html>gateway</html>");
    });
    await expect(reader.readManifest("shop/checkout", digest)).rejects.toMatchObject({
      code: "registry-unavailable",
      retryable: true,
    });
    expect(registry?.calls).toHaveLength(1);
  });

  it("calls a reset connection a matter of time", async () => {
    const { reader } = await open((_, response) => response.destroy());
    await expect(reader.readManifest("shop/checkout", digest)).rejects.toMatchObject({
      code: "registry-unavailable",
      retryable: true,
      message: expect.stringContaining("ECONNRESET"),
    });
  });

  it("never takes a truncated body for a manifest", async () => {
    const { reader } = await open((_, response) => {
      response.writeHead(200, {
        "Content-Type": oci,
        "Docker-Content-Digest": digest,
        "Content-Length": String(bytes.length),
      });
      response.write(bytes.subarray(0, 10), () => response.destroy());
    });
    await expect(reader.readManifest("shop/checkout", digest)).rejects.toMatchObject({
      code: "registry-unavailable",
      retryable: true,
    });
  });

  it("refuses other bytes than the digest says, whatever the header says", async () => {
    const { reader } = await open((_, response) => sendManifest(response));
    const other = `sha256:${"a".repeat(64)}`;
    await expect(reader.readManifest("shop/checkout", other)).rejects.toMatchObject({
      code: "registry-digest-mismatch",
      retryable: false,
    });
  });

  it("refuses a digest header that is not that of the bytes, by tag too", async () => {
    const { reader } = await open((_, response) =>
      sendManifest(response, { "Docker-Content-Digest": `sha256:${"b".repeat(64)}` }),
    );
    await expect(reader.readManifest("shop/checkout", "1.4.2")).rejects.toMatchObject({
      code: "registry-digest-mismatch",
    });
  });

  it.each([
    ["a captive portal's page", 200, "text/html", "<!DOCTYPE html><html>Sign in</html>"],
    ["a page that says no type", 200, undefined, "<html>Sign in</html>"],
    ["a proxy's page that nothing is there", 404, "text/html; charset=utf-8", "<html>not found</html>"],
    ["a proxy's page that it is forbidden", 403, "text/html", "<html>blocked by policy</html>"],
    ["a page that leads to a login", 302, "text/html", "<html>moved</html>"],
    ["a portal's JSON", 200, "application/json", '{"login":"https://portal.example"}'],
    ["a portal's words", 200, "text/plain", "please sign in"],
    ["nothing at all", 200, undefined, ""],
  ])("takes %s for no answer, and not for the registry's", async (_what, status, type, body) => {
    const { reader, writer } = await open((_, response) => {
      response.writeHead(status, type === undefined ? {} : { "Content-Type": type });
      response.end(body);
    });
    const later = { code: "registry-unavailable", retryable: true };
    await expect(reader.readManifest("shop/checkout", digest)).rejects.toMatchObject(later);
    if (!body.includes("<html>")) return;
    await expect(reader.readAttributes("shop/checkout", digest)).rejects.toMatchObject(later);
    await expect(reader.findTagDigest("shop/checkout", "1")).rejects.toMatchObject(later);
    await expect(reader.listTags("shop/checkout", 5)).rejects.toMatchObject(later);
    await expect(writer.putTag("shop/checkout", { bytes, mediaType: oci }, "1")).rejects.toMatchObject(later);
  });

  it("takes a page in place of a token for no answer", async () => {
    registry = await startScriptedRegistry({
      script: (_, response) => sendManifest(response),
      onToken: (_, response) => {
        response.writeHead(200, { "Content-Type": "text/html" });
        response.end("<html>Sign in</html>");
        return true;
      },
    });
    const { reader } = openAcr(registry.url);
    await expect(reader.readManifest("shop/checkout", digest)).rejects.toMatchObject({
      code: "registry-unavailable",
      retryable: true,
    });
  });

  it("stops reading a manifest that is too large, with and without a Content-Length", async () => {
    const piece = Buffer.alloc(1024 * 1024, " ");
    let sentPieces = 0;
    const { reader } = await open((call, response) => {
      const head = { "Content-Type": oci, "Docker-Content-Digest": digest };
      if (call.path.endsWith("declared")) {
        response.writeHead(200, { ...head, "Content-Length": String(500 * piece.length) });
        response.write(piece);
        return;
      }
      response.writeHead(200, head);
      const pump = (): void => {
        sentPieces += 1;
        if (!response.destroyed) response.write(piece, pump);
      };
      pump();
    });
    for (const tag of ["declared", "endless"]) {
      await expect(reader.readManifest("shop/checkout", tag)).rejects.toMatchObject({
        code: "registry-answer-unusable",
        retryable: false,
        message: expect.stringContaining("larger than 4194304 bytes"),
      });
    }
    expect(sentPieces).toBeLessThan(40);
  });

  it.each([
    ["no JSON", "<html>"],
    ["no object", "[1]"],
  ])("refuses a manifest that is %s", async (_, text) => {
    const { reader } = await open((_call, response) => {
      const body = Buffer.from(text);
      response.writeHead(200, { "Content-Type": oci, "Docker-Content-Digest": digestOf(body) });
      response.end(body);
    });
    await expect(reader.readManifest("shop/checkout", "1")).rejects.toMatchObject({
      code: "registry-answer-unusable",
    });
  });

  it("ends at once when the caller stops it", async () => {
    let arrived: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const { reader } = await open(() => arrived());
    const stop = new AbortController();
    const reading = reader.readManifest("shop/checkout", digest, { signal: stop.signal });
    await asked;
    stop.abort();
    await expect(reading).rejects.toMatchObject({
      code: "registry-unavailable",
      message: expect.stringContaining("stopped"),
    });
  });

  it("ends when the caller stops it in the middle of a body", async () => {
    let arrived: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const { reader } = await open((_, response) => {
      response.writeHead(200, { "Content-Type": oci, "Content-Length": "100" });
      response.write("{", () => arrived());
    });
    const stop = new AbortController();
    const reading = reader.readManifest("shop/checkout", digest, { signal: stop.signal });
    await asked;
    stop.abort();
    await expect(reading).rejects.toMatchObject({ code: "registry-unavailable", retryable: true });
  });

  it("does not follow a manifest's redirect, and takes it for no answer", async () => {
    const { reader } = await open((_, response) => {
      response.writeHead(307, { Location: "https://evil.example/v2/" });
      response.end();
    });
    await expect(reader.readManifest("shop/checkout", "1")).rejects.toMatchObject({
      code: "registry-unavailable",
    });
    expect(registry?.calls).toHaveLength(1);
  });
});

describe("refusals", () => {
  it.each([
    [
      401,
      "UNAUTHORIZED",
      "authentication required",
      "registry-unauthorized",
      /identity "reader" the role AcrPull/,
    ],
    [
      403,
      "DENIED",
      "requested access is denied",
      "registry-forbidden",
      /Container Registry Repository Reader/,
    ],
    [403, "DENIED", "client with IP '1.2.3.4' is not allowed access", "registry-forbidden", /firewall/],
    [404, "MANIFEST_UNKNOWN", "manifest is not found", "registry-not-found", /not there/],
    [
      404,
      "MANIFEST_UNKNOWN",
      "accept header does not support OCI things",
      "registry-answer-unusable",
      /type/,
    ],
    [
      405,
      "REGISTRY_DISALLOWED_OPERATION",
      "The operation is disallowed",
      "registry-disallowed",
      /quarantined/,
    ],
    [403, "IMAGE_QUARANTINED", "The image is quarantined.", "registry-disallowed", /AcrQuarantineReader/],
    [400, "UNSUPPORTED", "no", "registry-disallowed", /does not take/],
  ] as const)("says what to do about %i %s", async (status, code, message, expected, hint) => {
    const { reader } = await open((_, response) =>
      sendJson(response, status, errorBody(code, message), {
        "x-ms-correlation-request-id": "0f8fad5b-d9cb",
      }),
    );
    const failure = reader.readManifest("shop/checkout", digest);
    await expect(failure).rejects.toMatchObject({ code: expected, retryable: false });
    await expect(failure).rejects.toThrow(hint);
    await expect(failure).rejects.toThrow(/0f8fad5b-d9cb/);
  });

  it("explains a lock in clear words when a tag is written", async () => {
    const { writer } = await open((_, response) =>
      sendJson(response, 405, errorBody("REGISTRY_DISALLOWED_OPERATION", "The operation is disallowed")),
    );
    await expect(writer.putTag("shop/checkout", { bytes, mediaType: oci }, "staging")).rejects.toThrow(
      /contoso\.azurecr\.io refused to point shop\/checkout:staging to sha256:[0-9a-f]{64} \(405.*locked \(writeEnabled is false\).*--write-enabled true/,
    );
  });

  it("refuses a written tag whose digest is another", async () => {
    const { writer } = await open((_, response) => {
      response.writeHead(201, { "Docker-Content-Digest": `sha256:${"c".repeat(64)}` });
      response.end();
    });
    await expect(writer.putTag("shop/checkout", { bytes, mediaType: oci }, "staging")).rejects.toMatchObject({
      code: "registry-digest-mismatch",
    });
  });

  it("sends the bytes as they are", async () => {
    const odd = Buffer.from('{ "schemaVersion":2,\n\t"layers":[ ]}');
    const { writer } = await open((_, response) => {
      response.writeHead(201, { "Docker-Content-Digest": digestOf(odd) });
      response.end();
    });
    expect(await writer.putTag("shop/checkout", { bytes: odd, mediaType: oci }, "staging")).toBe(
      digestOf(odd),
    );
    expect(registry?.calls[0]).toMatchObject({ method: "PUT", path: "/v2/shop/checkout/manifests/staging" });
    expect(registry?.calls[0]?.body).toBe(odd.toString());
  });

  it("holds no token in any message, though the registry sends it back", async () => {
    const { reader } = await open((call, response) =>
      sendJson(
        response,
        403,
        errorBody("DENIED", `bad ${call.authorization} and ${"k".repeat(80)} in ${digest}`),
      ),
    );
    const error = await reader.readManifest("shop/checkout", digest).catch((thrown: unknown) => thrown);
    const shown = `${String(error)} ${JSON.stringify(error)} ${error instanceof Error ? error.stack : ""}`;
    expect(shown).toContain(digest);
    expect(shown).not.toMatch(/eyJ|kkkkk/);
    expect(shown).not.toContain(scriptedEntraToken);
  });
});

describe("attributes and lists from a hostile registry", () => {
  const attributesOf = (manifest: Record<string, unknown>) => ({ registry: "r", imageName: "i", manifest });

  it("reads nulls as absent, and locks", async () => {
    const { reader } = await open((_, response) =>
      sendJson(
        response,
        200,
        attributesOf({
          digest,
          imageSize: null,
          os: "",
          architecture: null,
          changeableAttributes: {
            quarantineState: "Failed",
            quarantineDetails: "x".repeat(9000),
          },
        }),
      ),
    );
    const found = await reader.readAttributes("shop/checkout", digest);
    expect(found).toMatchObject({
      tags: [],
      references: [],
      quarantineState: "Failed",
    });
    expect(found).not.toHaveProperty("os");
    expect(found).not.toHaveProperty("imageBytes");
    expect(found?.quarantineDetails).toHaveLength(4096);
  });

  it("refuses attributes of another digest", async () => {
    const { reader } = await open((_, response) =>
      sendJson(response, 200, attributesOf({ digest: `sha256:${"d".repeat(64)}` })),
    );
    await expect(reader.readAttributes("shop/checkout", digest)).rejects.toMatchObject({
      code: "registry-answer-unusable",
    });
  });

  it("does not carry its token to the host that a Link names", async () => {
    const { reader } = await open((_, response) =>
      sendJson(
        response,
        200,
        { repositories: ["a"] },
        { Link: '<https://evil.example/acr/v1/_catalog>; rel="next"' },
      ),
    );
    await expect(reader.listRepositories(10)).rejects.toMatchObject({
      code: "registry-answer-unusable",
      message: expect.stringContaining("https://evil.example was refused"),
    });
  });

  it("ends where a Link leads back to an empty page", async () => {
    const { reader } = await open((_, response) =>
      sendJson(response, 200, { repositories: [] }, { Link: '</acr/v1/_catalog?last=&n=10>; rel="next"' }),
    );
    expect(await reader.listRepositories(10)).toEqual([]);
    expect(registry?.calls).toHaveLength(1);
  });

  it("refuses a redirect of a blob to anything but ACR's storage", async () => {
    const { reader } = await open((call, response) => {
      if (call.path.includes("/blobs/")) {
        response.writeHead(307, { Location: "http://169.254.169.254/metadata/identity/oauth2/token" });
        response.end();
        return;
      }
      sendManifest(response);
    });
    const config = { mediaType: "application/vnd.oci.image.config.v1+json", digest, size: 12 };
    const content = { digest, mediaType: oci, bytes, manifest: { schemaVersion: 2, config, layers: [] } };
    await expect(reader.readConfigLabels("shop/checkout", content)).rejects.toMatchObject({
      code: "registry-answer-unusable",
      message: expect.stringContaining("169.254.169.254"),
    });
  });

  it("asks for no configuration that claims to be huge", async () => {
    const { reader } = await open((_, response) => sendManifest(response));
    const config = { mediaType: "application/vnd.oci.image.config.v1+json", digest, size: 5_000_000_000 };
    const content = { digest, mediaType: oci, bytes, manifest: { schemaVersion: 2, config, layers: [] } };
    await expect(reader.readConfigLabels("shop/checkout", content)).rejects.toMatchObject({
      code: "registry-answer-unusable",
    });
    expect(registry?.calls).toHaveLength(0);
  });

  it("sends nothing for a name that could lead elsewhere", async () => {
    const { reader, reviewer } = await open((_, response) => sendManifest(response));
    for (const name of ["..", "a/../b", "A", "a//b", "a?x=1", "a%2f..", `a${"/b".repeat(200)}`]) {
      await expect(reader.readManifest(name, digest)).rejects.toMatchObject({ code: "registry-not-found" });
      await expect(reviewer.setQuarantine(name, digest, "Passed", "{}")).rejects.toMatchObject({
        code: "registry-not-found",
      });
    }
    expect(registry?.calls).toHaveLength(0);
    expect(registry?.tokenCalls).toHaveLength(0);
  });
});
