import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { startGatedBot } from "./gated-bot.ts";
import { releases, teamsConfig } from "./teams-world.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Bytes that are still in use after everything that can be collected was. */
async function heapInUse(): Promise<number> {
  // Answers that are on their way out hold their requests for another turn or two.
  for (let turn = 0; turn < 5; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
  return process.memoryUsage().heapUsed;
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const padding = "x".repeat(4_000);

/** A token that nobody signed; each has names of its own for all that could be kept of it. */
function forged(index: number, appId: string, iss = "https://api.botframework.com"): string {
  const claims = { iss, aud: appId, serviceurl: `https://x${index}.example/`, exp: 9_999_999_999, padding };
  return `Bearer ${encode({ alg: "RS256", kid: `key ${index}` })}.${encode(claims)}.AAAA`;
}

function activityFrom(index: number, tenant: string): object {
  return {
    type: "message",
    id: String(index),
    channelId: "msteams",
    serviceUrl: `https://x${index}.example/`,
    from: { id: `29:${index}` },
    conversation: { id: `19:${index}@thread.tacv2` },
    channelData: { tenant: { id: tenant } },
    text: padding,
  };
}

it("a thousand unsigned requests leave no trace: no row, no place, no key, no heap", async () => {
  const bot = await startGatedBot();
  await bot.world.message({ conversation: releases, user: "29:maya", text: "@acr help" });
  const { appId, tenantId } = teamsConfig(bot.world);
  const flood = async (from: number, count: number): Promise<ReadonlySet<number>> => {
    const statuses = new Set<number>();
    for (let index = from; index < from + count; index += 1) {
      // None at all, one of a foreign issuer, one whose key nobody knows.
      const tokens = [undefined, forged(index, appId, `https://sts${index}.example/`), forged(index, appId)];
      const authorization = tokens[index % 3];
      const response = await fetch(new URL("/api/messages", bot.url), {
        method: "POST",
        headers: authorization === undefined ? {} : { authorization },
        body: JSON.stringify(activityFrom(index, tenantId)),
      });
      statuses.add(response.status);
      await response.arrayBuffer();
    }
    return statuses;
  };
  await flood(0, 200);
  const before = await heapInUse();
  expect(await flood(1_000, 1_000)).toEqual(new Set([401, 503]));
  // Kept, the tokens alone would be 4 MB and the bodies as much again.
  expect((await heapInUse()) - before).toBeLessThan(2_000_000);
  expect(bot.heard).toHaveLength(1);
  expect(bot.store.places.size).toBe(0);
  expect([...bot.store.keys.keys()]).toEqual([bot.config.openIdMetadataUrl]);
  expect(bot.world.calls("keys").length).toBeLessThanOrEqual(2);
  // And fills no log: at most 20 lines in 10 s for each kind of refusal.
  expect(bot.lines.lines().filter(({ msg }) => msg === "request refused").length).toBeLessThan(200);
}, 60_000);

it("what the gate refuses is let go of, activity and all", async () => {
  const bot = await startGatedBot();
  const refs: WeakRef<object>[] = [];
  await (async () => {
    for (let index = 0; index < 1_000; index += 1) {
      const activity = activityFrom(index, bot.config.tenantId);
      refs.push(new WeakRef(activity));
      const authorization = forged(index, bot.config.appId);
      expect(await bot.gate.checkToken(authorization)).toMatchObject({ status: 503 });
      const elsewhere = { ok: true, serviceUrl: "https://elsewhere.example/" } as const;
      expect(bot.gate.checkActivity(elsewhere, activity)).toMatchObject({ status: 401 });
    }
  })();
  await heapInUse();
  // The engine may hold the very last one in a register.
  expect(refs.filter((ref) => ref.deref() !== undefined).length).toBeLessThanOrEqual(1);
});
