import { createHash } from "node:crypto";
import { type ClientRequest, request } from "node:http";
import { describe, expect, it } from "vitest";
import { ociIndex, ociManifest } from "../../demo/registry/media-types.ts";
import { accessToken, inWorld, repositoryFetch } from "./registry-client.ts";

const sha256 = (bytes: Buffer) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
const codeOf = async (answer: Response) =>
  ((await answer.json()) as { errors: [{ code: string }] }).errors[0].code;

describe("the OCI distribution API", () => {
  it("takes blobs in chunks and a manifest over them, and gives back the very bytes", () =>
    inWorld({}, async (world) => {
      const call = await repositoryFetch(world, "shop/checkout");
      const blob = Buffer.from("0123456789".repeat(1000));
      const started = await call("/v2/shop/checkout/blobs/uploads/", { method: "POST" });
      expect(started.status).toBe(202);
      const location = started.headers.get("location") ?? "";
      const first = { method: "PATCH", body: blob.subarray(0, 4000), headers: { "Content-Range": "0-3999" } };
      expect((await call(location, first)).headers.get("range")).toBe("0-3999");
      expect((await call(location, first)).status).toBe(416);
      const rest = { method: "PATCH", body: blob.subarray(4000) };
      expect((await call(location, rest)).headers.get("range")).toBe("0-9999");
      const done = await call(`${location}?digest=${sha256(blob)}`, { method: "PUT" });
      expect(done.status).toBe(201);

      const config = Buffer.from('{"architecture":"arm64","os":"linux"}');
      const whole = { method: "POST", body: config };
      const monolithic = await call(`/v2/shop/checkout/blobs/uploads/?digest=${sha256(config)}`, whole);
      expect(monolithic.status).toBe(201);

      const manifest = Buffer.from(
        JSON.stringify({
          schemaVersion: 2,
          mediaType: ociManifest,
          config: {
            mediaType: "application/vnd.oci.image.config.v1+json",
            digest: sha256(config),
            size: config.length,
          },
          layers: [{ mediaType: "application/octet-stream", digest: sha256(blob), size: blob.length }],
        }),
      );
      const put = { method: "PUT", body: manifest, headers: { "Content-Type": ociManifest } };
      const stored = await call("/v2/shop%2Fcheckout/manifests/1.4.2", put);
      expect(stored.status).toBe(201);
      expect(stored.headers.get("docker-content-digest")).toBe(sha256(manifest));

      const pulled = await call("/v2/shop/checkout/manifests/1.4.2", { headers: { Accept: ociManifest } });
      expect(Buffer.from(await pulled.arrayBuffer())).toEqual(manifest);
      const part = await call(`/v2/shop/checkout/blobs/${sha256(blob)}`, {
        headers: { Range: "bytes=10-12" },
      });
      expect([part.status, await part.text()]).toEqual([206, "012"]);
      const shown = await call(`/acr/v1/shop/checkout/_manifests/${sha256(manifest)}`);
      expect(await shown.json()).toMatchObject({
        registry: "contoso.azurecr.io",
        imageName: "shop/checkout",
        manifest: {
          architecture: "arm64",
          os: "linux",
          imageSize: config.length + blob.length,
          tags: ["1.4.2"],
        },
      });
    }));

  it("refuses a wrong digest, missing content and hostile names", () =>
    inWorld({}, async (world) => {
      const call = await repositoryFetch(world, "a");
      const upload = `/v2/a/blobs/uploads/?digest=sha256:${"0".repeat(64)}`;
      expect(await codeOf(await call(upload, { method: "POST", body: "x" }))).toBe("DIGEST_INVALID");
      const missing = { mediaType: "x/y", digest: `sha256:${"1".repeat(64)}`, size: 1 };
      const headers = { "Content-Type": ociManifest };
      const image = JSON.stringify({ schemaVersion: 2, config: missing, layers: [] });
      const put = (reference: string, body: string, type = ociManifest) =>
        call(`/v2/a/manifests/${reference}`, {
          method: "PUT",
          body,
          headers: { ...headers, "Content-Type": type },
        });
      const noBlob = await put("v1", image);
      expect([noBlob.status, await codeOf(noBlob)]).toEqual([404, "MANIFEST_BLOB_UNKNOWN"]);
      const index = JSON.stringify({ schemaVersion: 2, manifests: [missing] });
      expect(await codeOf(await put("v1", index, ociIndex))).toBe("MANIFEST_BLOB_UNKNOWN");
      expect(await codeOf(await put("v1", "{", ociIndex))).toBe("MANIFEST_INVALID");
      expect(await codeOf(await put("v1", index, "text/html"))).toBe("MANIFEST_INVALID");
      expect(await codeOf(await put(`sha256:${"2".repeat(64)}`, index, ociIndex))).toBe("DIGEST_INVALID");
      expect(
        await codeOf(await put("-bad", JSON.stringify({ schemaVersion: 2, manifests: [] }), ociIndex)),
      ).toBe("TAG_INVALID");
      for (const path of [
        "/v2/A/manifests/v1",
        "/v2/a..b/manifests/v1",
        `/v2/${"a".repeat(256)}/manifests/v1`,
      ]) {
        expect(await codeOf(await call(path))).toBe("NAME_INVALID");
      }
      expect((await call("/v2/%E0%A4%A/manifests/v1")).status).toBe(400);
      const big = await put("v1", "x".repeat(5 * 1024 * 1024));
      expect(big.status).toBe(413);
      expect(world.snapshot().repositories.a?.manifests ?? {}).toEqual({});
    }));

  it("answers 413 to a body without a declared length, and takes a body that breaks off as the client's fault", () =>
    inWorld({}, async (world) => {
      const token = await accessToken(world, "repository:a:pull,push");
      const headers = {
        Authorization: `Bearer ${token}`,
        "Content-Type": ociManifest,
        "Transfer-Encoding": "chunked",
      };
      const send = (chunks: number, finish: (request: ClientRequest) => void) =>
        new Promise<number | string>((resolve) => {
          const put = request(`${world.url}/v2/a/manifests/v1`, { method: "PUT", headers });
          put.on("response", (answer) => resolve(answer.resume().statusCode ?? 0));
          put.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "error"));
          for (let i = 0; i < chunks; i += 1) put.write(Buffer.alloc(64 * 1024));
          finish(put);
        });
      expect(await send(65, () => undefined)).toBe(413);
      expect(await send(1, (put) => put.write("x", () => put.destroy()))).toBe("ECONNRESET");
      expect(world.snapshot().repositories).toEqual({});
    }));

  it("gives an index only to who names an index type", () =>
    inWorld({}, async (world) => {
      const call = await repositoryFetch(world, "shop/checkout");
      const { digest, children } = world.push({
        repository: "shop/checkout",
        tag: "2.0.0",
        platforms: ["linux/amd64", "linux/arm64/v8"],
      });
      const path = `/v2/shop/checkout/manifests/${digest}`;
      const refused = await call(path, { headers: { Accept: `${ociManifest}, */*` } });
      expect(refused.status).toBe(404);
      expect(await refused.json()).toMatchObject({
        errors: [
          {
            code: "MANIFEST_UNKNOWN",
            message: "OCI index found, but accept header does not support OCI indexes",
          },
        ],
      });
      const given = await call(path, { headers: { Accept: `${ociIndex};q=0.9` } });
      const bytes = Buffer.from(await given.arrayBuffer());
      expect(sha256(bytes)).toBe(digest);
      const index = JSON.parse(bytes.toString()) as { manifests: { digest: string; platform: unknown }[] };
      expect(index.manifests.map((child) => child.digest)).toEqual(children);
      expect(index.manifests[1]?.platform).toEqual({ architecture: "arm64", os: "linux", variant: "v8" });
      const head = await call(`/v2/shop/checkout/manifests/2.0.0`, {
        method: "HEAD",
        headers: { Accept: ociIndex },
      });
      expect(head.headers.get("docker-content-digest")).toBe(digest);
    }));

  it("mounts a blob from another repository only for who may pull there", () =>
    inWorld({}, async (world) => {
      const { digest } = world.push({ repository: "base/node", tag: "24" });
      const reader = await repositoryFetch(world, "base/node");
      const manifest = await reader(`/v2/base/node/manifests/${digest}`, {
        headers: { Accept: ociManifest },
      });
      const { layers } = (await manifest.json()) as { layers: { digest: string }[] };
      const target = `/v2/shop/checkout/blobs/uploads/?mount=${layers[0]?.digest}&from=base/node`;
      const push = "repository:shop/checkout:pull,push";
      const mount = async (...scopes: string[]) =>
        fetch(`${world.url}${target}`, {
          method: "POST",
          headers: { Authorization: `Bearer ${await accessToken(world, ...scopes)}` },
        });
      expect((await mount(push)).status).toBe(202);
      expect((await mount(push, "repository:base/node:pull")).status).toBe(201);
    }));

  it("lists referrers, filtered by artifact type", () =>
    inWorld({}, async (world) => {
      const { digest } = world.push({ repository: "shop/checkout", tag: "1" });
      const sbom = world.pushReferrer({
        repository: "shop/checkout",
        subject: digest,
        artifactType: "application/spdx+json",
      });
      world.pushReferrer({ repository: "shop/checkout", subject: digest, artifactType: "application/x-sig" });
      const call = await repositoryFetch(world, "shop/checkout");
      const path = `/v2/shop/checkout/referrers/${digest}`;
      expect(((await (await call(path)).json()) as { manifests: unknown[] }).manifests).toHaveLength(2);
      const filtered = await call(`${path}?artifactType=application/spdx%2Bjson`);
      expect(filtered.headers.get("oci-filters-applied")).toBe("artifactType");
      expect(await filtered.json()).toMatchObject({
        manifests: [{ digest: sbom.digest, artifactType: "application/spdx+json" }],
      });
    }));
});

