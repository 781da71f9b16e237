import { afterEach, describe, expect, it } from "vitest";
import { createRegistryWorld } from "../../../demo/registry/world.ts";
import { openAcr } from "../../support/acr-parts.ts";
import { sendJson } from "../../support/loopback-server.ts";
import { errorBody, type Script, startScriptedRegistry } from "../../support/scripted-registry.ts";
import { openWorld } from "../../support/world-registries.ts";

const repository = "shop/checkout";
const digest = `sha256:${"a".repeat(64)}`;
const other = (digit: string) => `sha256:${digit.repeat(64)}`;
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function open(script: Script) {
  const registry = await startScriptedRegistry({ script });
  closers.push(registry.close);
  return { registry, reader: openAcr(registry.url).reader };
}

describe("what refers to a manifest", () => {
  it("is listed by the registry, with its type", async () => {
    const world = await createRegistryWorld();
    closers.push(world.close);
    const { reader } = openWorld(world);
    const image = world.push({ repository, tag: "1" });
    expect(await reader.listReferrers(repository, image.digest, 10)).toEqual([]);
    const artifactType = "application/spdx+json";
    const sbom = world.pushReferrer({ repository, subject: image.digest, artifactType });
    expect(await reader.listReferrers(repository, image.digest, 10)).toEqual([
      { digest: sbom.digest, artifactType },
    ]);
  });

  it("is read from the fallback tag where the registry has no such API", async () => {
    const { reader, registry } = await open((call, response) => {
      if (call.path.includes("/referrers/")) return sendJson(response, 404, errorBody("UNSUPPORTED", "no"));
      sendJson(response, 200, { manifests: [{ digest: other("b"), artifactType: 7 }] });
    });
    expect(await reader.listReferrers(repository, digest, 10)).toEqual([{ digest: other("b") }]);
    expect(registry.calls.map(({ path }) => path)).toEqual([
      `/v2/${repository}/referrers/${digest}`,
      `/v2/${repository}/manifests/sha256-${"a".repeat(64)}`,
    ]);
  });

  it("is nothing where there is neither", async () => {
    const { reader } = await open((_, response) => sendJson(response, 404, errorBody("NAME_UNKNOWN", "no")));
    expect(await reader.listReferrers(repository, digest, 10)).toEqual([]);
  });

  it("is read page by page, each once, up to the limit", async () => {
    const link = `</v2/${repository}/referrers/${digest}?last=x>; rel="next"`;
    let page = 0;
    const { reader, registry } = await open((_, response) => {
      page += 1;
      const manifests = [{ digest: other(String(page)) }, { digest: other("9") }];
      sendJson(response, 200, { manifests }, { Link: link });
    });
    const all = await reader.listReferrers(repository, digest, 100);
    expect(all.map((one) => one.digest)).toEqual(["1", "9", "2", "3", "4", "5"].map(other));
    expect(registry.calls).toHaveLength(5);
    expect(await reader.listReferrers(repository, digest, 1)).toHaveLength(1);
  });

  it.each([
    "<https://evil.example/v2/x>; rel=next",
    `</v2/other/referrers/${digest}>; rel="next"`,
    "</v2/%zz>; rel=next",
    "x",
  ])("is not followed to %s", async (link) => {
    const { reader, registry } = await open((_, response) =>
      sendJson(response, 200, { manifests: [] }, { Link: link }),
    );
    await reader.listReferrers(repository, digest, 10).catch(() => undefined);
    expect(registry.calls).toHaveLength(1);
  });

  it("is unusable where it is no list of digests", async () => {
    const { reader } = await open((_, response) =>
      sendJson(response, 200, { manifests: [{ digest: "../x" }] }),
    );
    await expect(reader.listReferrers(repository, digest, 10)).rejects.toMatchObject({
      code: "registry-answer-unusable",
    });
  });
});
