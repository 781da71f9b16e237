import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { inWorld, startReceiver } from "./registry-client.ts";

const run = promisify(execFile);
const missing = ["skopeo", "umoci"].filter((tool) => spawnSync(tool, ["--version"]).error !== undefined);
const reason = missing.length > 0 ? ` (skipped: ${missing.join(" and ")} not installed)` : "";
// skopeo asks for a policy file; this switch does without one.
const skopeo = (...args: string[]) => run("skopeo", ["--insecure-policy", ...args]);

describe.skipIf(missing.length > 0)(`a real skopeo${reason}`, () => {
  it("pushes an image without credentials, and the webhook hears of it", { timeout: 60_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), "registry-skopeo-"));
    try {
      const layout = join(folder, "oci");
      await writeFile(join(folder, "server.txt"), "content of a layer");
      await run("umoci", ["init", "--layout", layout]);
      await run("umoci", ["new", "--image", `${layout}:v1`]);
      const insert = [
        "insert",
        "--rootless",
        "--image",
        `${layout}:v1`,
        join(folder, "server.txt"),
        "/server.txt",
      ];
      await run("umoci", insert);
      await using receiver = await startReceiver();
      const webhooks = [{ name: "chatops", serviceUri: receiver.url, actions: ["push"] as const }];
      await inWorld({ allowAnonymousPush: true, webhooks }, async (world) => {
        const target = `docker://${world.address}/shop/checkout:1.4.2`;
        await skopeo("copy", "--dest-tls-verify=false", `oci:${layout}:v1`, target);
        await world.settled();
        const { stdout } = await skopeo("inspect", "--tls-verify=false", target);
        const { Digest, Layers } = JSON.parse(stdout) as { Digest: string; Layers: string[] };
        expect(Layers).toHaveLength(1);
        expect(world.snapshot().repositories["shop/checkout"]?.tags).toEqual({ "1.4.2": Digest });
        const event: unknown = JSON.parse(receiver.received[0]?.text ?? "");
        expect(event).toMatchObject({
          action: "push",
          target: { repository: "shop/checkout", tag: "1.4.2", digest: Digest },
          request: {
            host: "contoso.azurecr.io",
            method: "PUT",
            useragent: expect.stringMatching(/^skopeo\//),
          },
        });
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it(
    "copies an index whole with the admin's password, and is refused with a wrong one",
    { timeout: 60_000 },
    () =>
      inWorld({}, async (world) => {
        const { digest } = world.push({
          repository: "shop/checkout",
          tag: "2",
          platforms: ["linux/amd64", "linux/arm64"],
        });
        const copy = (password: string) =>
          skopeo(
            "copy",
            "--all",
            "--src-tls-verify=false",
            "--dest-tls-verify=false",
            `--src-creds=contoso:${password}`,
            `--dest-creds=contoso:${password}`,
            `docker://${world.address}/shop/checkout:2`,
            `docker://${world.address}/mirror/checkout:2`,
          );
        await expect(copy("wrong")).rejects.toThrow(/authentication required|unauthorized/i);
        await copy(world.admin.password);
        expect(world.snapshot().repositories["mirror/checkout"]?.tags).toEqual({ "2": digest });
      }),
  );
});
