import { afterAll, beforeAll, expect, it } from "vitest";
import { cast } from "../../demo/cast.ts";
import type { Request, Wish } from "../../src/nouns/request.ts";
import { countUndecided } from "../contract/claim-work.ts";
import { maya as mayaOnTeams, onTeams } from "../support/on-teams.ts";
import { openStage, releases } from "../support/stage.ts";

const hourMs = 60 * 60_000;
const people = (letter: string) =>
  Array.from({ length: 20 }, (_, at) => `U0${letter}${String(at).padStart(7, "0")}`);
const [unreadable, throttled] = [people("UNREAD"), people("THROTT")];
const newcomer = "U0NEW00001";

const stage = await openStage({
  world: {
    teams: {},
    slack: {
      users: [
        ...cast.people.map(({ roles, ...user }) => user),
        ...[newcomer, ...unreadable, ...throttled].map((id) => ({ id, name: id.toLowerCase() })),
      ],
    },
  },
  overrides: {
    roles: {
      deployer: { slack: [newcomer], teams: [mayaOnTeams.aadObjectId] },
      "release-manager": { slack: ["U0MAYA0001"] },
    },
  },
});
afterAll(() => stage.close());
const { store } = stage.bot;
const { slack } = stage.world;

const image = { registry: "contoso", repository: "shop/checkout", tag: "1" } as const;
let wish: Wish;
beforeAll(async () => {
  const { digest } = await stage.push(image);
  wish = { kind: "deploy", ...image, digest, target: "staging" };
  await stage.card("shop/checkout:1", ({ buttons }) => buttons.includes("acr:deploy"));
});

function requestOf(userId: string): Request {
  const who = { platform: "slack", tenant: slack.team.id, userId, name: userId } as const;
  return { id: `slack:${userId}`, who, channel: `slack:${releases}`, order: wish, at: stage.clock.now() };
}

/** Asks as a process does that dies before it has decided. */
async function ask(...users: readonly string[]): Promise<void> {
  for (const user of users) await store.recordRequest(requestOf(user));
}

/** When somebody was looked up, in ms. */
function lookUpsOf(user: string): readonly number[] {
  return slack.calls("users.info").flatMap(({ body, at }) => (body.user === user ? [at] : []));
}

/** Time passes, and whatever is due meanwhile is done. */
async function pass(ms: number, stepMs: number): Promise<void> {
  for (const until = stage.clock.now() + ms; stage.clock.now() < until; ) {
    stage.clock.advance(stepMs);
    await stage.until(async () => {
      const { due, running } = await store.countWork("decide", { by: "everything" });
      return due + running === 0;
    }, "quiet");
  }
}

it("twenty requests whose people cannot be looked up do not starve a later one", async () => {
  slack.fault({ method: "users.info", error: "missing_scope", status: 200, users: unreadable, count: 1e6 });
  await ask(...unreadable);
  await stage.until(() => unreadable.every((user) => lookUpsOf(user).length > 0), "a look-up of each");
  await ask(newcomer);
  await stage.until(() => stage.tagOf(image.repository, "staging") === wish.digest, "the deploy");
  expect(await countUndecided(store)).toBe(20);
});

it("a missing scope in Slack does not block a newcomer in Teams", async () => {
  const teams = onTeams(stage);
  const other = await stage.push({ repository: "shop/basket", tag: "1" });
  const card = await teams.card("shop/basket:1", ({ buttons }) => buttons.includes("deploy"));
  await teams.act(card.id, "deploy");
  await stage.until(() => stage.tagOf("shop/basket", "staging") === other.digest, "the deploy from Teams");
  expect(await countUndecided(store)).toBe(20);
});

it("they are put off, longer each time, end within the hour with the reason, and are pruned", async () => {
  await pass(10 * 60_000, 10_000);
  await pass(hourMs, 10 * 60_000);
  await stage.until(async () => (await countUndecided(store)) === 0, "their ends");
  for (const user of unreadable) {
    const at = lookUpsOf(user);
    const pauses = at.slice(1).map((time, index) => time - (at[index] ?? 0));
    expect(pauses.length).toBeGreaterThan(10);
    for (const [failed, pause] of pauses.entries())
      expect(pause).toBeGreaterThanOrEqual(Math.min(3_000 * 2 ** failed, 60_000));
  }
  const ended = (await stage.audit()).filter(({ rule }) => rule === "age");
  expect(new Set(ended.map(({ who }) => who?.userId))).toEqual(new Set(unreadable));
  expect(ended[0]).toMatchObject({ outcome: "refused", detail: expect.stringContaining("missing_scope") });
  // The words to each of them are sent after the end is written.
  const told = () => new Set(slack.ephemerals().map(({ user }) => user));
  await stage.until(() => unreadable.every((user) => told().has(user)), "the words to all of them");

  stage.clock.advance(61 * 24 * hourMs);
  const [one = ""] = unreadable;
  await stage.until(async () => (await store.recordRequest(requestOf(one))) === "recorded", "the pruning");
});

it("Retry-After is kept, by all of them", async () => {
  const before = stage.clock.now();
  const fault = slack.fault({
    ...{ method: "users.info", status: 429, retryAfter: 600 },
    ...{ users: throttled, count: 1e6 },
  });
  await ask(...throttled);
  await stage.until(() => throttled.some((user) => lookUpsOf(user).length > 0), "a look-up");
  await pass(570_000, 30_000);
  fault.release();
  const early = throttled.flatMap(lookUpsOf).filter((at) => at - before < 600_000);
  // So many were under way when the first answer came.
  expect(early.length).toBeLessThanOrEqual(4);
  // Those who had to wait have not failed; one has that was recorded anew above.
  const { failing } = await store.countWork("decide", { by: "everything" });
  expect(failing).toBeLessThanOrEqual(early.length + 1);
  await pass(60_000, 30_000);
  for (const user of throttled) expect(lookUpsOf(user).length).toBeGreaterThan(0);
});
