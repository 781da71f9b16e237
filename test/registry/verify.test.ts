import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { allRights } from "../../demo/registry/rights.ts";
import { createRegistryWorld, type RegistryWorld } from "../../demo/registry/world.ts";
import { ChatopsError } from "../../src/errors.ts";
import { digestOf } from "../../src/registry/manifest/digest.ts";
import type { ManifestAttributes, RegistryReader } from "../../src/registry/registry-port.ts";
import { examine } from "../../src/registry/verify.ts";
import { openWorld } from "../support/world-registries.ts";

const repository = "shop/checkout";

describe("examining, against the simulated registry", () => {
  let world: RegistryWorld;
  beforeEach(async () => {
    world = await createRegistryWorld();
  });
  afterEach(() => world.close());

  it("verifies an image with its platform, size and labels", async () => {
    const { digest } = world.push({
      repository,
      tag: "1.4.2",
      labels: { "org.opencontainers.image.revision": "abc" },
    });
    const finding = await examine(openWorld(world).reader, { repository, digest }, "1.4.2");
    expect(finding).toMatchObject({
      outcome: "verified",
      tagDigest: digest,
      facts: {
        kind: "image",
        platforms: ["linux/amd64"],
        labels: { revision: "abc", version: "1.4.2" },
      },
    });
    expect(finding.outcome === "verified" && finding.facts.imageBytes).toBeGreaterThan(10_000);
  });

  it("verifies an index with its children, platforms and the labels of its first image", async () => {
    const { digest, children } = world.push({
      repository,
      tag: "2",
      platforms: ["linux/amd64", "linux/arm64"],
    });
    const finding = await examine(openWorld(world).reader, { repository, digest });
    expect(finding).toMatchObject({
      outcome: "verified",
      facts: { kind: "index", children, platforms: ["linux/amd64", "linux/arm64"], labels: { version: "2" } },
    });
    expect(finding).not.toHaveProperty("tagDigest");
    expect(finding.outcome === "verified" && finding.facts).not.toHaveProperty("imageBytes");
  });

  it("finds that a platform of an index was deleted", async () => {
    const platforms = ["linux/amd64", "linux/arm64"];
    const { digest, children } = world.push({ repository, tag: "2", platforms });
    const { reader } = openWorld(world);
    expect(await examine(reader, { repository, digest })).toMatchObject({ facts: { lostPlatforms: [] } });
    world.delete({ repository, digest: children[1] ?? "" });
    expect(await examine(reader, { repository, digest })).toMatchObject({
      outcome: "verified",
      facts: { lostPlatforms: ["linux/arm64"], platforms },
    });
  });

  it("reads neither labels nor platform of what was read before", async () => {
    const { digest } = world.push({ repository, tag: "3" });
    const { reader } = openWorld(world);
    world.fault({ match: "GET ~/blobs/", status: 500 });
    const again = await examine(reader, { repository, digest }, "3", { isRead: true });
    expect(again).toMatchObject({ outcome: "verified", tagDigest: digest });
    expect(again.outcome === "verified" && Object.keys(again.facts)).not.toEqual(
      expect.arrayContaining(["labels"]),
    );
  });

  it("knows a Helm chart", async () => {
    const { digest } = world.push({ repository: "charts/web", tag: "0.3.0", helmChart: true });
    const finding = await examine(openWorld(world).reader, { repository: "charts/web", digest });
    expect(finding).toMatchObject({
      outcome: "verified",
      facts: { kind: "helm-chart", chart: { name: "web" } },
    });
  });

  it.each([
    ["application/vnd.cncf.notary.signature", "signature"],
    ["application/vnd.dev.sigstore.bundle.v0.3+json", "signature"],
    ["application/spdx+json", "sbom"],
    ["application/vnd.cyclonedx+json", "sbom"],
    ["application/vnd.in-toto+json", "attestation"],
    ["application/vnd.example.thing", "other"],
  ])("knows what is attached as %s", async (artifactType, kind) => {
    const { digest: subject } = world.push({ repository, tag: "1" });
    const { digest } = world.pushReferrer({ repository, subject, artifactType });
    const finding = await examine(openWorld(world).reader, { repository, digest });
    expect(finding).toMatchObject({ outcome: "verified", facts: { kind, subject } });
  });

  it("says where a tag points that has moved since, and that one is gone", async () => {
    const first = world.push({ repository, tag: "latest" });
    const second = world.push({ repository, tag: "latest" });
    const { reader } = openWorld(world);
    const moved = await examine(reader, { repository, digest: first.digest }, "latest");
    expect(moved).toMatchObject({ outcome: "verified", tagDigest: second.digest });
    expect(await examine(reader, { repository, digest: first.digest }, "gone")).toMatchObject({
      tagDigest: null,
    });
  });

  it("finds that the registry has no such digest, nor repository", async () => {
    world.push({ repository, tag: "1" });
    const { reader } = openWorld(world);
    const digest = `sha256:${"0".repeat(64)}`;
    expect(await examine(reader, { repository, digest }, "1")).toMatchObject({ outcome: "absent" });
    expect(await examine(reader, { repository: "no/where", digest }, "1")).toMatchObject({
      outcome: "absent",
      tagDigest: null,
    });
  });

  it("finds a mismatch where the event said another size or type", async () => {
    const { digest } = world.push({ repository, tag: "1" });
    const { reader } = openWorld(world);
    const size = await examine(reader, { repository, digest, manifestBytes: 7 });
    expect(size).toMatchObject({ outcome: "mismatched", why: expect.stringContaining("7 bytes") });
    const mediaType = "application/vnd.oci.image.index.v1+json";
    expect(await examine(reader, { repository, digest, mediaType })).toMatchObject({ outcome: "mismatched" });
    const legacy = { repository, digest, mediaType: "application/vnd.acr.helm.chart" };
    expect(await examine(reader, legacy)).toMatchObject({ outcome: "verified" });
  });

  it("finds the quarantine state, with the identity that may see it", async () => {
    world.setQuarantinePolicy(true);
    const { digest } = world.push({ repository, tag: "1" });
    const finding = await examine(openWorld(world).reader, { repository, digest }, "1");
    expect(finding).toMatchObject({
      outcome: "verified",
      tagDigest: null,
      facts: { quarantine: { state: "Quarantined" } },
    });
  });

  it("does not call absent what it may not see", async () => {
    const rights = allRights.filter((right) => right !== "quarantine_read");
    const blind = await createRegistryWorld({
      identities: [{ clientId: "0a6cfd5e-41b2-4f3a-8d53-7b1f5c9e2a01", rights }],
    });
    try {
      blind.setQuarantinePolicy(true);
      const { digest } = blind.push({ repository, tag: "1" });
      await expect(examine(openWorld(blind).reader, { repository, digest })).rejects.toMatchObject({
        code: "registry-disallowed",
      });
    } finally {
      await blind.close();
    }
  });
});

