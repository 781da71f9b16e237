import { type Kysely, sql } from "kysely";
import type { ColumnTypes } from "./column-types.ts";
import type { Schema } from "./table-types.ts";

/** The tables and indexes of schema 1. A partial index serves only queries that name its condition letter by letter. */
export async function createFirstTables(db: Kysely<Schema>, types: ColumnTypes): Promise<void> {
  for (const tables of [eventTables, artifactTables, messageTables, operationTables, otherTables])
    for (const statement of tables(types)) await statement.execute(db);
}

function eventTables({ text, keyOrdered }: ColumnTypes) {
  return [
    // Time first: ids are random GUIDs, and a random key costs half of the ingest (more as the table grows).
    sql`create table registry_events (
      registry ${text} not null, occurred_at bigint not null, id ${text} not null, way ${text} not null,
      region ${text} not null, action ${text} not null, received_at bigint not null,
      folded bigint default 0 not null, refusal ${text}, facts ${text} not null,
      constraint registry_events_key primary key (registry, occurred_at, id, way, region)) ${keyOrdered}`,
    // Without this the fold reads all history to find what is new. It is small (only what waits) and led by time,
    // so an insert appends to it; no other index belongs on this table.
    sql`create index registry_events_to_fold on registry_events (occurred_at) where folded = 0`,
  ];
}

function artifactTables({ text, identity, keyOrdered }: ColumnTypes) {
  return [
    sql`create table artifacts (
      registry ${text} not null, repository ${text} not null, digest ${text} not null,
      incarnation bigint not null, seen_at bigint not null, deleted_at bigint, announced_tag ${text},
      verify_due_at bigint, verify_lease_until bigint, facts ${text} not null,
      constraint artifacts_key primary key (registry, repository, digest))`,
    sql`create index artifacts_to_verify on artifacts (verify_due_at) where verify_due_at is not null`,
    sql`create index artifacts_announced on artifacts (registry, repository, announced_tag, seen_at)
      where announced_tag is not null`,
    sql`create table tags (
      registry ${text} not null, repository ${text} not null, tag ${text} not null, digest ${text} not null,
      moved_at bigint not null, disputed bigint not null, previous_digest ${text},
      constraint tags_key primary key (registry, repository, tag)) ${keyOrdered}`,
    sql`create index tags_of_artifact on tags (registry, repository, digest, moved_at)`,
    sql`create index tags_newest on tags (registry, repository, moved_at)`,
    sql`create table happenings (
      number ${identity} primary key, subject ${text} not null, at bigint not null, facts ${text} not null)`,
    sql`create index happenings_of on happenings (subject, at)`,
    sql`create index happenings_oldest on happenings (at)`,
  ];
}

function messageTables({ text }: ColumnTypes) {
  return [
    sql`create table messages (
      subject ${text} not null, incarnation bigint not null, channel ${text} not null, slot ${text} not null,
      id ${text} not null, state ${text} not null, wanted_version bigint not null, shown_version bigint not null,
      shown_hash ${text}, external_id ${text}, due_at bigint not null, attempts bigint not null,
      post_begun_at bigint, last_error ${text}, created_at bigint not null, claimable bigint not null,
      lease_token ${text}, lease_until bigint,
      constraint messages_key primary key (subject, incarnation, channel, slot))`,
    sql`create index messages_due_in_channel on messages (channel, due_at, created_at) where claimable = 1`,
    sql`create index messages_due on messages (due_at) where claimable = 1`,
    sql`create index messages_by_external_id on messages (channel, external_id) where external_id is not null`,
    sql`create index messages_leased on messages (lease_until) where lease_until is not null`,
    sql`create table buttons (
      reference ${text} primary key, saved_at bigint not null, facts ${text} not null)`,
    sql`create index buttons_oldest on buttons (saved_at)`,
  ];
}

function operationTables({ text, identity }: ColumnTypes) {
  return [
    sql`create table requests (
      id ${text} primary key, at bigint not null, facts ${text} not null, verdict ${text})`,
    sql`create index requests_oldest on requests (at)`,
    sql`create index requests_undecided on requests (at) where verdict is null`,
    sql`create table operations (
      id ${text} primary key, placement_key ${text} not null, registry ${text} not null,
      repository ${text} not null, digest ${text} not null, state ${text} not null, requested_at bigint not null,
      due_at bigint not null, attempts bigint not null, started_at bigint, finished_at bigint,
      digest_before ${text}, outcome ${text}, button_reference ${text}, lease_token ${text}, lease_until bigint,
      facts ${text} not null, verdict ${text} not null)`,
    sql`create unique index operations_one_running on operations (placement_key) where state = 'running'`,
    sql`create unique index operations_one_a_button on operations (button_reference)
      where button_reference is not null`,
    sql`create index operations_queued on operations (due_at, requested_at) where state = 'queued'`,
    sql`create index operations_open on operations (placement_key, requested_at) where finished_at is null`,
    sql`create index operations_leased on operations (lease_until) where state = 'running'`,
    sql`create index operations_of_artifact on operations (registry, repository, digest, requested_at)`,
    sql`create index operations_of_repository on operations (registry, repository, requested_at)`,
    sql`create index operations_newest on operations (requested_at)`,
    sql`create table audit (number ${identity} primary key, at bigint not null, facts ${text} not null)`,
  ];
}

function otherTables({ text }: ColumnTypes) {
  return [
    sql`create table placements (
      registry ${text} not null, repository ${text} not null, target ${text} not null, history ${text} not null,
      constraint placements_key primary key (registry, repository, target))`,
    sql`create table principals (
      platform ${text} not null, tenant ${text} not null, user_id ${text} not null, facts ${text} not null,
      constraint principals_key primary key (platform, tenant, user_id))`,
    sql`create table groups (
      platform ${text} not null, tenant ${text} not null, group_id ${text} not null, facts ${text} not null,
      constraint groups_key primary key (platform, tenant, group_id))`,
    sql`create table signing_keys (issuer ${text} primary key, jwks ${text} not null, read_at bigint not null)`,
    sql`create table write_checks (id bigint primary key, at bigint not null)`,
  ];
}
