import { afterAll, afterEach, describe, expect, it } from "vitest";
import { cast } from "../../demo/cast.ts";
import type { SlackUser } from "../../demo/slack/options.ts";
import { openStage, releases, textOf } from "../support/stage.ts";

const greta = "U0GRETA001";
const gustav = "U0GUSTAV01";
const people: SlackUser[] = cast.people.map(({ roles, ...user }) => user);
const newcomer = { id: greta, name: "greta", is_restricted: false };
const deployers = [greta, gustav];

const stage = await openStage({
  world: {
    slack: {
      users: [...people, newcomer, { id: gustav, name: "gustav" }],
      groups: [{ id: "S0DEPLOYER", handle: "deployers", users: deployers }],
    },
  },
  overrides: {
    roles: {
      deployer: { slack: ["U0MAYA0001", "S0DEPLOYER"] },
      "release-manager": { slack: ["U0MAYA0001"] },
    },
  },
});
afterAll(() => stage.close());
await stage.until(async () => (await stage.bot.store.listGroups()).length > 0);

afterEach(() => stage.world.registry.clearFaults());

async function pushed(repository: string) {
  const { digest } = await stage.push({ repository, tag: "1" });
  const card = await stage.card(`${repository}:1`, ({ buttons }) => buttons.includes("acr:deploy"));
  return { digest, card };
}

async function finished(repository: string) {
  return await stage.until(async () => {
    const [newest] = await stage.bot.store.operationsOfRepository("contoso", repository, 1);
    return newest !== undefined && newest.finishedAt !== undefined && newest;
  });
}

function putsOf(repository: string): number {
  return stage.world.registry
    .deliveries()
    .filter((one) => one.action === "push" && one.repository === repository && one.tag === "staging").length;
}

const putOf = (repository: string) => `PUT /v2/${repository}/manifests/staging`;

describe("a deploy", () => {
  it("whose answer was lost is looked at again and ends as done, on the digest that was asked for", async () => {
    const { digest, card } = await pushed("shop/lost-answer");
    stage.world.registry.fault({ match: putOf("shop/lost-answer"), status: 0, mode: "after" });
    await stage.act(card.ts, "acr:deploy");
    expect(await finished("shop/lost-answer")).toMatchObject({ state: "succeeded", digest });
    expect(stage.tagOf("shop/lost-answer", "staging")).toBe(digest);
  });

  it.each([
    ["429 with Retry-After", { status: 429, retryAfter: 3 }],
    ["503", { status: 503 }],
  ])("that the registry puts off by %s is done later, once", async (what, fault) => {
    const repository = `shop/put-off-${what.slice(0, 3)}`;
    const { digest, card } = await pushed(repository);
    stage.world.registry.fault({ match: putOf(repository), ...fault, count: 2 });
    await stage.act(card.ts, "acr:deploy");
    expect(await finished(repository)).toMatchObject({ state: "succeeded", digest });
    await stage.world.registry.settled();
    expect(putsOf(repository)).toBe(1);
    const outcomes = (await stage.audit()).filter((entry) => entry.repository === repository);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(["succeeded", "allowed"]);
  });

  it("that the registry forbids fails with what to do, changes nothing and can be tried again", async () => {
    const { digest, card } = await pushed("shop/forbidden");
    stage.world.registry.fault({ match: putOf("shop/forbidden"), status: 403, count: 10 });
    await stage.act(card.ts, "acr:deploy");
    expect(await finished("shop/forbidden")).toMatchObject({ state: "failed" });
    expect(stage.tagOf("shop/forbidden", "staging")).toBeUndefined();
    const failed = await stage.card("shop/forbidden:1", ({ text }) => text.includes("Failed"));
    const reply = await stage.until(() =>
      stage.world.slack
        .messages(releases)
        .find(({ thread_ts, ts }) => thread_ts === card.ts && ts !== card.ts),
    );
    expect(textOf(reply)).toMatch(/Nothing was changed[\s\S]*Reference/);
    stage.world.registry.clearFaults();
    await stage.act(failed.ts, "acr:deploy");
    await stage.until(() => stage.tagOf("shop/forbidden", "staging") === digest);
  });

  it("that is put off for ever ends as failed, so that a person hears of it", async () => {
    const { card } = await pushed("shop/never");
    stage.world.registry.fault({ match: putOf("shop/never"), status: 503, count: 1_000 });
    await stage.act(card.ts, "acr:deploy");
    const operation = await stage.until(async () => {
      stage.clock.advance(5_000);
      const [newest] = await stage.bot.store.operationsOfRepository("contoso", "shop/never", 1);
      return newest?.state === "failed" && newest;
    });
    expect(operation.attempts).toBeGreaterThan(3);
    expect(stage.tagOf("shop/never", "staging")).toBeUndefined();
  });

  it("of an image that was deleted since the click is refused before its effect", async () => {
    const { digest, card } = await pushed("shop/deleted");
    stage.world.registry.fault({ match: "GET /acr/v1/shop/deleted/_manifests/", status: 503, count: 1 });
    await stage.act(card.ts, "acr:deploy");
    stage.world.registry.delete({ repository: "shop/deleted", digest });
    expect(await finished("shop/deleted")).toMatchObject({ state: "failed" });
    expect(stage.tagOf("shop/deleted", "staging")).toBeUndefined();
  });
});

