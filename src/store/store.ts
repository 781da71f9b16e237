import type { Artifact, ArtifactKey, TagState } from "../nouns/artifact.ts";
import type { AuditEntry } from "../nouns/audit-entry.ts";
import type { ChannelId, ChannelKind } from "../nouns/channel.ts";
import type { Happening } from "../nouns/happening.ts";
import type { Installation } from "../nouns/installation.ts";
import type { Message, MessageKey } from "../nouns/message.ts";
import type { Operation } from "../nouns/operation.ts";
import type { KnownPrincipal, Principal } from "../nouns/principal.ts";
import type { Sighting } from "../nouns/registry-event.ts";
import type { ButtonMeaning, Request, Wish } from "../nouns/request.ts";
import type { Placement, PlacementChange, PlacementKey } from "../nouns/target.ts";

/** Proof of a lease: whoever lost the lease can write nothing with it. */
export type LeaseToken = string;

/** What folding and verifying start from: one artifact and the tags that matter to the change. */
export interface KnownArtifact {
  readonly artifact: Artifact | undefined;
  /** Tags that point to it. */
  readonly tags: readonly TagState[];
  /** The tag that the event names, wherever it points. */
  readonly namedTag: TagState | undefined;
}

/** A message that should exist; if it does already, it stays as it is. */
export interface MessageWish extends MessageKey {
  readonly dueAt: number;
}

/** What a pure function made of a KnownArtifact; the store writes all of it or nothing. */
export interface ArtifactChange {
  readonly artifact: Artifact;
  /** Tags to write as given. */
  readonly tags: readonly TagState[];
  /** Tags to forget. */
  readonly removedTags: readonly string[];
  /** Other digests of the repository that belong to this one: they get it as parent, and are made if unknown. */
  readonly claims: readonly string[];
  /** When the registry is to be asked next; `null`: not again. Absent: as it was. */
  readonly verifyDueAt?: number | null;
  /** The registry is to be asked about every living artifact of the repository: it was deleted as a whole. */
  readonly verifyRepository?: boolean;
  readonly messages: readonly MessageWish[];
  /** When messages of this artifact are to be brought up to date; absent: nothing they show has changed. */
  readonly touchAt?: number;
  /** Other digests of the repository whose cards change too. */
  readonly alsoTouch: readonly string[];
  readonly happenings: readonly Happening[];
}

export type ChangeArtifact = (known: KnownArtifact) => ArtifactChange | undefined;

/** What decides on a request: read in the same transaction that writes the operation. */
export interface DecisionFacts {
  readonly artifact: Artifact | undefined;
  readonly namedTag: TagState | undefined;
  readonly placement: Placement | undefined;
  /** Operations of the same placement (or review of the same artifact) that are queued or running. */
  readonly open: readonly Operation[];
}

/** The outcome of a decision: kept with the request, so that its retry gets the same answer. */
export interface Verdict {
  /** Absent: refused, or observed only. */
  readonly operation?: Operation;
  readonly audit: AuditEntry;
  /** What to tell the person. */
  readonly outcome: "accepted" | "observed" | "refused";
  readonly answer: string;
}

export interface DecidedRequest {
  readonly verdict: Verdict;
  /** Whether this call decided it; false: it had been decided before (a retry, a second click on the same button). */
  readonly first: boolean;
}

export interface ClaimedMessage {
  readonly message: Message;
  readonly lease: LeaseToken;
}

/** How one attempt to deliver ended. */
export type DeliveryOutcome =
  | { readonly kind: "shown"; readonly version: number; readonly hash: string; readonly externalId?: string }
  /** Nothing happened; try again then. */
  | { readonly kind: "later"; readonly dueAt: number; readonly error: string }
  /** A post was sent and its answer lost; look for it then. */
  | { readonly kind: "in-doubt"; readonly dueAt: number; readonly error: string }
  /** A post that was in doubt was not found: it may be sent again. */
  | { readonly kind: "not-posted"; readonly dueAt: number }
  | { readonly kind: "gone"; readonly error: string }
  | { readonly kind: "dead"; readonly error: string }
  /** It is not wanted any more (claimed by an index before it was posted). */
  | { readonly kind: "unwanted" };

export interface ClaimedOperation {
  readonly operation: Operation;
  readonly lease: LeaseToken;
}