describe("ACR's own data plane", () => {
  it("pages tags by name and by time with relative links", () =>
    inWorld({}, async (world) => {
      for (const tag of ["b", "a", "c", "d"]) world.push({ repository: "shop/checkout", tag });
      const call = await repositoryFetch(world, "shop/checkout");
      const walk = async (first: string) => {
        const names: string[][] = [];
        let path: string | undefined = first;
        while (path !== undefined) {
          const answer = await call(path);
          const body = (await answer.json()) as { tags: { name: string }[] };
          names.push(body.tags.map((tag) => tag.name));
          path = /^<([^>]+)>; rel="next"$/.exec(answer.headers.get("link") ?? "")?.[1];
        }
        return names;
      };
      expect(await walk("/acr/v1/shop%2Fcheckout/_tags?n=3")).toEqual([["a", "b", "c"], ["d"]]);
      expect(await walk("/acr/v1/shop/checkout/_tags?n=2&orderby=timedesc")).toEqual([
        ["d", "c"],
        ["a", "b"],
      ]);
      expect((await call("/acr/v1/shop/checkout/_tags?n=0")).status).toBe(400);
      const catalog = await call("/acr/v1/_catalog");
      expect(await catalog.json()).toEqual({ repositories: ["shop/checkout"] });
    }));

  it("has the shape of the recorded manifest", () =>
    inWorld({}, async (world) => {
      const { digest } = world.push({ repository: "nanoserver", tag: "4.7.2" });
      const call = await repositoryFetch(world, "nanoserver");
      const body = (await (await call(`/acr/v1/nanoserver/_manifests/${digest}`)).json()) as {
        manifest: Record<string, unknown>;
      };
      expect(Object.keys(body.manifest)).toEqual([
        "digest",
        "imageSize",
        "createdTime",
        "lastUpdateTime",
        "architecture",
        "os",
        "mediaType",
        "configMediaType",
        "tags",
        "changeableAttributes",
      ]);
      expect(body.manifest.createdTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/);
    }));

  it("refuses to change or delete what is locked, in ACR's words", () =>
    inWorld({}, async (world) => {
      const { digest } = world.push({ repository: "shop/checkout", tag: "prod" });
      const call = await repositoryFetch(world, "shop/checkout");
      const lock = { method: "PATCH", body: JSON.stringify({ writeEnabled: false }) };
      const locked = await call(`/acr/v1/shop/checkout/_manifests/${digest}`, lock);
      expect(await locked.json()).toMatchObject({
        manifest: { changeableAttributes: { writeEnabled: false } },
      });
      const refused = await call(`/v2/shop/checkout/manifests/${digest}`, { method: "DELETE" });
      expect([refused.status, await codeOf(refused)]).toEqual([405, "REGISTRY_DISALLOWED_OPERATION"]);
      await call("/acr/v1/shop/checkout/_tags/prod", lock);
      expect(() => world.push({ repository: "shop/checkout", tag: "prod" })).toThrow(/disallowed/);
      const untagged = await call("/acr/v1/shop/checkout/_tags/prod", { method: "DELETE" });
      expect(untagged.status).toBe(405);
      expect(world.snapshot().repositories["shop/checkout"]?.tags).toEqual({ prod: digest });
    }));

  it("untags without deleting, and deletes with all tags", () =>
    inWorld({}, async (world) => {
      const { digest } = world.push({ repository: "a", tag: "one" });
      world.setTag("a", "two", digest);
      world.setTag("a", "three", digest);
      const call = await repositoryFetch(world, "a");
      expect((await call("/acr/v1/a/_tags/one", { method: "DELETE" })).status).toBe(202);
      expect((await call("/acr/v1/a/_tags/one")).status).toBe(404);
      expect(Object.keys(world.snapshot().repositories.a?.tags ?? {})).toEqual(["two", "three"]);
      expect((await call("/v2/a/manifests/two", { method: "DELETE" })).status).toBe(405);
      expect((await call(`/v2/a/manifests/${digest}`, { method: "DELETE" })).status).toBe(202);
      expect(world.snapshot().repositories.a).toEqual({ tags: {}, manifests: {} });
    }));
});
