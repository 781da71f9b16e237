import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { allRights } from "../../demo/registry/rights.ts";
import type { RegistryWorld } from "../../demo/registry/world.ts";
import { inWorld, repositoryFetch, startReceiver } from "./registry-client.ts";

const payload = (name: string) => readFileSync(new URL(`../payloads/${name}.json`, import.meta.url), "utf8");

const actionsOf = (received: readonly { readonly text: string }[]) =>
  received.map(({ text }) => {
    const { action, target } = JSON.parse(text) as {
      action: string;
      target: { tag?: string; digest: string };
    };
    return [action, target.tag, target.digest];
  });

const patch = async (world: RegistryWorld, digest: string, body: unknown) => {
  const call = await repositoryFetch(world, "shop/checkout");
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return call(`/acr/v1/shop/checkout/_manifests/${digest}`, { method: "PATCH", body: text });
};

describe("quarantine", () => {
  it("holds a pushed image back until it is released, and moves the tag only then", async () => {
    await using receiver = await startReceiver();
    await inWorld({ webhooks: [{ name: "chatops", serviceUri: receiver.url }] }, async (world) => {
      const old = world.push({ repository: "shop/checkout", tag: "stable" });
      await world.settled();
      expect(actionsOf(receiver.received)).toEqual([
        ["quarantine", "stable", old.digest],
        ["push", "stable", old.digest],
      ]);
      world.setQuarantinePolicy(true);
      const call = await repositoryFetch(world, "shop/checkout");
      const pull = (reference: string) => call(`/v2/shop/checkout/manifests/${reference}`);
      // What was there before the policy is not marked good, so it is blocked as well.
      expect((await pull("stable")).status).toBe(404);
      expect((await patch(world, old.digest, payload("acr-v1-quarantine-patch-body"))).status).toBe(200);
      expect((await pull("stable")).headers.get("docker-content-digest")).toBe(old.digest);

      const fresh = world.push({ repository: "shop/checkout", tag: "stable" });
      expect((await pull("stable")).headers.get("docker-content-digest")).toBe(old.digest);
      expect((await pull(fresh.digest)).status).toBe(200);
      const shown = await call(`/acr/v1/shop/checkout/_manifests/${fresh.digest}`);
      expect(await shown.json()).toMatchObject({
        manifest: { quarantineTag: "stable", changeableAttributes: { quarantineState: "Quarantined" } },
      });

      const released = await patch(world, fresh.digest, {
        quarantineState: "Passed",
        quarantineDetails: payload("acr-v1-quarantine-details-example"),
      });
      expect(await released.json()).toMatchObject({
        manifest: { tags: ["stable"], changeableAttributes: { quarantineState: "Passed" } },
      });
      expect((await pull("stable")).headers.get("docker-content-digest")).toBe(fresh.digest);
      await world.settled();
      expect(actionsOf(receiver.received).slice(2)).toEqual([
        ["push", undefined, old.digest],
        ["quarantine", "stable", fresh.digest],
        ["push", "stable", fresh.digest],
      ]);
    });
  });

  it("keeps a rejected image blocked, pushed again or not", () =>
    inWorld({}, async (world) => {
      world.setQuarantinePolicy(true);
      const { digest } = world.push({ repository: "shop/checkout", tag: "1" });
      expect((await patch(world, digest, { quarantineState: "Failed" })).status).toBe(200);
      world.setTag("shop/checkout", "1", digest);
      const call = await repositoryFetch(world, "shop/checkout");
      expect((await call("/v2/shop/checkout/manifests/1")).status).toBe(404);
      expect(world.snapshot().repositories["shop/checkout"]).toMatchObject({
        tags: {},
        manifests: { [digest]: { quarantineState: "Failed" } },
      });
    }));

  it("gives the tag to the last push when two wait for it", () =>
    inWorld({}, async (world) => {
      world.setQuarantinePolicy(true);
      const first = world.push({ repository: "shop/checkout", tag: "1" });
      const second = world.push({ repository: "shop/checkout", tag: "1" });
      const tags = () => world.snapshot().repositories["shop/checkout"]?.tags;
      await patch(world, first.digest, { quarantineState: "Passed" });
      expect(tags()).toEqual({});
      await patch(world, second.digest, { quarantineState: "Passed" });
      expect(tags()).toEqual({ "1": second.digest });
    }));

  it("hides blocked images from who is no quarantine reader, and refuses the digest with 405", () => {
    const rights = allRights.filter((right) => !right.startsWith("quarantine_"));
    return inWorld({ identities: [{ clientId: "reader", rights }] }, async (world) => {
      world.setQuarantinePolicy(true);
      const { digest } = world.push({ repository: "shop/checkout", tag: "1" });
      const call = await repositoryFetch(world, "shop/checkout");
      const byDigest = await call(`/v2/shop/checkout/manifests/${digest}`);
      expect(byDigest.status).toBe(405);
      expect(await byDigest.text()).toBe(payload("acr-error-registry-disallowed-operation").trim());
      expect((await call(`/acr/v1/shop/checkout/_manifests/${digest}`)).status).toBe(404);
      const listed = await call("/acr/v1/shop/checkout/_manifests");
      expect(await listed.json()).toMatchObject({ manifests: [] });
      const refused = await patch(world, digest, { quarantineState: "Passed" });
      expect(refused.status).toBe(403);
      expect(await refused.json()).toMatchObject({ errors: [{ code: "DENIED" }] });
      expect(world.snapshot().repositories["shop/checkout"]?.tags).toEqual({});
    });
  });

  it("takes only the two states and details of the closed schema", () =>
    inWorld({}, async (world) => {
      const { digest } = world.push({ repository: "shop/checkout", tag: "1" });
      const state = "Passed";
      const result = (more: object) => JSON.stringify({ result: { version: "1", summary: [], ...more } });
      const bad = [
        { quarantineState: "passed" },
        { quarantineState: 1 },
        { quarantineState: state, quarantineDetails: { state: "ok" } },
        { quarantineState: state, quarantineDetails: "{" },
        { quarantineState: state, quarantineDetails: '{"approver":"Maya"}' },
        { quarantineState: state, quarantineDetails: '{"scanner":7}' },
        { quarantineState: state, quarantineDetails: '{"result":{"summary":[]}}' },
        { quarantineState: state, quarantineDetails: result({ description: "x".repeat(1025) }) },
        { quarantineState: state, quarantineDetails: result({ summary: [{ severity: "Bad" }] }) },
        { quarantineState: state, quarantineDetails: result({ summary: Array(6).fill({ count: 1 }) }) },
      ];
      for (const body of bad) expect((await patch(world, digest, body)).status).toBe(400);
      expect(world.snapshot().repositories["shop/checkout"]?.manifests[digest]).not.toHaveProperty(
        "quarantineState",
      );
      const good = { quarantineState: state, quarantineDetails: result({ description: "😀".repeat(1024) }) };
      expect((await patch(world, digest, good)).status).toBe(200);
    }));

  it("keeps the state of each child of an index on its own", () =>
    inWorld({}, async (world) => {
      world.setQuarantinePolicy(true);
      const platforms = ["linux/amd64", "linux/arm64"];
      const { digest, children } = world.push({ repository: "shop/checkout", tag: "1", platforms });
      await patch(world, digest, { quarantineState: "Passed" });
      const manifests = world.snapshot().repositories["shop/checkout"]?.manifests ?? {};
      expect(children.map((child) => manifests[child]?.quarantineState)).toEqual([
        "Quarantined",
        "Quarantined",
      ]);
      expect(manifests[digest]?.quarantineState).toBe("Passed");
    }));
});
