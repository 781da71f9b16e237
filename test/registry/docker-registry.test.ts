import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { digestOf } from "../../src/registry/manifest/digest.ts";
import { openAcr } from "../support/acr-parts.ts";
import { startDockerRegistry } from "../support/docker-registry.ts";
import { missingPrograms, run } from "../support/programs.ts";

const testedRepository = "team/checkout";
const missing = missingPrograms("docker-registry", "skopeo", "umoci", "openssl");
if (missing.length > 0) process.stdout.write(`skipped: not installed here: ${missing.join(", ")}\n`);

describe.skipIf(missing.length > 0)("the data plane, against Debian's docker-registry", () => {
  let registry: Awaited<ReturnType<typeof startDockerRegistry>>;
  const folder = mkdtempSync(join(tmpdir(), "images-"));
  const layout = join(folder, "layout");

  beforeAll(async () => {
    registry = await startDockerRegistry();
    run("umoci", ["init", "--layout", layout]);
    run("umoci", ["new", "--image", `${layout}:v1`]);
    const labels = ["--config.label", "org.opencontainers.image.version=1.4.2", "--architecture", "arm64"];
    run("umoci", ["config", "--image", `${layout}:v1`, ...labels]);
    const token = await registry.pushToken(testedRepository);
    const target = `docker://${registry.address}/${testedRepository}:1.4.2`;
    run("skopeo", [
      "copy",
      "--dest-tls-verify=false",
      "--dest-registry-token",
      token,
      `oci:${layout}:v1`,
      target,
    ]);
  });
  afterAll(async () => {
    await registry.close();
    rmSync(folder, { recursive: true });
  });

  /** The digest of the image on disk, by umoci's own index. */
  function pushedDigest(): string {
    const { manifests } = JSON.parse(readFileSync(join(layout, "index.json"), "utf8"));
    return manifests.at(-1).digest;
  }

  it("reads the very bytes that skopeo pushed, by tag and by digest", async () => {
    const { reader } = openAcr(registry.url);
    const byTag = await reader.readManifest(testedRepository, "1.4.2");
    expect(byTag.digest).toBe(pushedDigest());
    const onDisk = readFileSync(join(layout, "blobs", "sha256", byTag.digest.slice("sha256:".length)));
    expect(Buffer.from(byTag.bytes).equals(onDisk)).toBe(true);
    expect((await reader.readManifest(testedRepository, byTag.digest)).mediaType).toBe(byTag.mediaType);
  });

  it("reads labels and platform from the image's configuration", async () => {
    const { reader } = openAcr(registry.url);
    const manifest = await reader.readManifest(testedRepository, "1.4.2");
    expect(await reader.readConfigLabels(testedRepository, manifest)).toEqual({
      labels: { version: "1.4.2" },
      platform: "linux/arm64",
    });
  });

  it("keeps the digest when a tag is pointed to it, and skopeo sees the same", async () => {
    const { reader, writer } = openAcr(registry.url);
    const manifest = await reader.readManifest(testedRepository, "1.4.2");
    expect(await writer.putTag(testedRepository, manifest, "production")).toBe(manifest.digest);
    const moved = await reader.readManifest(testedRepository, "production");
    expect(digestOf(moved.bytes)).toBe(manifest.digest);
    const copy = join(folder, "copy");
    const token = await registry.pushToken(testedRepository);
    const source = `docker://${registry.address}/${testedRepository}:production`;
    run("skopeo", ["copy", "--src-tls-verify=false", "--src-registry-token", token, source, `oci:${copy}:p`]);
    const { manifests } = JSON.parse(readFileSync(join(copy, "index.json"), "utf8"));
    expect(manifests[0].digest).toBe(manifest.digest);
  });

  it("says that a tag, a digest and a repository are not there", async () => {
    const { reader } = openAcr(registry.url);
    const nowhere = { code: "registry-not-found", retryable: false };
    await expect(reader.readManifest(testedRepository, "nope")).rejects.toMatchObject(nowhere);
    await expect(reader.readManifest(testedRepository, `sha256:${"0".repeat(64)}`)).rejects.toMatchObject(
      nowhere,
    );
    await expect(reader.readManifest("team/none", "1")).rejects.toMatchObject(nowhere);
  });

  it("needs one exchange for reading and writing", async () => {
    const before = registry.exchanges.length;
    const { reader, writer } = openAcr(registry.url);
    const manifest = await reader.readManifest(testedRepository, "1.4.2");
    await writer.putTag(testedRepository, manifest, "staging");
    await reader.readConfigLabels(testedRepository, manifest);
    expect(registry.exchanges.length - before).toBe(1);
  });
});
