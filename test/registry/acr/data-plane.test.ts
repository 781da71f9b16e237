import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { allRights } from "../../../demo/registry/rights.ts";
import { createRegistryWorld, type RegistryWorld } from "../../../demo/registry/world.ts";
import { buildQuarantineDetails } from "../../../src/registry/build-quarantine-details.ts";
import { digestOf } from "../../../src/registry/manifest/digest.ts";
import { openWorld } from "../../support/world-registries.ts";

describe("the data plane, against the simulated registry", () => {
  let world: RegistryWorld;
  beforeEach(async () => {
    world = await createRegistryWorld();
  });
  afterEach(() => world.close());

  it("reads a manifest's bytes by tag and by digest", async () => {
    const { digest } = world.push({ repository: "shop/checkout", tag: "1.4.2" });
    const { reader } = openWorld(world);
    const byTag = await reader.readManifest("shop/checkout", "1.4.2");
    const byDigest = await reader.readManifest("shop/checkout", digest);
    expect(byTag.digest).toBe(digest);
    expect(digestOf(byDigest.bytes)).toBe(digest);
    expect(byDigest.mediaType).toBe("application/vnd.oci.image.manifest.v1+json");
    expect(byDigest.manifest.schemaVersion).toBe(2);
  });

  it("reads an index, which ACR gives only to who names its type", async () => {
    const { digest } = world.push({
      repository: "shop/checkout",
      tag: "2",
      platforms: ["linux/amd64", "linux/arm64"],
    });
    const { reader } = openWorld(world);
    const manifest = await reader.readManifest("shop/checkout", digest);
    expect(manifest.mediaType).toBe("application/vnd.oci.image.index.v1+json");
  });

  it("points a tag to the same bytes, so the digest stays", async () => {
    const { digest } = world.push({ repository: "shop/checkout", tag: "1.4.2" });
    const { reader, writer } = openWorld(world);
    const manifest = await reader.readManifest("shop/checkout", digest);
    expect(await writer.putTag("shop/checkout", manifest, "staging")).toBe(digest);
    expect(await reader.findTagDigest("shop/checkout", "staging")).toBe(digest);
  });

  it("finds no digest for a tag that is not there, nor for text that is no tag", async () => {
    world.push({ repository: "shop/checkout", tag: "1.4.2" });
    const { reader } = openWorld(world);
    expect(await reader.findTagDigest("shop/checkout", "nope")).toBeUndefined();
    expect(await reader.findTagDigest("shop/../secrets", "1.4.2")).toBeUndefined();
    expect(await reader.findTagDigest("shop/checkout", "a b/c")).toBeUndefined();
  });

  it("lists the newest tags first, over several pages, and stops at the limit", async () => {
    for (let n = 0; n < 130; n += 1)
      world.push({ repository: "shop/checkout", tag: `v${n}`, sizeBytes: 512 });
    const { reader } = openWorld(world);
    const all = await reader.listTags("shop/checkout", 1000);
    expect(all).toHaveLength(130);
    expect(all[0]?.tag).toBe("v129");
    const some = await reader.listTags("shop/checkout", 7);
    expect(some.map((item) => item.tag)).toEqual(["v129", "v128", "v127", "v126", "v125", "v124", "v123"]);
  });

  it("lists no tags of a repository that is not there", async () => {
    expect(await openWorld(world).reader.listTags("contoso/shop/checkout", 5)).toEqual([]);
  });

  it("lists repositories up to the limit", async () => {
    for (const repository of ["a/one", "a/two", "b/three"]) world.push({ repository, tag: "1" });
    const { reader } = openWorld(world);
    expect(await reader.listRepositories(10)).toEqual(["a/one", "a/two", "b/three"]);
    expect(await reader.listRepositories(2)).toEqual(["a/one", "a/two"]);
  });

  it("reads labels and platform from the image's configuration", async () => {
    const { digest } = world.push({ repository: "shop/checkout", tag: "1.4.2", platforms: ["linux/arm/v7"] });
    const { reader } = openWorld(world);
    const manifest = await reader.readManifest("shop/checkout", digest);
    const description = await reader.readConfigLabels("shop/checkout", manifest);
    expect(description?.platform).toBe("linux/arm/v7");
    expect(description?.labels.version).toBe("1.4.2");
  });

  it("gives no labels for what is not an image", async () => {
    const { digest } = world.push({ repository: "charts/web", tag: "0.1.0", helmChart: true });
    const { reader } = openWorld(world);
    const manifest = await reader.readManifest("charts/web", digest);
    expect(await reader.readConfigLabels("charts/web", manifest)).toBeUndefined();
  });

  it("shows the quarantine state that the SDK leaves out, and releases by digest", async () => {
    world.setQuarantinePolicy(true);
    const { digest } = world.push({ repository: "shop/checkout", tag: "1.5.0" });
    const { reader, reviewer } = openWorld(world);
    const held = await reader.readAttributes("shop/checkout", digest);
    expect(held?.quarantineState).toBe("Quarantined");
    const details = buildQuarantineDetails({
      state: "Passed",
      by: "Ana (U012)",
      reason: "CVE is not reachable",
    });
    await reviewer.setQuarantine("shop/checkout", digest, "Passed", details);
    const released = await reviewer.readAttributes("shop/checkout", digest);
    expect(released?.quarantineState).toBe("Passed");
    expect(released?.quarantineDetails).toBe(details);
    expect(await reader.findTagDigest("shop/checkout", "1.5.0")).toBe(digest);
  });

  it("has no attributes for a digest that is not there", async () => {
    world.push({ repository: "shop/checkout", tag: "1" });
    const { reader } = openWorld(world);
    expect(await reader.readAttributes("shop/checkout", `sha256:${"0".repeat(64)}`)).toBeUndefined();
  });
});

