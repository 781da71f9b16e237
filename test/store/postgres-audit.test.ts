import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { subjectOf } from "../../src/nouns/artifact.ts";
import type { Vote } from "../../src/nouns/operation.ts";
import type { Verdicts } from "../../src/nouns/verdict.ts";
import { readAudit } from "../../src/store/audit/read-audit.ts";
import { verifyAudit } from "../../src/store/audit/verify-audit.ts";
import { openStore } from "../../src/store/open-store.ts";
import type { Store } from "../../src/store/store.ts";
import { claimOperation } from "../contract/claim-work.ts";
import { key } from "../contract/store-kit.ts";
import {
  accept,
  acceptAll,
  audit,
  byWish,
  change,
  operation,
  request,
  result,
  root,
  sibling,
  sighting,
  wish,
} from "../contract/store-samples.ts";
import { newDatabase } from "../support/shared-programs.ts";
import { whyNoPostgres } from "./postgres-server.ts";

const missing = await whyNoPostgres();
if (missing !== undefined) process.stderr.write(`skipped: the audit on PostgreSQL: ${missing}\n`);
const log = { info: () => {}, warn: () => {}, error: () => {} };

describe.skipIf(missing !== undefined)("the audit on PostgreSQL", () => {
  let url = "";
  let stores: Store[] = [];

  beforeEach(async () => {
    url = await newDatabase();
    stores = [];
  });
  afterEach(async () => {
    for (const store of stores) await store.close();
  });

  async function open(at = url): Promise<Store> {
    const store = await openStore({ url: at, ephemeral: false, now: Date.now, log });
    stores.push(store);
    return store;
  }
  async function ask(sql: string): Promise<readonly Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }

  it("grows without a gap and without a deadlock while two replicas decide, vote and finish", async () => {
    const [one, two] = [await open(), await open()];
    const digests = [key.digest, sibling("sha256:b").digest];
    await one.wantMessages(
      digests.flatMap((digest) =>
        (["slack:C1", "slack:C2"] as const).map((channel) =>
          root({ channel, subject: subjectOf({ ...key, digest }) }),
        ),
      ),
    );
    const rounds = 50;
    for (let round = 0; round < rounds; round += 1) {
      const awaiting = await askForApproval(one, round);
      const claimed = await claimNew(two, round);
      const [digest = "", before = ""] = round % 2 === 0 ? digests : [...digests].reverse();
      const placementChange = { digest, at: round, how: "deploy" } as const;
      await Promise.all([
        vote(one, awaiting, round, "Ben"),
        vote(two, awaiting, round, "Dora"),
        two.finishOperation(claimed.item.id, claimed.lease, result({ placementChange })),
        one.recordPlacement(
          { target: "elsewhere", registry: key.registry, repository: key.repository },
          { digest: before, at: round, how: "observed" },
        ),
        one.appendAudit(audit()),
        two.appendAudit(audit()),
      ]);
      expect(await one.findOperation(awaiting)).toMatchObject({ state: "queued", votes: [{}, {}] });
    }
    const deadlocks = await ask("select deadlocks from pg_stat_database where datname = current_database()");
    expect(deadlocks).toEqual([{ deadlocks: "0" }]);
    // Each round: two decisions, two votes, an end, two entries.
    expect(await verifyAudit(one)).toMatchObject({ kind: "whole", head: { number: rounds * 7 } });
  }, 60_000);

  async function askForApproval(store: Store, round: number): Promise<string> {
    const asked = request({ id: `awaits ${round}`, order: { ...wish, target: `a ${round}` } });
    await store.recordRequest(asked);
    const made = operation(asked, {
      state: "awaiting-approval",
      approvals: { count: 2, from: [], expiresAt: 1e15 },
    });
    await store.decideRequest(
      asked.id,
      byWish((of) => ({ ...accept(of), operation: made })),
    );
    return made.id;
  }
  async function claimNew(store: Store, round: number) {
    const asked = request({ id: `runs ${round}`, at: 0, order: { ...wish, target: `r ${round}` } });
    await store.recordRequest(asked);
    await store.decideRequest(asked.id, acceptAll);
    const claimed = await claimOperation(store, 60_000);
    if (claimed?.item.requestId !== asked.id) throw new Error("another operation was claimed");
    return claimed;
  }
  async function vote(store: Store, operationId: string, round: number, name: string): Promise<void> {
    const who = { platform: "slack", tenant: "T", userId: name, name } as const;
    // Far ahead, so that the next round claims its own operation first.
    const at = 1e14;
    const asked = request({ id: `${name} ${round}`, who, at, order: { kind: "approve", operationId } });
    await store.recordRequest(asked);
    const verdicts: Verdicts = {
      ...acceptAll,
      onOperation: (_of, { operation: found }) => {
        const given: Vote = { who, vote: "approve", at };
        const enough = found?.votes.length === 1;
        return {
          audit: audit(),
          outcome: "accepted",
          answer: "",
          consequence: {
            kind: "vote",
            operationId,
            vote: given,
            ...(enough ? { makes: "queued" as const } : {}),
          },
        };
      },
    };
    await store.decideRequest(asked.id, verdicts);
  }

  it("adds 200 entries from two replicas without a gap", async () => {
    const both = [await open(), await open()];
    await Promise.all(
      both.map(async (store, at) => {
        for (let entry = 0; entry < 100; entry += 1) await store.appendAudit(audit({ id: `${at} ${entry}` }));
      }),
    );
    expect(await verifyAudit(await open())).toMatchObject({ kind: "whole", head: { number: 200 } });
  });

  /** A role as docs/operations.md describes it, on a database that its owner has brought up to date. */
  async function asBot(): Promise<string> {
    await (await open()).close();
    await ask(`
      do $$ begin create role bot login password 'bot'; exception when duplicate_object then null; end $$;
      revoke create on schema public from public;
      grant select, insert, update, delete on all tables in schema public to bot;
      revoke insert, update, delete on schema_version from bot;
      revoke update, delete, truncate on audit_chain, audit_segments from bot;`);
    const own = new URL(url);
    own.username = "bot";
    own.password = "bot";
    return own.href;
  }

  it("needs no right to change or remove entries, and says which one pruning lacks", async () => {
    const botUrl = await asBot();
    const store = await open(botUrl);
    await store.recordEvents([sighting()]);
    const happenings = [{ at: 1, step: "route", what: "x" }] as const;
    expect(await store.foldBatch(10, () => change({ messages: [root()], happenings }))).toBe(1);
    await store.recordRequest(request());
    await store.decideRequest("request-1", acceptAll);
    await store.appendAudit(audit());
    await store.prune(Date.now(), 10);
    expect(await store.sealAudit(10)).toBe(2);
    await expect(store.pruneAudit(Date.now())).rejects.toMatchObject({
      code: "store-unwritable",
      message: expect.stringContaining("no right to delete from audit_chain"),
    });
    await store.appendAudit(audit());
    expect(await verifyAudit(store)).toMatchObject({ kind: "whole", head: { number: 3 } });
    for (const change of [
      "update audit_chain set text = ''",
      "delete from audit_chain",
      "truncate audit_chain",
    ]) {
      const client = new pg.Client({ connectionString: botUrl });
      await client.connect();
      await expect(client.query(change)).rejects.toThrow("permission denied");
      await client.end();
    }
  });

  it("prunes once it has the right to, which it needs for nothing else", async () => {
    const botUrl = await asBot();
    await ask("grant delete on audit_chain to bot; grant update (pruned) on audit_segments to bot");
    const store = await open(botUrl);
    await store.appendAudit(audit());
    await store.sealAudit(10);
    expect(await store.pruneAudit(Date.now())).toBe(1);
    expect(await verifyAudit(store)).toMatchObject({ kind: "whole", first: 2 });
  });

  it("is read as it was at one moment, beside a bot that adds and prunes", async () => {
    const store = await open();
    for (const id of ["1", "2", "3"]) await store.appendAudit(audit({ id }));
    await store.sealAudit(2);
    const verified = await readAudit(url, async (reads) => {
      const [first] = await reads.readAuditChain(1, 1);
      expect(first?.entry.id).toBe("1");
      await store.pruneAudit(Date.now());
      await store.appendAudit(audit({ id: "4" }));
      return await verifyAudit(reads);
    });
    expect(verified).toMatchObject({ kind: "whole", first: 1, head: { number: 3 } });
    expect(await readAudit(url, verifyAudit)).toMatchObject({ kind: "whole", first: 3, head: { number: 4 } });
  });

  it("says that what it is to read cannot be reached, without the password", async () => {
    const away = "postgres://user:hunter2-secret@127.0.0.1:1/none";
    const error: unknown = await readAudit(away, verifyAudit).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "store-unwritable" });
    expect(String(error)).not.toContain("hunter2");
  });
});
