import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ChildDemo, startDemo } from "../support/child-demo.ts";
import { missingPrograms } from "../support/programs.ts";

const missing = missingPrograms("skopeo", "umoci");
if (missing.length > 0)
  process.stderr.write(`skipped: a real skopeo: not installed: ${missing.join(", ")}\n`);

const run = promisify(execFile);
// Without a policy file of the machine's own.
const skopeo = (...args: string[]) => run("skopeo", ["--insecure-policy", ...args]);
const channel = "C0RELEASES";
const user = "U0MAYA0001";

/** The digest that skopeo sees under a reference. */
async function inspect(reference: string): Promise<string> {
  const { stdout } = await skopeo("inspect", "--tls-verify=false", reference);
  return (JSON.parse(stdout) as { readonly Digest: string }).Digest;
}

/** An OCI layout with one image of one layer. */
async function makeImage(folder: string): Promise<string> {
  const layout = join(folder, "oci");
  const image = `${layout}:made`;
  await writeFile(join(folder, "server.txt"), "what the image holds");
  await run("umoci", ["init", "--layout", layout]);
  await run("umoci", ["new", "--image", image]);
  const content = [join(folder, "server.txt"), "/server.txt"];
  await run("umoci", ["insert", "--rootless", "--image", image, ...content]);
  return `oci:${image}`;
}

describe.skipIf(missing.length > 0)("an image that a real skopeo pushes", () => {
  let demo: ChildDemo;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "acr-chatops-skopeo-"));
    demo = await startDemo();
  });
  afterAll(async () => {
    await demo[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  it("gets a card, and its very digest is what a click on Deploy puts under the target's tag", async () => {
    const { setup } = await demo.state();
    const repository = `docker://${setup.registry.address}/shop/checkout`;
    await skopeo("copy", "--dest-tls-verify=false", await makeImage(folder), `${repository}:1.4.2`);
    const pushed = await inspect(`${repository}:1.4.2`);

    const card = await demo.until(({ slack }) =>
      slack.channels[channel]?.find(({ blocks }) => JSON.stringify(blocks).includes("acr:deploy")),
    );
    expect(card.text).toContain("shop/checkout:1.4.2");
    expect(JSON.stringify(card.blocks)).toContain(pushed.slice(0, "sha256:".length + 12));
    expect(JSON.stringify(card.blocks)).toMatch(/skopeo/);
    await demo.post("/slack/click", { channel, ts: card.ts, actionId: "acr:deploy", user });
    const view = await demo.until(({ slack }) => slack.views.find((one) => one.user === user));
    const values = { reason: { value: { type: "plain_text_input", value: "from a real client" } } };
    await demo.post("/slack/submit", { viewId: view.id, user, values });

    await demo.until(({ slack }) =>
      slack.channels[channel]?.find(({ ts, text }) => ts === card.ts && text.includes("Live on staging")),
    );
    expect(await inspect(`${repository}:staging`)).toBe(pushed);
  }, 40_000);
});
