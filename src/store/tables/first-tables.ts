import { type Kysely, sql } from "kysely";
import type { ColumnTypes } from "./column-types.ts";
import type { Schema } from "./table-types.ts";

/** The tables and indexes of schema 1. A partial index serves only queries that name its condition letter by letter. */
export async function createFirstTables(db: Kysely<Schema>, types: ColumnTypes): Promise<void> {
  await createEvents(db, types);
  await createArtifacts(db, types);
  await createMessages(db, types);
  await createOperations(db, types);
  await createRest(db, types);
}

async function createEvents(db: Kysely<Schema>, { text, keyOrdered }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable("registry_events")
    .addColumn("registry", text, (column) => column.notNull())
    .addColumn("occurred_at", "bigint", (column) => column.notNull())
    .addColumn("id", text, (column) => column.notNull())
    .addColumn("way", text, (column) => column.notNull())
    .addColumn("region", text, (column) => column.notNull())
    .addColumn("action", text, (column) => column.notNull())
    .addColumn("received_at", "bigint", (column) => column.notNull())
    .addColumn("folded", "bigint", (column) => column.notNull().defaultTo(0))
    .addColumn("refusal", text)
    .addColumn("facts", text, (column) => column.notNull())
    // Time first: ids are random GUIDs, and a random key costs half of the ingest (more as the table grows).
    .addPrimaryKeyConstraint("registry_events_key", ["registry", "occurred_at", "id", "way", "region"])
    .modifyEnd(keyOrdered)
    .execute();
  // Without this the fold reads all history to find what is new. It is small (only what waits) and led by time,
  // so an insert appends to it; no other index belongs on this table.
  await db.schema
    .createIndex("registry_events_to_fold")
    .on("registry_events")
    .column("occurred_at")
    .where(sql<boolean>`folded = 0`)
    .execute();
}

async function createArtifacts(
  db: Kysely<Schema>,
  { text, identity, keyOrdered }: ColumnTypes,
): Promise<void> {
  await db.schema
    .createTable("artifacts")
    .addColumn("registry", text, (column) => column.notNull())
    .addColumn("repository", text, (column) => column.notNull())
    .addColumn("digest", text, (column) => column.notNull())
    .addColumn("incarnation", "bigint", (column) => column.notNull())
    .addColumn("seen_at", "bigint", (column) => column.notNull())
    .addColumn("deleted_at", "bigint")
    .addColumn("announced_tag", text)
    .addColumn("verify_due_at", "bigint")
    .addColumn("verify_lease_until", "bigint")
    .addColumn("facts", text, (column) => column.notNull())
    .addPrimaryKeyConstraint("artifacts_key", ["registry", "repository", "digest"])
    .execute();
  await db.schema
    .createIndex("artifacts_to_verify")
    .on("artifacts")
    .column("verify_due_at")
    .where(sql<boolean>`verify_due_at is not null`)
    .execute();
  await db.schema
    .createIndex("artifacts_announced")
    .on("artifacts")
    .columns(["registry", "repository", "announced_tag", "seen_at"])
    .where(sql<boolean>`announced_tag is not null`)
    .execute();
  await db.schema
    .createTable("tags")
    .addColumn("registry", text, (column) => column.notNull())
    .addColumn("repository", text, (column) => column.notNull())
    .addColumn("tag", text, (column) => column.notNull())
    .addColumn("digest", text, (column) => column.notNull())
    .addColumn("moved_at", "bigint", (column) => column.notNull())
    .addColumn("disputed", "bigint", (column) => column.notNull())
    .addColumn("previous_digest", text)
    .addPrimaryKeyConstraint("tags_key", ["registry", "repository", "tag"])
    .modifyEnd(keyOrdered)
    .execute();
  await db.schema
    .createIndex("tags_of_artifact")
    .on("tags")
    .columns(["registry", "repository", "digest", "moved_at"])
    .execute();
  await db.schema
    .createIndex("tags_newest")
    .on("tags")
    .columns(["registry", "repository", "moved_at"])
    .execute();
  await db.schema
    .createTable("happenings")
    .addColumn("number", identity, (column) => column.primaryKey())
    .addColumn("subject", text, (column) => column.notNull())
    .addColumn("at", "bigint", (column) => column.notNull())
    .addColumn("facts", text, (column) => column.notNull())
    .execute();
  await db.schema.createIndex("happenings_of").on("happenings").columns(["subject", "at"]).execute();
  await db.schema.createIndex("happenings_oldest").on("happenings").column("at").execute();
}