export interface OperationResult {
  readonly state: "succeeded" | "failed" | "in-doubt";
  readonly outcome: string;
  readonly at: number;
  readonly audit: AuditEntry;
  /** What the placement runs now, if the operation changed it. */
  readonly placementChange?: PlacementChange;
  /** Replies to be posted to the cards of the subject. */
  readonly messages: readonly MessageWish[];
}

export interface KnownGroup {
  readonly platform: Principal["platform"];
  readonly tenant: string;
  readonly groupId: string;
  readonly members: readonly string[];
  readonly readAt: number;
}

export interface SigningKeys {
  /** Whose keys: the address of the key set. */
  readonly issuer: string;
  /** A JSON Web Key Set as text. */
  readonly jwks: string;
  readonly readAt: number;
}

export type RecordedAs = "recorded" | "duplicate";

/**
 * The store: verbs, not tables. No caller ever holds a transaction; the functions that callers pass in are pure
 * and run inside one. Every verb is asynchronous, on SQLite too, so that PostgreSQL fits the same interface.
 */
export interface Store {
  readonly engine: "sqlite" | "postgres";

  // ② record: both verbs join one group commit and resolve when it is on disk (fsync).
  /** Writes events down; one answer each, in order. Throws `store-unwritable`. */
  recordEvents(sightings: readonly Sighting[]): Promise<readonly RecordedAs[]>;
  /** Writes a request down; `duplicate`: the platform sent it before. Throws `store-unwritable`. */
  recordRequest(request: Request): Promise<RecordedAs>;

  // ③ fold, route, verify
  /** Folds up to `limit` recorded events, oldest first, each through `change`; gives how many it took. */
  foldBatch(
    limit: number,
    change: (sighting: Sighting, known: KnownArtifact) => ArtifactChange | undefined,
  ): Promise<number>;
  /** Changes one artifact in one transaction; `undefined` from `change` leaves it alone. */
  changeArtifact(key: ArtifactKey, namedTag: string | undefined, change: ChangeArtifact): Promise<void>;
  /** Artifacts whose registry is to be asked now, leased to the caller for `leaseMs`. */
  claimVerifications(now: number, limit: number, leaseMs: number): Promise<readonly Artifact[]>;

  // reading
  findArtifact(key: ArtifactKey): Promise<Artifact | undefined>;
  findTag(registry: string, repository: string, tag: string): Promise<TagState | undefined>;
  /** Tags that point to the artifact. */
  tagsOf(key: ArtifactKey): Promise<readonly TagState[]>;
  /** Newest first. */
  tagsOfRepository(registry: string, repository: string, limit: number): Promise<readonly TagState[]>;
  /** An artifact by a prefix of its digest (at least 6 hex digits); undefined if none or several match. */
  findArtifactByPrefix(registry: string, repository: string, prefix: string): Promise<Artifact | undefined>;
  /** The newest artifact whose event named that tag, whether or not the tag points to it (quarantine: not yet). */
  findAnnounced(registry: string, repository: string, tag: string): Promise<Artifact | undefined>;
  /** The newest `limit` lines of the story, oldest first. */
  happeningsOf(key: ArtifactKey, limit: number): Promise<readonly Happening[]>;
  /** When a ping with that id arrived; undefined: not (yet). */
  findPing(registry: string, id: string, since: number): Promise<number | undefined>;

  // ⑤ deliver
  /** Channels that have a message due at `now`. */
  findDueChannels(now: number): Promise<readonly ChannelId[]>;
  /** When the next message falls due; undefined: none is waiting. */
  nextMessageDueAt(): Promise<number | undefined>;
  /** The oldest due message of a channel, leased to the caller for `leaseMs`; roots before their replies. */
  claimMessage(channel: ChannelId, now: number, leaseMs: number): Promise<ClaimedMessage | undefined>;
  /** Notes that a post is about to be sent: a crash after this leaves it in doubt. False: the lease is lost. */
  beginPost(key: MessageKey, lease: LeaseToken, at: number): Promise<boolean>;
  /** Writes how it ended and gives the lease back. False: the lease was lost, and nothing was written. */
  settleMessage(key: MessageKey, lease: LeaseToken, outcome: DeliveryOutcome): Promise<boolean>;
  /** The cards of the subject's newest incarnation are to be brought up to date by `dueAt`. */
  touch(subject: string, dueAt: number): Promise<void>;
  wantMessages(wishes: readonly MessageWish[]): Promise<void>;
  /** What waits for places of that kind is tried again at `dueAt`: a place has become reachable. */
  wakeWaiting(kind: ChannelKind, dueAt: number): Promise<void>;
  messagesOf(subject: string): Promise<readonly Message[]>;
  /** The message that the platform calls `externalId`. */
  findMessageAt(channel: ChannelId, externalId: string): Promise<Message | undefined>;
  saveButtons(buttons: readonly ButtonMeaning[]): Promise<void>;
  findButton(reference: string): Promise<ButtonMeaning | undefined>;

