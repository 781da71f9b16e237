import { type Kysely, sql } from "kysely";
import type { ColumnTypes } from "./column-types.ts";
import type { Schema } from "./table-types.ts";

/** Schema 7: locks and suggestions stand in one table, with whatever else people set. */
export async function joinStandings(db: Kysely<Schema>, { text, keyOrdered }: ColumnTypes): Promise<void> {
  const statements = [
    sql`create table standings (
      kind ${text} not null, key ${text} not null, until bigint, facts ${text} not null,
      constraint standings_key primary key (kind, key)) ${keyOrdered}`,
    sql`create index standings_oldest on standings (until) where until is not null`,
    sql`insert into standings select 'lock', key, until, facts from locks`,
    sql`insert into standings select 'suggestion', id, expires_at, facts from suggestions`,
    sql`drop table locks`,
    sql`drop table suggestions`,
  ];
  for (const statement of statements) await statement.execute(db);
}
