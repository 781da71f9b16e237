import { afterAll, describe, expect, it } from "vitest";
import { cast } from "../../demo/cast.ts";
import type { ChannelId } from "../../src/nouns/channel.ts";
import { root } from "../contract/store-samples.ts";
import { openStage, releases } from "../support/stage.ts";

// One more than are written to at the same time.
const busy = Array.from({ length: 17 }, (_, at) => `C0BUSY${String(at).padStart(4, "0")}`);
const lastOf = busy.at(-1) ?? "";

const stage = await openStage({
  world: {
    slack: { channels: [...cast.channels, ...busy.map((id) => ({ id, name: id.toLowerCase() }))] },
  },
  overrides: {
    routes: [
      { name: "quiet", repositories: ["shop/quiet"], to: [`slack:${releases}`] },
      { name: "busy", repositories: ["shop/busy"], to: busy.map((id) => `slack:${id}`) },
    ],
  },
});
afterAll(() => stage.close());
const { store, internalAddress } = stage.bot;

describe("channels", () => {
  it("of a platform that is not configured any more do not stop those later in the alphabet", async () => {
    const gone = Array.from({ length: 40 }, (_, at): ChannelId => `slack-webhook:${at + 10}`);
    await store.wantMessages(gone.map((channel) => root({ channel, dueAt: 1 })));
    for (const tag of ["1", "2"]) {
      await stage.push({ repository: "shop/quiet", tag });
      await stage.card(`shop/quiet:${tag}`, ({ buttons }) => buttons.includes("acr:details"));
    }
    const served = { by: "prefix", prefixes: ["slack:"], names: [] } as const;
    expect(await store.countWork("deliver", served)).toMatchObject({ parked: gone.length, failing: 0 });
    const ready = await fetch(`${internalAddress}/readyz`);
    expect(await ready.json()).toMatchObject({
      checks: { work: { status: "not-ready", reason: expect.stringContaining(`deliver ${gone.length}`) } },
    });
  });

  it("that are all busy are served in turn: the seventeenth has its first card before any other has its third", async () => {
    for (const tag of ["1", "2", "3", "4"]) await stage.push({ repository: "shop/busy", tag });
    const posted = () =>
      stage.world.slack
        .calls("chat.postMessage")
        .map(({ body }) => String(body.channel))
        .filter((channel) => busy.includes(channel));
    await stage.until(() => posted().length === 4 * busy.length, "all cards");
    const before = posted().slice(0, posted().indexOf(lastOf));
    const most = Math.max(...busy.map((id) => before.filter((channel) => channel === id).length));
    expect(most).toBeLessThan(3);
  });
});