describe("who may is asked again before the effect:", () => {
  it("who has become a guest since the click deploys nothing", async () => {
    const { card } = await pushed("shop/guest");
    stage.world.registry.fault({ match: "GET /acr/v1/shop/guest/_manifests/", status: 503, count: 1 });
    const submitted = await stage.act(card.ts, "acr:deploy", undefined, greta);
    expect(submitted.outcome).toBe("closed");
    newcomer.is_restricted = true;
    const operation = await finished("shop/guest");
    expect(operation).toMatchObject({ state: "failed", outcome: expect.stringContaining("Only members of") });
    expect(stage.tagOf("shop/guest", "staging")).toBeUndefined();
  });

  it("who has left the group that holds the role deploys nothing", async () => {
    const { card } = await pushed("shop/left");
    await stage.until(async () =>
      (await stage.bot.store.listGroups()).some(({ members }) => members.includes(gustav)),
    );
    stage.world.registry.fault({ match: "GET /acr/v1/shop/left/_manifests/", status: 503, count: 1 });
    const submitted = await stage.act(card.ts, "acr:deploy", undefined, gustav);
    expect(submitted.outcome).toBe("closed");
    deployers.length = 0;
    const operation = await finished("shop/left");
    expect(operation).toMatchObject({
      state: "failed",
      outcome: expect.stringContaining('the role "deployer"'),
    });
    expect(stage.tagOf("shop/left", "staging")).toBeUndefined();
  });
});

describe("a release", () => {
  it("of a multi-arch image releases its platforms with it", async () => {
    stage.world.registry.setQuarantinePolicy(true);
    const platforms = ["linux/amd64", "linux/arm64"];
    const { digest, children } = await stage.push({ repository: "shop/multi", tag: "1", platforms });
    const card = await stage.card("shop/multi:1", ({ buttons }) => buttons.includes("acr:release"));
    await stage.act(card.ts, "acr:release", "scanned by hand");
    expect(await finished("shop/multi")).toMatchObject({ state: "succeeded" });
    const manifests = stage.world.registry.snapshot().repositories["shop/multi"]?.manifests;
    for (const one of [digest, ...children]) expect(manifests?.[one]?.quarantineState).toBe("Passed");
    stage.world.registry.setQuarantinePolicy(false);
  });

  it("whose answer was lost ends as done", async () => {
    stage.world.registry.setQuarantinePolicy(true);
    const { digest } = await stage.push({ repository: "shop/lost-release", tag: "1" });
    const card = await stage.card("shop/lost-release:1", ({ buttons }) => buttons.includes("acr:release"));
    stage.world.registry.fault({
      match: "PATCH /acr/v1/shop/lost-release/",
      status: 0,
      mode: "after",
    });
    await stage.act(card.ts, "acr:release", "scanned by hand");
    expect(await finished("shop/lost-release")).toMatchObject({ state: "succeeded", digest });
    await stage.card("shop/lost-release:1", ({ buttons }) => buttons.includes("acr:deploy"));
    stage.world.registry.setQuarantinePolicy(false);
  });
});