async function createMessages(db: Kysely<Schema>, { text }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable("messages")
    .addColumn("subject", text, (column) => column.notNull())
    .addColumn("incarnation", "bigint", (column) => column.notNull())
    .addColumn("channel", text, (column) => column.notNull())
    .addColumn("slot", text, (column) => column.notNull())
    .addColumn("id", text, (column) => column.notNull())
    .addColumn("state", text, (column) => column.notNull())
    .addColumn("wanted_version", "bigint", (column) => column.notNull())
    .addColumn("shown_version", "bigint", (column) => column.notNull())
    .addColumn("shown_hash", text)
    .addColumn("external_id", text)
    .addColumn("due_at", "bigint", (column) => column.notNull())
    .addColumn("attempts", "bigint", (column) => column.notNull())
    .addColumn("post_begun_at", "bigint")
    .addColumn("last_error", text)
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("claimable", "bigint", (column) => column.notNull())
    .addColumn("lease_token", text)
    .addColumn("lease_until", "bigint")
    .addPrimaryKeyConstraint("messages_key", ["subject", "incarnation", "channel", "slot"])
    .execute();
  await db.schema
    .createIndex("messages_due_in_channel")
    .on("messages")
    .columns(["channel", "due_at", "created_at"])
    .where(sql<boolean>`claimable = 1`)
    .execute();
  await db.schema
    .createIndex("messages_due")
    .on("messages")
    .column("due_at")
    .where(sql<boolean>`claimable = 1`)
    .execute();
  await db.schema
    .createIndex("messages_by_external_id")
    .on("messages")
    .columns(["channel", "external_id"])
    .where(sql<boolean>`external_id is not null`)
    .execute();
  await db.schema
    .createIndex("messages_leased")
    .on("messages")
    .column("lease_until")
    .where(sql<boolean>`lease_until is not null`)
    .execute();
  await db.schema
    .createTable("buttons")
    .addColumn("reference", text, (column) => column.primaryKey())
    .addColumn("saved_at", "bigint", (column) => column.notNull())
    .addColumn("facts", text, (column) => column.notNull())
    .execute();
  await db.schema.createIndex("buttons_oldest").on("buttons").column("saved_at").execute();
}

async function createOperations(db: Kysely<Schema>, { text, identity }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable("requests")
    .addColumn("id", text, (column) => column.primaryKey())
    .addColumn("at", "bigint", (column) => column.notNull())
    .addColumn("facts", text, (column) => column.notNull())
    .addColumn("verdict", text)
    .execute();
  await db.schema.createIndex("requests_oldest").on("requests").column("at").execute();
  await db.schema
    .createIndex("requests_undecided")
    .on("requests")
    .column("at")
    .where(sql<boolean>`verdict is null`)
    .execute();
  await db.schema
    .createTable("operations")
    .addColumn("id", text, (column) => column.primaryKey())
    .addColumn("placement_key", text, (column) => column.notNull())
    .addColumn("registry", text, (column) => column.notNull())
    .addColumn("repository", text, (column) => column.notNull())
    .addColumn("digest", text, (column) => column.notNull())
    .addColumn("state", text, (column) => column.notNull())
    .addColumn("requested_at", "bigint", (column) => column.notNull())
    .addColumn("due_at", "bigint", (column) => column.notNull())
    .addColumn("attempts", "bigint", (column) => column.notNull())
    .addColumn("started_at", "bigint")
    .addColumn("finished_at", "bigint")
    .addColumn("digest_before", text)
    .addColumn("outcome", text)
    .addColumn("button_reference", text)
    .addColumn("lease_token", text)
    .addColumn("lease_until", "bigint")
    .addColumn("facts", text, (column) => column.notNull())
    .addColumn("verdict", text, (column) => column.notNull())
    .execute();
  await createOperationIndexes(db);
  await db.schema
    .createTable("audit")
    .addColumn("number", identity, (column) => column.primaryKey())
    .addColumn("at", "bigint", (column) => column.notNull())
    .addColumn("facts", text, (column) => column.notNull())
    .execute();
}

async function createOperationIndexes(db: Kysely<Schema>): Promise<void> {
  const index = (name: string) => db.schema.createIndex(name).on("operations");
  await index("operations_one_running")
    .unique()
    .column("placement_key")
    .where(sql<boolean>`state = 'running'`)
    .execute();
  await index("operations_one_a_button")
    .unique()
    .column("button_reference")
    .where(sql<boolean>`button_reference is not null`)
    .execute();
  await index("operations_queued")
    .columns(["due_at", "requested_at"])
    .where(sql<boolean>`state = 'queued'`)
    .execute();
  await index("operations_open")
    .columns(["placement_key", "requested_at"])
    .where(sql<boolean>`finished_at is null`)
    .execute();
  await index("operations_leased").column("lease_until").where(sql<boolean>`state = 'running'`).execute();
  await index("operations_of_artifact")
    .columns(["registry", "repository", "digest", "requested_at"])
    .execute();
  await index("operations_of_repository").columns(["registry", "repository", "requested_at"]).execute();
  await index("operations_newest").column("requested_at").execute();
}

async function createRest(db: Kysely<Schema>, { text }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable("placements")
    .addColumn("registry", text, (column) => column.notNull())
    .addColumn("repository", text, (column) => column.notNull())
    .addColumn("target", text, (column) => column.notNull())
    .addColumn("history", text, (column) => column.notNull())
    .addPrimaryKeyConstraint("placements_key", ["registry", "repository", "target"])
    .execute();
  await db.schema
    .createTable("principals")
    .addColumn("platform", text, (column) => column.notNull())
    .addColumn("tenant", text, (column) => column.notNull())
    .addColumn("user_id", text, (column) => column.notNull())
    .addColumn("facts", text, (column) => column.notNull())
    .addPrimaryKeyConstraint("principals_key", ["platform", "tenant", "user_id"])
    .execute();
  await db.schema
    .createTable("groups")
    .addColumn("platform", text, (column) => column.notNull())
    .addColumn("tenant", text, (column) => column.notNull())
    .addColumn("group_id", text, (column) => column.notNull())
    .addColumn("facts", text, (column) => column.notNull())
    .addPrimaryKeyConstraint("groups_key", ["platform", "tenant", "group_id"])
    .execute();
  await db.schema
    .createTable("signing_keys")
    .addColumn("issuer", text, (column) => column.primaryKey())
    .addColumn("jwks", text, (column) => column.notNull())
    .addColumn("read_at", "bigint", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("write_checks")
    .addColumn("id", "bigint", (column) => column.primaryKey())
    .addColumn("at", "bigint", (column) => column.notNull())
    .execute();
}
