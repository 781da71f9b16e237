import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type ChildDemo, startDemo } from "../support/child-demo.ts";
import { startProgram } from "../support/child-program.ts";

const push = { repository: "shop/checkout", tag: "1.4.2" };

/** Sends one native webhook call to the demo's bot. */
async function callWebhook(demo: ChildDemo, secret: string): Promise<number> {
  const event = {
    id: "cb8c3971-9adc-488b-bdd8-43cbb4974ff5",
    timestamp: new Date().toISOString(),
    action: "push",
    target: { repository: "shop/cart", tag: "9", digest: `sha256:${"4f".repeat(32)}`, size: 500 },
    request: { id: "1a2b", host: "contoso.azurecr.io", method: "PUT" },
  };
  const response = await fetch(new URL("/webhooks/acr/contoso", demo.page), {
    method: "POST",
    headers: { "content-type": "application/json", "x-webhook-secret": secret },
    body: JSON.stringify(event),
  });
  return response.status;
}

describe("the demo's process", () => {
  it("prints where it is, takes calls with the secret at the same address, and ends with 0", async () => {
    await using demo = await startDemo();
    expect(demo.lines()).toEqual([
      expect.stringMatching(/^demo ready: http:\/\/127\.0\.0\.1:[1-9]\d*\/demo$/),
    ]);
    expect((await fetch(demo.page)).status).toBe(200);
    const { setup } = await demo.state();
    expect(await callWebhook(demo, "wrong")).toBe(401);
    expect(await callWebhook(demo, setup.secret)).toBe(200);
    // The registry knows nothing of what that call claimed, so only what is really pushed gets a card.
    await demo.post("/registry/push", { repository: "shop/cart", tag: "10" });
    await demo.until(({ slack }) =>
      slack.channels.C0RELEASES?.find(({ text }) => text.includes("shop/cart:10")),
    );

    const watching = await fetch(`${demo.page}/api/events`);
    const began = performance.now();
    demo.kill("SIGTERM");
    expect(await demo.exit).toMatchObject({ code: 0, signal: null });
    // A page that is watching does not hold it.
    expect(performance.now() - began).toBeLessThan(5_000);
    await watching.body?.cancel();
  });

  it("keeps the bot's state in --data", async () => {
    const directory = await mkdtemp(join(tmpdir(), "acr-chatops-data-"));
    try {
      await using first = await startDemo("--data", directory);
      await first.post("/registry/push", push);
      const findCard = () =>
        first.until(({ slack }) =>
          slack.channels.C0RELEASES?.find(({ blocks }) => JSON.stringify(blocks).includes("acr:deploy")),
        );
      const { ts } = await findCard();
      const click = { channel: "C0RELEASES", ts, actionId: "acr:deploy", user: "U0TOMAS001" };
      await first.post("/slack/click", click);
      const { audit } = await first.until((state) => state.audit.length > 0 && state);
      first.kill("SIGTERM");
      expect(await first.exit).toMatchObject({ code: 0 });

      await using second = await startDemo("--data", directory);
      expect((await second.state()).audit).toEqual(audit);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it("says in one line why it cannot start", async () => {
    await using first = await startDemo();
    const { port } = new URL(first.page);
    await using second = startProgram(["demo/main.ts", "--port", port, "--registry-port", "0"]);
    const { code, stderr } = await second.exit;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^demo: Cannot listen on [^\n]*\n$/);
    await using third = startProgram(["demo/main.ts", "--port", "70000"]);
    expect(await third.exit).toMatchObject({ code: 1, stderr: expect.stringContaining("0 to 65535") });
  });
});