describe("identities that lack a role", () => {
  async function worldWithout(...missing: readonly string[]): Promise<RegistryWorld> {
    const rights = allRights.filter((right) => !missing.includes(right));
    return createRegistryWorld({
      identities: [{ clientId: "0a6cfd5e-41b2-4f3a-8d53-7b1f5c9e2a01", rights }],
    });
  }

  it("names AcrPush when a tag cannot be written", async () => {
    await using world = closing(await worldWithout("push"));
    const { digest } = world.push({ repository: "shop/checkout", tag: "1" });
    const { reader, writer } = openWorld(world);
    const manifest = await reader.readManifest("shop/checkout", digest);
    await expect(writer.putTag("shop/checkout", manifest, "staging")).rejects.toMatchObject({
      code: "registry-unauthorized",
      retryable: false,
      message: expect.stringMatching(/identity "bot".*AcrPush.*Container Registry Repository Writer/),
    });
    expect(await reader.findTagDigest("shop/checkout", "staging")).toBeUndefined();
  });

  it("names AcrQuarantineWriter when an image cannot be released", async () => {
    await using world = closing(await worldWithout("quarantine_write"));
    world.setQuarantinePolicy(true);
    const { digest } = world.push({ repository: "shop/checkout", tag: "1" });
    const { reviewer } = openWorld(world);
    await expect(reviewer.setQuarantine("shop/checkout", digest, "Passed", "{}")).rejects.toMatchObject({
      code: expect.stringMatching(/^registry-(unauthorized|forbidden)$/),
      message: expect.stringContaining("AcrQuarantineWriter"),
    });
  });

  it("says that a blocked image is quarantined when it may not be seen", async () => {
    await using world = closing(await worldWithout("quarantine_read"));
    world.setQuarantinePolicy(true);
    const { digest } = world.push({ repository: "shop/checkout", tag: "1" });
    const { reader } = openWorld(world);
    await expect(reader.readManifest("shop/checkout", digest)).rejects.toMatchObject({
      code: "registry-disallowed",
      retryable: false,
      message: expect.stringContaining("AcrQuarantineReader"),
    });
  });
});

function closing(world: RegistryWorld): RegistryWorld & AsyncDisposable {
  return { ...world, [Symbol.asyncDispose]: () => world.close() };
}