describe("examining with a reader that fails", () => {
  const bytes = Buffer.from('{"schemaVersion":2}');
  const digest = digestOf(bytes);
  const attributes: ManifestAttributes = {
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    configMediaType: "application/vnd.oci.image.config.v1+json",
    imageBytes: 123,
    os: "linux",
    architecture: "amd64",
    tags: [],
    references: [],
    quarantineState: "Failed",
    quarantineDetails: '{"scanner":"S","result":{"summary":[{"severity":"High","count":1}]}}',
  };
  const fail =
    (
      code:
        | "registry-disallowed"
        | "registry-unavailable"
        | "registry-forbidden"
        | "registry-digest-mismatch"
        | "registry-answer-unusable",
    ) =>
    () =>
      Promise.reject(new ChatopsError(code, "no", { retryable: code === "registry-unavailable" }));

  function reader(parts: Partial<RegistryReader>): RegistryReader {
    return {
      readManifest: async () => ({
        digest,
        mediaType: "application/json",
        bytes,
        manifest: { schemaVersion: 2 },
      }),
      findTagDigest: async () => undefined,
      readAttributes: async () => attributes,
      readConfigLabels: async () => undefined,
      listReferrers: async () => [],
      listTags: async () => [],
      listDigests: async () => undefined,
      listRepositories: async () => [],
      ...parts,
    };
  }

  it("verifies a quarantined image by its attributes where its manifest is not given", async () => {
    const finding = await examine(reader({ readManifest: fail("registry-disallowed") }), {
      repository,
      digest,
    });
    expect(finding).toEqual({
      outcome: "verified",
      facts: {
        kind: "image",
        mediaType: "application/vnd.oci.image.manifest.v1+json",
        imageBytes: 123,
        platforms: ["linux/amd64"],
        children: [],
        labels: {},
        quarantine: { state: "Failed", by: "S" },
        scan: { findings: [{ severity: "High", count: 1 }] },
      },
    });
  });

  it("finds a mismatch where the bytes are others", async () => {
    const finding = await examine(reader({ readManifest: fail("registry-digest-mismatch") }), {
      repository,
      digest,
    });
    expect(finding).toMatchObject({ outcome: "mismatched" });
  });

  it("verifies without attributes where they are refused for good", async () => {
    const finding = await examine(reader({ readAttributes: fail("registry-forbidden") }), {
      repository,
      digest,
    });
    expect(finding).toMatchObject({ outcome: "verified", facts: { manifestBytes: bytes.length } });
    expect(finding.outcome === "verified" && finding.facts).not.toHaveProperty("quarantine");
  });

  it.each(["readManifest", "readAttributes", "findTagDigest"] as const)(
    "decides nothing while %s fails for a time",
    async (verb) => {
      const failing = reader({ [verb]: fail("registry-unavailable") });
      await expect(examine(failing, { repository, digest }, "1")).rejects.toMatchObject({ retryable: true });
    },
  );

  it("decides nothing on attributes that nobody can read", async () => {
    const failing = reader({ readAttributes: fail("registry-answer-unusable") });
    await expect(examine(failing, { repository, digest })).rejects.toMatchObject({
      code: "registry-answer-unusable",
    });
  });

  it.each(["registry-unavailable", "registry-forbidden", "registry-answer-unusable"] as const)(
    "verifies an image without its labels where these fail: %s",
    async (code) => {
      const image = { config: aDescriptor("application/vnd.oci.image.config.v1+json") };
      const mediaType = "application/vnd.oci.image.manifest.v1+json";
      const closed = reader({
        readManifest: async () => ({ digest, mediaType, bytes, manifest: image }),
        readConfigLabels: fail(code),
      });
      expect(await examine(closed, { repository, digest })).toMatchObject({
        outcome: "verified",
        facts: { kind: "image", labels: {}, labelsUnread: "no", platforms: ["linux/amd64"] },
      });
    },
  );

  it("verifies an index without its labels where its first image cannot be read", async () => {
    const child = { ...aDescriptor("application/vnd.oci.image.manifest.v1+json"), digest };
    const mediaType = "application/vnd.oci.image.index.v1+json";
    let reads = 0;
    const odd = reader({
      readManifest: async () => {
        reads += 1;
        if (reads > 1) return await fail("registry-unavailable")();
        return { digest, mediaType, bytes, manifest: { manifests: [child] } };
      },
    });
    const finding = await examine(odd, { repository, digest });
    expect(finding).toMatchObject({ outcome: "verified", facts: { kind: "index", labelsUnread: "no" } });
    expect(finding).not.toHaveProperty("facts.lostPlatforms");
  });

  it("is given up with its caller while it reads labels", async () => {
    const stop = new AbortController();
    const mediaType = "application/vnd.oci.image.manifest.v1+json";
    const image = { config: aDescriptor("application/vnd.oci.image.config.v1+json") };
    const stopped = reader({
      readManifest: async () => ({ digest, mediaType, bytes, manifest: image }),
      readConfigLabels: () => {
        stop.abort();
        return fail("registry-unavailable")();
      },
    });
    const examining = examine(stopped, { repository, digest }, undefined, { signal: stop.signal });
    await expect(examining).rejects.toMatchObject({ code: "registry-unavailable" });
  });

  it("calls a manifest of no known shape other, and verifies its bytes", async () => {
    const odd = reader({
      readManifest: async () => ({
        digest,
        mediaType: "application/json",
        bytes,
        manifest: { layers: "none", config: 7 },
      }),
    });
    expect(await examine(odd, { repository, digest })).toMatchObject({
      outcome: "verified",
      facts: { kind: "other" },
    });
  });
});

function aDescriptor(mediaType: string) {
  return { mediaType, digest: `sha256:${"d".repeat(64)}`, size: 7 };
}
