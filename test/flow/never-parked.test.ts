import { afterAll, describe, expect, it } from "vitest";
import { countUndecided } from "../contract/claim-work.ts";
import { accept, anna, audit, byWish, operation, request, wish } from "../contract/store-samples.ts";
import { openStage } from "../support/stage.ts";

const minuteMs = 60_000;
const stage = await openStage();
afterAll(() => stage.close());
const { store } = stage.bot;

/** Leaves a request to the loop, and waits until it has decided it. */
async function decided(id: string): Promise<void> {
  const who = { ...anna, tenant: stage.world.slack.team.id, userId: id };
  await store.recordRequest(request({ id, who, at: stage.clock.now() - 3_000 }));
  await stage.until(async () => (await stage.audit()).some((entry) => entry.who?.userId === id), id);
}

describe("an order that nothing in the configuration serves any more", () => {
  it("ends after an hour with the reason if it was not decided, and not before", async () => {
    const who = { ...anna, platform: "teams" } as const;
    await store.recordRequest(request({ id: "teams:1", who, at: stage.clock.now() }));
    stage.clock.advance(55 * minuteMs);
    // Whoever looked for something to decide has seen both.
    for (const id of ["slack:1", "slack:2"]) await decided(id);
    expect(await countUndecided(store)).toBe(1);
    stage.clock.advance(6 * minuteMs);
    const ended = await stage.until(async () =>
      (await stage.audit()).find(({ who: of }) => of?.platform === "teams"),
    );
    expect(ended).toMatchObject({ outcome: "refused", detail: expect.stringContaining("teams") });
    expect(await countUndecided(store)).toBe(0);
  });

  it.each([
    ["has failed for that reason if it was not begun", [], "failed"],
    ["is in doubt if it was begun", [{ name: "deploy", begunAt: 1 }], "in-doubt"],
  ] as const)("%s", async (_words, steps, state) => {
    const at = stage.clock.now();
    const id = `operation that is ${state}`;
    await store.recordRequest(request({ id, at, order: { ...wish, target: "gone", repository: state } }));
    await store.decideRequest(
      id,
      byWish((of) => ({
        ...accept(of),
        audit: audit({ id: `audit of ${id}` }),
        operation: operation(of, { id, journal: { steps, notes: {} } }),
      })),
    );
    const ended = await stage.until(async () => {
      const now = await store.findOperation(id);
      return now?.finishedAt !== undefined && now;
    }, id);
    expect(ended).toMatchObject({ state, outcome: expect.stringContaining("no target") });
  });
});
