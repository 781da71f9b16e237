import { type Kysely, sql } from "kysely";
import { entryHash, hashBeforeFirst } from "../../nouns/audit-chain.ts";
import { auditRow } from "./audit-row.ts";
import type { ColumnTypes } from "./column-types.ts";
import type { Schema } from "./table-types.ts";

/** Entries are moved so many at a time: SQLite takes at most 32,766 values in one statement. */
const rowsAtOnce = 200;

/** Schema 4: the audit becomes a chain. Entries that are there already are chained in their order. */
export async function chainAudit(db: Kysely<Schema>, { text, keyOrdered }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable("audit_chain")
    .addColumn("number", "bigint", (column) => column.primaryKey().notNull())
    .addColumn("at", "bigint", (column) => column.notNull())
    .addColumn("registry", text)
    .addColumn("repository", text)
    .addColumn("digest", text)
    .addColumn("target", text)
    .addColumn("text", text, (column) => column.notNull())
    .addColumn("hash", text, (column) => column.notNull())
    .modifyEnd(keyOrdered)
    .execute();
  for (const column of ["registry", "repository", "digest", "target"] as const)
    await db.schema
      .createIndex(`audit_chain_by_${column}`)
      .on("audit_chain")
      .columns([column, "number"])
      .where(sql<boolean>`${sql.ref(column)} is not null`)
      .execute();
  await db.schema
    .createTable("audit_segments")
    .addColumn("first", "bigint", (column) => column.primaryKey().notNull())
    .addColumn("last", "bigint", (column) => column.notNull())
    .addColumn("hash_before", text, (column) => column.notNull())
    .addColumn("hash", text, (column) => column.notNull())
    .addColumn("sealed_at", "bigint", (column) => column.notNull())
    .addColumn("pruned", "bigint", (column) => column.notNull())
    .execute();
  await moveEntries(db);
  await db.schema.dropTable("audit").execute();
}

async function moveEntries(db: Kysely<Schema>): Promise<void> {
  let after = 0;
  let head = { number: 0, hash: hashBeforeFirst };
  for (;;) {
    const { rows } = await sql<{ number: number; facts: string }>`
      select number, facts from audit where number > ${after} order by number limit ${rowsAtOnce}`.execute(
      db,
    );
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.number;
    const chained = rows.map(({ facts }) => {
      const number = head.number + 1;
      head = { number, hash: entryHash(head.hash, number, facts) };
      return auditRow({ ...head, text: facts });
    });
    await db.insertInto("audit_chain").values(chained).execute();
  }
}
