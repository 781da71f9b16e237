import type { Generated } from "kysely";

/** Key of `registry_events`, time first after the registry: random keys halve the speed of ingest and worsen with size. */
export interface EventKeyColumns {
  readonly registry: string;
  readonly occurred_at: number;
  readonly id: string;
  readonly way: string;
  readonly region: string;
}

interface EventTable extends EventKeyColumns {
  /** Empty for a ping. */
  readonly repository: string;
  readonly action: string;
  readonly received_at: number;
  /** 0: not yet · 1: folded · 2: refused by the fold, with the reason beside it. */
  readonly folded: Generated<number>;
  readonly refusal: string | null;
  /** The RegistryEvent as JSON. */
  readonly facts: string;
}

/** What several tables are about: one repository of one registry. */
interface RepositoryColumns {
  readonly registry: string;
  readonly repository: string;
}

/** How rows of due work are held, and how it went so far. */
interface WorkColumns {
  readonly attempts: Generated<number>;
  readonly claims: Generated<number>;
  readonly lease_token: string | null;
  readonly lease_until: number | null;
}

interface ArtifactTable extends RepositoryColumns {
  readonly digest: string;
  readonly incarnation: number;
  /** Newest push or quarantine, else when it was first seen: with `deleted_at` it says whether the artifact lives. */
  readonly seen_at: number;
  readonly deleted_at: number | null;
  readonly announced_tag: string | null;
  readonly facts: string;
}

interface TagTable extends RepositoryColumns {
  readonly tag: string;
  readonly digest: string;
  readonly moved_at: number;
  readonly disputed: number;
  readonly previous_digest: string | null;
}

interface HappeningTable {
  readonly number: Generated<number>;
  readonly subject: string;
  readonly at: number;
  readonly facts: string;
}

/** A message of a card. `claimable`: it has something to show and no root to wait for. */
export interface MessageTable extends WorkColumns {
  readonly subject: string;
  readonly incarnation: number;
  readonly channel: string;
  readonly slot: string;
  readonly id: string;
  readonly state: string;
  readonly wanted_version: number;
  readonly shown_version: number;
  readonly shown_hash: string | null;
  readonly external_id: string | null;
  readonly due_at: number;
  readonly post_begun_at: number | null;
  readonly last_error: string | null;
  readonly created_at: number;
  readonly claimable: number;
  /** 1: no registry has confirmed the card; it goes behind those that are. */
  readonly unconfirmed: Generated<number>;
  /** When it was counted as posted unconfirmed. */
  readonly counted_at: number | null;
  /** Since when it is held back, because too many such were posted. */
  readonly held_at: number | null;
}

/** What is done later and has no row of its own to stand in: verifications, and what is looked at again and again. */
interface DueWorkTable extends WorkColumns {
  readonly kind: string;
  readonly key: string;
  readonly lane: string;
  readonly due_at: number;
  /** Grows with each change, so that an outcome does not overwrite what came meanwhile. */
  readonly version: Generated<number>;
  readonly last_error: string | null;
}

interface ButtonTable {
  readonly reference: string;
  readonly saved_at: number;
  readonly facts: string;
}

interface RequestTable extends WorkColumns {
  readonly id: string;
  readonly at: number;
  readonly facts: string;
  /** The Verdict as JSON; null: not decided. */
  readonly verdict: string | null;
  /** The platform of whoever asked: they may have to be looked up there. */
  readonly lane: string;
  readonly due_at: number;
  readonly last_error: string | null;
}

/** An operation: what never changes is in `facts`, what does is in columns. */
export interface OperationTable extends RepositoryColumns, WorkColumns {
  readonly id: string;
  /** One operation runs per placement, or per review of one artifact. */
  readonly placement_key: string;
  /** One operation runs per lane, too, in the order of `queued_at`. */
  readonly lane: string;
  /** Its target, or the registry of a review: so many of one crowd run side by side. */
  readonly crowd: string;
  readonly digest: string;
  readonly state: string;
  readonly requested_at: number;
  /** Its place in the lane: when it was asked for or, if it awaited approval, when it was approved. */
  readonly queued_at: number;
  readonly due_at: number;
  /** When it ends by itself while it awaits approval. */
  readonly expires_at: number | null;
  readonly started_at: number | null;
  readonly finished_at: number | null;
  readonly digest_before: string | null;
  /** Vote[] as JSON. */
  readonly votes: string;
  /** The Journal as JSON. */
  readonly journal: string;
  readonly progress: string | null;
  readonly link: string | null;
  readonly outcome: string | null;
  readonly changed: string | null;
  /** The Principal as JSON. */
  readonly cancelled_by: string | null;
  readonly button_reference: string | null;
  readonly facts: string;
  /** The Verdict that made it, for a second click on its button. */
  readonly verdict: string;
}

interface PlacementTable extends RepositoryColumns {
  readonly target: string;
  /** PlacementChange[] as JSON, newest last. */
  readonly history: string;
}

/** Entries of the audit as they were hashed; the columns beside the text only find them. Rows are never updated. */
export interface AuditChainTable {
  readonly number: number;
  readonly at: number;
  readonly registry: string | null;
  readonly repository: string | null;
  readonly digest: string | null;
  readonly target: string | null;
  readonly text: string;
  readonly hash: string;
}

interface AuditSegmentTable {
  readonly first: number;
  readonly last: number;
  readonly hash_before: string;
  readonly hash: string;
  readonly sealed_at: number;
  /** 1: its entries are gone. */
  readonly pruned: number;
}

/** Locks (under `all` or `target/production`) and suggestions. */
interface StandingTable {
  readonly kind: string;
  readonly key: string;
  readonly until: number | null;
  readonly facts: string;
}

interface HeardTable {
  readonly id: string;
  readonly at: number;
}

interface PrincipalTable {
  readonly platform: string;
  readonly tenant: string;
  readonly user_id: string;
  readonly facts: string;
}

interface GroupTable {
  readonly platform: string;
  readonly tenant: string;
  readonly group_id: string;
  readonly facts: string;
}

interface InstallationTable {
  readonly platform: string;
  readonly id: string;
  readonly facts: string;
}

interface SigningKeyTable {
  readonly issuer: string;
  readonly jwks: string;
  readonly read_at: number;
}

/** Every table. Times are ms since the epoch; `facts` are JSON documents kept as text. */
export interface Schema {
  readonly registry_events: EventTable;
  readonly artifacts: ArtifactTable;
  readonly tags: TagTable;
  readonly happenings: HappeningTable;
  readonly messages: MessageTable;
  readonly due_work: DueWorkTable;
  readonly buttons: ButtonTable;
  readonly requests: RequestTable;
  readonly operations: OperationTable;
  readonly placements: PlacementTable;
  readonly audit_chain: AuditChainTable;
  readonly audit_segments: AuditSegmentTable;
  readonly standings: StandingTable;
  readonly heard_messages: HeardTable;
  readonly principals: PrincipalTable;
  readonly groups: GroupTable;
  readonly installations: InstallationTable;
  readonly signing_keys: SigningKeyTable;
  readonly write_checks: { readonly id: number; readonly at: number };
  readonly schema_version: { readonly version: number; readonly applied_at: number };
}
