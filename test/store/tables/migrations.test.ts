import { DatabaseSync } from "node:sqlite";
import { Kysely, PostgresDialect, sql } from "kysely";
import pg from "pg";
import { describe, expect, it } from "vitest";
import { entryHash, hashBeforeFirst } from "../../../src/nouns/audit-chain.ts";
import { verifyAudit } from "../../../src/store/audit/verify-audit.ts";
import { createSqliteDialect } from "../../../src/store/engine/sqlite-dialect.ts";
import { openStore } from "../../../src/store/open-store.ts";
import type { Store } from "../../../src/store/store.ts";
import type { ColumnTypes } from "../../../src/store/tables/column-types.ts";
import { createFirstTables } from "../../../src/store/tables/first-tables.ts";
import { createInstallationsTable } from "../../../src/store/tables/installations-table.ts";
import { joinStandings } from "../../../src/store/tables/standing-table.ts";
import type { Schema } from "../../../src/store/tables/table-types.ts";
import { claimOperation, everything } from "../../contract/claim-work.ts";
import { acceptAll, audit, operation, request } from "../../contract/store-samples.ts";
import { newDatabase } from "../../support/shared-programs.ts";
import { whyNoPostgres } from "../postgres-server.ts";
import { useSqliteFile } from "../sqlite-file.ts";

const entries = 450;
const missing = await whyNoPostgres();
if (missing !== undefined)
  process.stderr.write(`skipped: bringing a PostgreSQL store up to date: ${missing}\n`);
const log = { info: () => {}, warn: () => {}, error: () => {} };

/** Tables and rows as the version before operations had lanes and the audit was a chain left them. */
async function writeSchema2(db: Kysely<Schema>, types: ColumnTypes): Promise<void> {
  await createFirstTables(db, types);
  await createInstallationsTable(db, types);
  await sql`create table schema_version (version bigint primary key, applied_at bigint not null)`.execute(db);
  await sql`insert into schema_version values (1, 1), (2, 1)`.execute(db);
  for (const [id, state] of [
    ["1", "running"],
    ["2", "queued"],
    ["3", "succeeded"],
  ] as const) {
    const asked = request({ id, at: Number(id) });
    const { votes, journal, ...facts } = operation(asked, { id });
    expect([votes, journal]).toEqual([[], { steps: [], notes: {} }]);
    await sql`insert into operations (id, placement_key, registry, repository, digest, state, requested_at, due_at,
      attempts, finished_at, lease_until, facts, verdict) values (${id}, 'staging/contoso/shop/checkout', 'contoso',
      'shop/checkout', 'sha256:a', ${state}, ${Number(id)}, 1, 1, ${state === "succeeded" ? 9 : null},
      ${state === "running" ? 1 : null}, ${JSON.stringify(facts)}, '{}')`.execute(db);
  }
  await sql`insert into artifacts (registry, repository, digest, incarnation, seen_at, verify_due_at, facts)
    values ('contoso', 'shop/checkout', 'sha256:a', 1, 1, 1, '{}')`.execute(db);
  for (let number = 1; number <= entries; number += 1)
    await sql`insert into audit (at, facts) values (${number}, ${JSON.stringify(auditOf(number))})`.execute(
      db,
    );
  // Numbers had gaps: a transaction that was rolled back had taken one.
  await sql`delete from audit where number = 2`.execute(db);
  await sql`insert into requests (id, at, facts) values ('open', 1, ${JSON.stringify(request({ id: "open" }))})`.execute(
    db,
  );
}

function auditOf(number: number) {
  return audit({
    id: `${number}`,
    at: number,
    registry: "contoso",
    ...(number === 7 ? { target: "staging" } : {}),
  });
}

async function expectBroughtUp(store: Store): Promise<void> {
  const chain = await store.readAuditChain(1, 1_000);
  expect(chain.map((each) => each.number)).toEqual(Array.from({ length: entries - 1 }, (_, at) => at + 1));
  expect(chain.map((each) => each.entry.id).slice(0, 3)).toEqual(["1", "3", "4"]);
  const text = JSON.stringify(auditOf(1));
  expect(chain[0]).toMatchObject({ text, hash: entryHash(hashBeforeFirst, 1, text) });
  expect(await verifyAudit(store)).toMatchObject({ kind: "whole", head: { number: entries - 1 } });
  expect((await store.listAudit(5, { target: "staging" })).map((each) => each.id)).toEqual(["7"]);
  await store.appendAudit(audit({ id: "new" }));
  expect(await store.auditHead()).toMatchObject({ number: entries });
  expect(await store.findOperation("3")).toMatchObject({ votes: [], journal: { steps: [], notes: {} } });
  // The one that ran is gone on with; the next of the placement waits for it.
  const claimed = await claimOperation(store, 60_000);
  expect(claimed?.item).toMatchObject({ id: "1", state: "running" });
  expect(await claimOperation(store, 60_000)).toBeUndefined();
  expect(await store.claimDue("verify", everything)).toMatchObject([
    { key: `contoso/shop/checkout@sha256:a`, lane: "contoso" },
  ]);
  expect(await store.claimDue("decide", everything)).toMatchObject([{ key: "open", lane: "slack" }]);
  expect((await store.decideRequest("open", acceptAll)).first).toBe(true);
  expect(await store.listInstallations("teams")).toEqual([]);
}

describe("bringing a store up to date", () => {
  const file = useSqliteFile();

  it("keeps the locks and suggestions of schema 6, with the ends of their time", async () => {
    const db = new Kysely<Schema>({ dialect: createSqliteDialect(new DatabaseSync(":memory:")) });
    await sql`create table locks (key text primary key, until bigint, facts text not null)`.execute(db);
    await sql`create table suggestions (id text primary key, expires_at bigint not null, facts text not null)`.execute(
      db,
    );
    await sql`insert into locks values ('all', null, '{"reason":"x"}'), ('target/a', 7, '{}')`.execute(db);
    await sql`insert into suggestions values ('s', 9, '{"id":"s"}')`.execute(db);
    await joinStandings(db, { text: sql`text`, identity: sql`integer`, keyOrdered: sql`without rowid` });
    expect(await db.selectFrom("standings").selectAll().execute()).toEqual([
      { kind: "lock", key: "all", until: null, facts: '{"reason":"x"}' },
      { kind: "lock", key: "target/a", until: 7, facts: "{}" },
      { kind: "suggestion", key: "s", until: 9, facts: '{"id":"s"}' },
    ]);
    await db.destroy();
  });

  it("keeps and chains what a SQLite file of schema 2 holds", async () => {
    const connection = new DatabaseSync(file.path);
    const db = new Kysely<Schema>({ dialect: createSqliteDialect(connection) });
    await writeSchema2(db, { text: sql`text`, identity: sql`integer`, keyOrdered: sql`without rowid` });
    connection.close();
    const store = await openStore({ url: `sqlite:${file.path}`, ephemeral: true, now: Date.now, log });
    try {
      await expectBroughtUp(store);
    } finally {
      await store.close();
    }
  });
});

describe.skipIf(missing !== undefined)("bringing a PostgreSQL store up to date", () => {
  it("keeps and chains what a database of schema 2 holds", async () => {
    const url = await newDatabase();
    const db = new Kysely<Schema>({
      dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: url }) }),
    });
    const identity = sql`bigint generated by default as identity`;
    await writeSchema2(db, { text: sql`text collate "C"`, identity, keyOrdered: sql`` });
    await db.destroy();
    const store = await openStore({ url, ephemeral: true, now: Date.now, log });
    try {
      await expectBroughtUp(store);
    } finally {
      await store.close();
    }
  });
});