  // ⑥ decide
  /**
   * Decides a recorded request once: `decide` is pure and runs in the transaction that writes its verdict. A request
   * that was decided before, or whose button already gave an operation, gives that verdict again.
   */
  decideRequest(
    requestId: string,
    decide: (request: Request, facts: DecisionFacts) => Verdict,
  ): Promise<DecidedRequest>;
  /** What a decision on a wish would be made of now, outside a transaction: for previews, and before an effect. */
  readDecisionFacts(wish: Wish): Promise<DecisionFacts>;
  /** Requests that were recorded and never decided (the process died in between), oldest first. */
  findUndecided(limit: number): Promise<readonly Request[]>;
  appendAudit(entry: AuditEntry): Promise<void>;
  /** Newest first. */
  listAudit(limit: number): Promise<readonly AuditEntry[]>;

  // ⑦ operate
  /** The oldest operation that may run now, or one whose runner died; at most one runs per placement. */
  claimOperation(now: number, leaseMs: number): Promise<ClaimedOperation | undefined>;
  nextOperationDueAt(): Promise<number | undefined>;
  /** The lease lasts `leaseMs` from now. False: it is lost; stop before the next effect. */
  renewOperation(id: string, lease: LeaseToken, leaseMs: number): Promise<boolean>;
  /** Writes the intent down before the effect. False: the lease is lost. */
  noteDigestBefore(id: string, lease: LeaseToken, digestBefore: string | undefined): Promise<boolean>;
  postponeOperation(id: string, lease: LeaseToken, dueAt: number, why: string): Promise<boolean>;
  finishOperation(id: string, lease: LeaseToken, result: OperationResult): Promise<boolean>;
  /** Operations on one artifact, newest first. */
  operationsOf(key: ArtifactKey, limit: number): Promise<readonly Operation[]>;
  /** Operations on any digest of a repository, newest first. */
  operationsOfRepository(registry: string, repository: string, limit: number): Promise<readonly Operation[]>;
  findOperation(id: string): Promise<Operation | undefined>;
  /** Newest first. */
  listOperations(limit: number): Promise<readonly Operation[]>;
  findPlacement(key: PlacementKey): Promise<Placement | undefined>;
  placementsOf(registry: string, repository: string): Promise<readonly Placement[]>;
  /** Notes what a placement runs; a digest that it runs already changes nothing. */
  recordPlacement(key: PlacementKey, change: PlacementChange): Promise<void>;

  // people, groups, keys
  savePrincipal(principal: KnownPrincipal): Promise<void>;
  findPrincipal(
    principal: Pick<Principal, "platform" | "tenant" | "userId">,
  ): Promise<KnownPrincipal | undefined>;
  saveGroup(group: KnownGroup): Promise<void>;
  listGroups(): Promise<readonly KnownGroup[]>;
  /** Writes a place down over what was known of it. */
  saveInstallation(installation: Installation): Promise<void>;
  findInstallation(platform: Installation["platform"], id: string): Promise<Installation | undefined>;
  /** Every place of a platform, whatever its state, at most 5,000. */
  listInstallations(platform: Installation["platform"]): Promise<readonly Installation[]>;
  saveSigningKeys(keys: SigningKeys): Promise<void>;
  findSigningKeys(issuer: string): Promise<SigningKeys | undefined>;

  // housekeeping
  /** Removes what retention no longer asks for: folded events, requests, buttons and stories older than `before`. */
  prune(before: number, limit: number): Promise<number>;
  /** Throws `store-unwritable` with the reason if nothing can be written now. */
  checkWritable(): Promise<void>;
  /** Called after each commit that may have made work; `close` forgets it. */
  onWork(listener: () => void): void;
  close(): Promise<void>;
}
