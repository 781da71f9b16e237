import { type Kysely, sql } from "kysely";
import { entryHash, hashBeforeFirst } from "../../nouns/audit-chain.ts";
import { auditRow } from "./audit-row.ts";
import type { ColumnTypes } from "./column-types.ts";
import type { Schema } from "./table-types.ts";

/** Entries are moved so many at a time: SQLite takes at most 32,766 values in one statement. */
const rowsAtOnce = 200;

/** Schema 4: the audit becomes a chain. Entries that are there already are chained in their order. */
export async function chainAudit(db: Kysely<Schema>, types: ColumnTypes): Promise<void> {
  for (const statement of chainTables(types)) await statement.execute(db);
  await moveEntries(db);
  await sql`drop table audit`.execute(db);
}

function chainTables({ text, keyOrdered }: ColumnTypes) {
  const indexes = ["registry", "repository", "digest", "target"].map((column) => {
    const by = sql.ref(column);
    return sql`create index ${sql.ref(`audit_chain_by_${column}`)} on audit_chain (${by}, number) where ${by} is not null`;
  });
  return [
    sql`create table audit_chain (
      number bigint not null primary key, at bigint not null, registry ${text}, repository ${text}, digest ${text},
      target ${text}, text ${text} not null, hash ${text} not null) ${keyOrdered}`,
    ...indexes,
    sql`create table audit_segments (
      first bigint not null primary key, last bigint not null, hash_before ${text} not null, hash ${text} not null,
      sealed_at bigint not null, pruned bigint not null)`,
  ];
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
