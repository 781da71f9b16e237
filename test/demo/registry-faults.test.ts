import { describe, expect, it } from "vitest";
import { armFetch, inWorld, repositoryFetch } from "./registry-client.ts";

describe("faults", () => {
  it("throttle as often as they were told to, and no other call", () =>
    inWorld({}, async (world) => {
      const call = await repositoryFetch(world, "shop/checkout");
      world.push({ repository: "shop/checkout", tag: "1" });
      world.fault({ match: "GET /v2/shop/", status: 429, retryAfter: 7, count: 2 });
      expect((await call("/acr/v1/_catalog")).status).toBe(200);
      for (let i = 0; i < 2; i += 1) {
        const answer = await call("/v2/shop%2Fcheckout/manifests/1");
        expect([answer.status, answer.headers.get("retry-after")]).toEqual([429, "7"]);
      }
      expect((await call("/v2/shop/checkout/manifests/1")).status).toBe(200);
    }));

  it("break the connection before the effect or after it", () =>
    inWorld({}, async (world) => {
      const { digest } = world.push({ repository: "a", tag: "1" });
      const call = await repositoryFetch(world, "a");
      const release = () =>
        call(`/acr/v1/a/_manifests/${digest}`, { method: "PATCH", body: '{"quarantineState":"Passed"}' });
      const state = () => world.snapshot().repositories.a?.manifests[digest]?.quarantineState;
      world.fault({ match: "PATCH /acr/v1/a/", status: 0 });
      await expect(release()).rejects.toThrow();
      expect(state()).toBeUndefined();
      world.fault({ match: "PATCH /acr/v1/a/", status: 0, mode: "after" });
      await expect(release()).rejects.toThrow();
      expect(state()).toBe("Passed");
      world.fault({ match: "PATCH /acr/v1/a/", status: 503, mode: "after" });
      expect((await release()).status).toBe(503);
    }));

  it("delay, and do not keep the world from closing", async () => {
    let pending: Promise<unknown> = Promise.resolve();
    await inWorld({}, async (world) => {
      world.fault({ match: "* /v2/", delayMs: 3_600_000 });
      pending = fetch(`${world.url}/v2/`).catch((error: unknown) => error);
      const other = await fetch(`${world.url}/oauth2/token?service=contoso.azurecr.io`);
      expect(other.status).toBe(401);
    });
    expect(await pending).toBeInstanceOf(Error);
  });

  it("speak ARM's language on ARM's paths", () =>
    inWorld({}, async (world) => {
      const arm = await armFetch(world);
      world.fault({ match: "GET /subscriptions/", status: 429, retryAfter: 1 });
      const answer = await arm("/webhooks");
      expect(await answer.json()).toMatchObject({ error: { code: "TooManyRequests" } });
      expect(() => world.fault({ match: "everything", status: 500 })).toThrow(/is not like/);
    }));

  it("tell who listens of every change, until they stop", () =>
    inWorld({}, async (world) => {
      let changes = 0;
      const stop = world.onChange(() => {
        changes += 1;
      });
      world.push({ repository: "a", tag: "1" });
      world.setQuarantinePolicy(true);
      expect(changes).toBe(2);
      stop();
      world.push({ repository: "a", tag: "2" });
      expect(changes).toBe(2);
    }));
});
