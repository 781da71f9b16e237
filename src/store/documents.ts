import { sql } from "kysely";
import type { Artifact } from "../nouns/artifact.ts";
import type { Installation } from "../nouns/installation.ts";
import type { KnownPrincipal } from "../nouns/principal.ts";
import type { ButtonMeaning, StandingKind, Standings } from "../nouns/request.ts";
import type { Queries } from "./engine/engine.ts";
import type { KnownGroup } from "./store.ts";
import type { Schema } from "./tables/table-types.ts";

/** Tables whose rows are found by a key and hold a noun, as JSON, in `facts`. */
interface Documents {
  readonly artifacts: Artifact;
  readonly buttons: ButtonMeaning;
  readonly groups: KnownGroup;
  readonly installations: Installation;
  readonly principals: KnownPrincipal;
  readonly standings: Standings[StandingKind];
}
type Columns<Table extends keyof Documents> = Partial<Omit<Schema[Table], "facts">>;

/** The documents of rows, in their order. */
export function documentsOf<Noun>(rows: readonly { readonly facts: string }[]): readonly Noun[] {
  return rows.map((row) => JSON.parse(row.facts) as Noun);
}

/** The document under a key, if there is one. */
export async function findDocument<Table extends keyof Documents>(
  db: Queries,
  table: Table,
  key: Columns<Table>,
): Promise<Documents[Table] | undefined> {
  const isWanted = Object.entries(key).map(([column, value]) => sql`${sql.ref(column)} = ${value}`);
  const { rows } = await sql<{ readonly facts: string }>`
    select facts from ${sql.table(table)} where ${sql.join(isWanted, sql` and `)}`.execute(db);
  return documentsOf<Documents[Table]>(rows)[0];
}

/** Writes a document under its key, over the one that is there; `columns` are what else it is found by. */
export async function saveDocument<Table extends keyof Documents>(
  db: Queries,
  table: Table,
  key: Columns<Table>,
  document: Documents[Table],
  columns: Columns<Table> = {},
): Promise<void> {
  const changing = { ...columns, facts: JSON.stringify(document) };
  const row = { ...key, ...changing };
  const names = (of: object) => sql.join(Object.keys(of).map((name) => sql.ref(name)));
  const changes = Object.keys(changing).map((name) => sql`${sql.ref(name)} = ${sql.ref(`excluded.${name}`)}`);
  await sql`insert into ${sql.table(table)} (${names(row)}) values (${sql.join(Object.values(row))})
    on conflict (${names(key)}) do update set ${sql.join(changes)}`.execute(db);
}
