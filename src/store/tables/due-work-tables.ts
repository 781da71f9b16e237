import { type Kysely, sql } from "kysely";
import type { ColumnTypes } from "./column-types.ts";
import type { Schema } from "./table-types.ts";

/** Schema 5: everything that is done later has lane, due time, attempts, claims and lease in the same words. */
export async function addDueWork(db: Kysely<Schema>, types: ColumnTypes): Promise<void> {
  await createListed(db, types);
  await moveVerifications(db);
  await widenMessages(db);
  await widenRequests(db, types);
  await widenOperations(db, types);
}

async function createListed(db: Kysely<Schema>, { text, keyOrdered }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable("due_work")
    .addColumn("kind", text, (column) => column.notNull())
    .addColumn("key", text, (column) => column.notNull())
    .addColumn("lane", text, (column) => column.notNull())
    .addColumn("due_at", "bigint", (column) => column.notNull())
    .addColumn("version", "bigint", (column) => column.notNull().defaultTo(1))
    .addColumn("attempts", "bigint", (column) => column.notNull().defaultTo(0))
    .addColumn("claims", "bigint", (column) => column.notNull().defaultTo(0))
    .addColumn("last_error", text)
    .addColumn("lease_token", text)
    .addColumn("lease_until", "bigint")
    .addPrimaryKeyConstraint("due_work_key", ["kind", "key"])
    .modifyEnd(keyOrdered)
    .execute();
  await db.schema
    .createIndex("due_work_in_lane")
    .on("due_work")
    .columns(["kind", "lane", "due_at", "key"])
    .execute();
  await db.schema
    .createIndex("due_work_leased")
    .on("due_work")
    .columns(["kind", "lane"])
    .where(sql<boolean>`lease_token is not null`)
    .execute();
}

async function moveVerifications(db: Kysely<Schema>): Promise<void> {
  await sql`insert into due_work (kind, key, lane, due_at)
    select 'verify', registry || '/' || repository || '@' || digest, registry, verify_due_at
    from artifacts where verify_due_at is not null`.execute(db);
  await db.schema.dropIndex("artifacts_to_verify").execute();
  await db.schema.alterTable("artifacts").dropColumn("verify_due_at").execute();
  await db.schema.alterTable("artifacts").dropColumn("verify_lease_until").execute();
}

async function widenMessages(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .alterTable("messages")
    .addColumn("claims", "bigint", (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema.createIndex("messages_by_id").unique().on("messages").column("id").execute();
  for (const index of ["messages_due", "messages_leased"]) await db.schema.dropIndex(index).execute();
  await db.schema
    .createIndex("messages_leased")
    .on("messages")
    .column("channel")
    .where(sql<boolean>`lease_token is not null`)
    .execute();
}

async function widenRequests(db: Kysely<Schema>, { text }: ColumnTypes): Promise<void> {
  const add = (name: string, type: typeof text | "bigint", fallback?: string | number) =>
    db.schema
      .alterTable("requests")
      .addColumn(name, type, (column) =>
        fallback === undefined ? column : column.notNull().defaultTo(fallback),
      )
      .execute();
  await add("lane", text, "");
  await sql`update requests set lane = case when facts like '%"platform":"teams"%' then 'teams' else 'slack' end
    where verdict is null`.execute(db);
  await add("due_at", "bigint", 0);
  await add("attempts", "bigint", 0);
  await add("claims", "bigint", 0);
  await add("last_error", text);
  await add("lease_token", text);
  await add("lease_until", "bigint");
  await db.schema.dropIndex("requests_undecided").execute();
  await db.schema
    .createIndex("requests_undecided")
    .on("requests")
    .columns(["lane", "due_at", "id"])
    .where(sql<boolean>`verdict is null`)
    .execute();
  await db.schema
    .createIndex("requests_leased")
    .on("requests")
    .column("lane")
    .where(sql<boolean>`lease_token is not null`)
    .execute();
}

async function widenOperations(db: Kysely<Schema>, { text }: ColumnTypes): Promise<void> {
  await db.schema
    .alterTable("operations")
    .addColumn("crowd", text, (column) => column.notNull().defaultTo(""))
    .execute();
  await db.schema
    .alterTable("operations")
    .addColumn("claims", "bigint", (column) => column.notNull().defaultTo(0))
    .execute();
  // A placement's key begins with its target's name; reviews share their registry.
  await sql`update operations set crowd = case when placement_key like 'review/%' then 'review/' || registry
    else substr(placement_key, 1, length(placement_key) - length(registry || '/' || repository) - 1) end`.execute(
    db,
  );
  const index = (name: string) => db.schema.createIndex(name).on("operations");
  for (const old of ["operations_queued", "operations_leased", "operations_expiring", "operations_in_lane"])
    await db.schema.dropIndex(old).execute();
  // What waits for its turn; what awaits approval stands in no lane yet.
  await index("operations_in_lane")
    .columns(["lane", "queued_at", "id"])
    .where(sql<boolean>`finished_at is null and state <> 'awaiting-approval'`)
    .execute();
  await index("operations_expiring")
    .columns(["lane", "expires_at", "id"])
    .where(sql<boolean>`state = 'awaiting-approval' and expires_at is not null`)
    .execute();
  for (const column of ["lane", "crowd"])
    await index(`operations_leased_by_${column}`)
      .column(column)
      .where(sql<boolean>`lease_token is not null`)
      .execute();
}
