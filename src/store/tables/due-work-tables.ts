import { type Kysely, sql } from "kysely";
import type { ColumnTypes } from "./column-types.ts";
import type { Schema } from "./table-types.ts";

/** Schema 5: everything that is done later has lane, due time, attempts, claims and lease in the same words. */
export async function addDueWork(db: Kysely<Schema>, types: ColumnTypes): Promise<void> {
  for (const change of [listedWork, verifications, messages, requests, operations])
    for (const statement of change(types)) await statement.execute(db);
}

/** Schema 6: what stands before an operation in its placement is found without reading all that waits there. */
export async function addPlacementQueue(db: Kysely<Schema>): Promise<void> {
  await sql`create index operations_in_placement on operations (placement_key, queued_at, id)
    where finished_at is null and state <> 'awaiting-approval'`.execute(db);
}

function listedWork({ text, keyOrdered }: ColumnTypes) {
  return [
    sql`create table due_work (
      kind ${text} not null, key ${text} not null, lane ${text} not null, due_at bigint not null,
      version bigint default 1 not null, attempts bigint default 0 not null, claims bigint default 0 not null,
      last_error ${text}, lease_token ${text}, lease_until bigint,
      constraint due_work_key primary key (kind, key)) ${keyOrdered}`,
    sql`create index due_work_in_lane on due_work (kind, lane, due_at, key)`,
    sql`create index due_work_leased on due_work (kind, lane) where lease_token is not null`,
  ];
}

function verifications() {
  return [
    sql`insert into due_work (kind, key, lane, due_at)
      select 'verify', registry || '/' || repository || '@' || digest, registry, verify_due_at
      from artifacts where verify_due_at is not null`,
    sql`drop index artifacts_to_verify`,
    sql`alter table artifacts drop column verify_due_at`,
    sql`alter table artifacts drop column verify_lease_until`,
  ];
}

function messages() {
  return [
    sql`alter table messages add column claims bigint default 0 not null`,
    sql`create unique index messages_by_id on messages (id)`,
    sql`drop index messages_due`,
    sql`drop index messages_leased`,
    sql`create index messages_leased on messages (channel) where lease_token is not null`,
  ];
}

function requests({ text }: ColumnTypes) {
  return [
    sql`alter table requests add column lane ${text} default '' not null`,
    sql`update requests set lane = case when facts like '%"platform":"teams"%' then 'teams' else 'slack' end
      where verdict is null`,
    sql`alter table requests add column due_at bigint default 0 not null`,
    sql`alter table requests add column attempts bigint default 0 not null`,
    sql`alter table requests add column claims bigint default 0 not null`,
    sql`alter table requests add column last_error ${text}`,
    sql`alter table requests add column lease_token ${text}`,
    sql`alter table requests add column lease_until bigint`,
    sql`drop index requests_undecided`,
    sql`create index requests_undecided on requests (lane, due_at, id) where verdict is null`,
    sql`create index requests_leased on requests (lane) where lease_token is not null`,
  ];
}

function operations({ text }: ColumnTypes) {
  return [
    sql`alter table operations add column crowd ${text} default '' not null`,
    sql`alter table operations add column claims bigint default 0 not null`,
    // A placement's key begins with its target's name; reviews share their registry.
    sql`update operations set crowd = case when placement_key like 'review/%' then 'review/' || registry
      else substr(placement_key, 1, length(placement_key) - length(registry || '/' || repository) - 1) end`,
    sql`drop index operations_queued`,
    sql`drop index operations_leased`,
    sql`drop index operations_expiring`,
    sql`drop index operations_in_lane`,
    // What waits for its turn; what awaits approval stands in no lane yet.
    sql`create index operations_in_lane on operations (lane, queued_at, id)
      where finished_at is null and state <> 'awaiting-approval'`,
    sql`create index operations_expiring on operations (lane, expires_at, id)
      where state = 'awaiting-approval' and expires_at is not null`,
    sql`create index operations_leased_by_lane on operations (lane) where lease_token is not null`,
    sql`create index operations_leased_by_crowd on operations (crowd) where lease_token is not null`,
  ];
}
