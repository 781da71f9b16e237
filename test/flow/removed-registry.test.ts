import { afterAll, expect, it } from "vitest";
import { artifact } from "../contract/store-samples.ts";
import { openStage, releases } from "../support/stage.ts";

// It stands before "contoso" in the alphabet, and what is left of it has waited for longer than anything that comes now.
const removed = "a-registry-of-before";
const leftOver = 80;

const stage = await openStage();
afterAll(() => stage.close());
const { store, internalAddress } = stage.bot;

const long = stage.clock.now() - 60_000;

async function parked(): Promise<number> {
  return (await store.countWork("verify", { by: "name", names: ["contoso"] })).parked;
}

it("images of a registry that was removed or renamed do not stop the verification of another registry's", async () => {
  for (let at = 0; at < leftOver; at += 1) {
    const digest = `sha256:${at.toString(16).padStart(64, "0")}`;
    const key = { registry: removed, repository: "shop/old", digest };
    await store.changeArtifact(key, undefined, () => ({ artifact: artifact(key), due: { verify: long } }));
  }
  for (const tag of ["1", "2"]) {
    await stage.push({ repository: "shop/checkout", tag });
    await stage.card(`shop/checkout:${tag}`, ({ buttons }) => buttons.includes("acr:deploy"));
  }
  // Nobody has touched what is parked, and whoever operates the bot is told of it.
  expect(await parked()).toBe(leftOver);
  const ready = await fetch(`${internalAddress}/readyz`);
  expect([ready.status, await ready.json()]).toMatchObject([
    200,
    { checks: { work: { status: "not-ready", reason: expect.stringContaining(`verify ${leftOver}`) } } },
  ]);
});

it("a card of a registry that was removed or renamed is kept, and follows when the registry is back", async () => {
  const subject = `${removed}/shop/old@sha256:${"0".repeat(64)}`;
  // Due before all others: by the time that another card is there, it had its turn.
  await store.wantMessages([
    { channel: `slack:${releases}`, subject, incarnation: 1, slot: "root", dueAt: 1 },
  ]);
  await stage.push({ repository: "shop/checkout", tag: "3" });
  await stage.card("shop/checkout:3", ({ buttons }) => buttons.includes("acr:deploy"));
  expect(await store.messagesOf(subject)).toMatchObject([{ slot: "root", attempts: 0 }]);
  const serves = { by: "prefix", prefixes: ["slack:"], names: [], registries: ["contoso"] } as const;
  expect(await store.countWork("deliver", serves)).toMatchObject({ parked: 1 });
});
