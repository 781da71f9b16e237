import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { WorkKind } from "../../../src/nouns/due-work.ts";
import { openStore } from "../../../src/store/open-store.ts";
import type { Store } from "../../../src/store/store.ts";
import { claimOperation, everything } from "../../contract/claim-work.ts";
import { key } from "../../contract/store-kit.ts";
import {
  accept,
  audit,
  byWish,
  change,
  operation,
  request,
  result,
  root,
  sighting,
} from "../../contract/store-samples.ts";
import { newDatabase } from "../../support/shared-programs.ts";
import { type BreakableProxy, startBreakableProxy } from "../breakable-proxy.ts";
import { whyNoPostgres } from "../postgres-server.ts";

const missing = await whyNoPostgres();
if (missing !== undefined) process.stderr.write(`skipped: what only PostgreSQL does: ${missing}\n`);

const ended = (at: number) => result({ audit: audit({ id: `end of ${at}` }) });

describe.skipIf(missing !== undefined)("what only PostgreSQL does", () => {
  let proxy: BreakableProxy | undefined;
  let directUrl = "";
  let stores: Store[] = [];

  beforeEach(async () => {
    directUrl = await newDatabase();
    proxy = await startBreakableProxy(Number(new URL(directUrl).port));
    stores = [];
  });
  afterEach(async () => {
    proxy?.mend();
    for (const store of stores) await store.close();
    await proxy?.close();
  });

  async function open(url: string, now = Date.now): Promise<Store> {
    const log = { info: () => {}, warn: () => {}, error: () => {} };
    const store = await openStore({ url, ephemeral: false, now, log });
    stores.push(store);
    return store;
  }
  function throughProxy(): string {
    const url = new URL(directUrl);
    url.port = String(proxy?.port);
    return url.href;
  }

  it("refuses as unwritable while the server is away, and goes on when it is back", async () => {
    const store = await open(throughProxy());
    await store.recordEvents([sighting({ id: "before" })]);
    proxy?.cut();
    const unwritable = { code: "store-unwritable", retryable: true };
    await expect(store.recordEvents([sighting({ id: "during" })])).rejects.toMatchObject(unwritable);
    await expect(store.checkWritable()).rejects.toMatchObject(unwritable);
    await expect(store.foldBatch(10, () => undefined)).rejects.toMatchObject(unwritable);
    await expect(store.wantMessages([root()])).rejects.toMatchObject(unwritable);
    proxy?.mend();
    expect(await store.recordEvents([sighting({ id: "after" })])).toEqual(["recorded"]);
    expect(await store.foldBatch(10, () => undefined)).toBe(2);
  });

  it("hears of work again after its listening connection was lost", async () => {
    const store = await open(throughProxy());
    const other = await open(directUrl);
    let heard = () => {};
    store.onWork(() => heard());
    const reconnected = new Promise<void>((resolve) => {
      heard = resolve;
    });
    proxy?.cut();
    proxy?.mend();
    // What was said meanwhile is lost, so it looks for work when it is back.
    await reconnected;
    const told = new Promise<void>((resolve) => {
      heard = resolve;
    });
    await other.recordEvents([sighting()]);
    await told;
  });

  it("waits for the disk even where the role would not", async () => {
    const client = new pg.Client({ connectionString: directUrl });
    await client.connect();
    await client.query("alter role postgres set synchronous_commit = off");
    const store = await open(directUrl);
    await store.checkWritable();
    const settings = await client.query(
      "select count(*) as n from pg_stat_activity where application_name = 'acr-chatops'",
    );
    expect(Number(settings.rows[0]?.n)).toBeGreaterThan(0);
    await client.query("create table seen (value text)");
    await client.query(`create function note() returns trigger language plpgsql as $$ begin
      insert into seen values (current_setting('synchronous_commit')); return new; end $$`);
    await client.query(
      "create trigger t after insert on registry_events for each row execute function note()",
    );
    await store.recordEvents([sighting()]);
    const seen = await client.query("select value from seen");
    await client.query("alter role postgres reset synchronous_commit");
    await client.end();
    expect(seen.rows).toEqual([{ value: "on" }]);
  });

  it.each([-5, 5])("keeps due times by its own clock, though a process's is %i hours off", async (hours) => {
    const now = () => Date.now() + hours * 3_600_000;
    const store = await open(directUrl, now);
    const approvals = { count: 1, from: [], expiresAt: now() + 40_000 };
    await store.changeArtifact(key, undefined, () => change({ due: { verify: now() + 10_000 } }));
    await store.wantMessages([root({ dueAt: now() + 20_000 })]);
    await store.listWork("watch", [{ key: "old", lane: "staging" }]);
    await store.recordRequest(request({ at: now() }));
    const dueIn = async (kind: WorkKind) => (await store.nextDueIn(kind, everything)) ?? Number.NaN;
    const waits = [await dueIn("decide"), await dueIn("verify"), await dueIn("deliver")];
    await store.decideRequest(
      "request-1",
      byWish((of) => ({
        ...accept(of),
        operation: operation(of, { state: "awaiting-approval", approvals }),
      })),
    );
    waits.push(await dueIn("expire"));
    for (const [at, wait] of [3_000, 10_000, 20_000, 40_000].entries()) {
      expect(waits[at]).toBeGreaterThan(wait / 6);
      expect(waits[at]).toBeLessThanOrEqual(wait);
    }
    // A replica may have it in its configuration still.
    await store.listWork("watch", []);
    expect(await dueIn("watch")).toBe(0);
  });

  it("works off what was asked for in its order, whatever the clocks of those who took it", async () => {
    const hourMs = 3_600_000;
    const clocks = [() => Date.now() + hourMs, Date.now, () => Date.now() - hourMs];
    const stores = await Promise.all(clocks.map((now) => open(directUrl, now)));
    for (const [at, store] of stores.entries()) {
      await store.recordRequest(request({ id: `${at}`, at: clocks[at]?.() ?? 0 }));
      await store.decideRequest(
        `${at}`,
        byWish((of) => ({
          ...accept(of),
          audit: audit({ id: of.id }),
          operation: operation(of, { id: of.id }),
        })),
      );
    }
    for (const [at, store] of stores.entries()) {
      const claimed = await claimOperation(store);
      expect(claimed?.key).toBe(`${at}`);
      if (claimed !== undefined) await store.finishOperation(claimed.key, claimed.lease, ended(at));
    }
  });

  it("migrates once when two replicas start at the same time", async () => {
    const [one, two] = await Promise.all([open(directUrl), open(directUrl)]);
    expect(await one.recordEvents([sighting()])).toEqual(["recorded"]);
    expect(await two.recordEvents([sighting()])).toEqual(["duplicate"]);
  });

  it("refuses a database that a newer program wrote", async () => {
    await open(directUrl);
    const client = new pg.Client({ connectionString: directUrl });
    await client.connect();
    await client.query("insert into schema_version values (99, 1)");
    await client.end();
    await expect(open(directUrl)).rejects.toMatchObject({ code: "store-schema-newer" });
  });

  it("answers the same rows that two replicas write at the same time, recorded once", async () => {
    const [one, two] = [await open(directUrl), await open(directUrl)];
    for (let round = 0; round < 8; round += 1) {
      const rows = Array.from({ length: 1_000 }, (_, at) =>
        sighting({ occurredAt: at, id: `${round} ${at}` }),
      );
      // In opposite orders, which would make the two wait for each other.
      const answers = await Promise.all([
        one.recordEvents(rows),
        two.recordEvents([...rows].reverse()),
        one.recordEvents([...rows].reverse()),
        two.recordEvents(rows),
      ]);
      expect(answers.flat().filter((answer) => answer === "recorded")).toHaveLength(1_000);
    }
  });
});
