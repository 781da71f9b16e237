import type { Artifact, ArtifactKey, TagState } from "../nouns/artifact.ts";
import type { AuditEntry, ChainedEntry } from "../nouns/audit-entry.ts";
import type { ChannelId, ChannelKind } from "../nouns/channel.ts";
import type { LeaseToken, ListedKind, WorkStore } from "../nouns/due-work.ts";
import type { Happening } from "../nouns/happening.ts";
import type { Installation } from "../nouns/installation.ts";
import type { Message, MessageKey } from "../nouns/message.ts";
import type { Journal, Operation } from "../nouns/operation.ts";
import type { Placement, PlacementChange, PlacementKey } from "../nouns/placement.ts";
import type { KnownPrincipal, Principal } from "../nouns/principal.ts";
import type { Sighting } from "../nouns/registry-event.ts";
import type { ButtonMeaning, Request, StandingKind, Standings, Wish } from "../nouns/request.ts";
import type { TakeBackStore } from "../nouns/taken-back.ts";
import type { DecidedRequest, DecisionFacts, Verdict, Verdicts } from "../nouns/verdict.ts";

/** What folding and verifying start from: one artifact and the tags that matter to the change. */
export interface KnownArtifact {
  readonly artifact: Artifact | undefined;
  /** Tags that point to it. */
  readonly tags: readonly TagState[];
  /** The tag that the event names, wherever it points. */
  readonly namedTag: TagState | undefined;
}

/** A message that should exist; if it does already, it stays as it is. */
export interface WantedMessage extends MessageKey {
  readonly dueAt: number;
}

/** What a pure function made of a KnownArtifact; the store writes all of it or nothing. What is absent changes nothing. */
export interface ArtifactChange {
  readonly artifact: Artifact;
  /** Tags to write as given. */
  readonly tags?: readonly TagState[];
  /** Tags to forget. */
  readonly removedTags?: readonly string[];
  /** Other digests of the repository that belong to this one: they get it as parent, and are made if unknown. */
  readonly claims?: readonly string[];
  /** When the artifact is due for a kind of work, such as to be verified; `null`: not again. Absent: as it was. */
  readonly due?: { readonly [K in ListedKind]?: number | null };
  /** Other digests of the repository about which the registry is to be asked too: a claim touched them. */
  readonly alsoVerify?: readonly string[];
  readonly messages?: readonly WantedMessage[];
  /** When messages of this artifact are to be brought up to date; absent: nothing they show has changed. */
  readonly touchAt?: number;
  /** Other digests of the repository whose cards change too. */
  readonly alsoTouch?: readonly string[];
  readonly happenings?: readonly Happening[];
}

/** What an event makes of an artifact. */
export type Fold = (sighting: Sighting, known: KnownArtifact) => ArtifactChange | undefined;
export type ChangeArtifact = (known: KnownArtifact) => ArtifactChange | undefined;

/** How one attempt to deliver ended. */
export type DeliveryOutcome =
  | { readonly kind: "shown"; readonly version: number; readonly hash: string; readonly externalId?: string }
  /** A post was sent and its answer lost; look for it then. */
  | { readonly kind: "in-doubt"; readonly dueAt: number; readonly error: string }
  /** A post that was in doubt was not found: it may be sent again. */
  | { readonly kind: "not-posted"; readonly dueAt: number }
  | { readonly kind: "gone"; readonly error: string }
  | { readonly kind: "dead"; readonly error: string }
  /**
   * Not posted for now: until then; else until it is touched, and `line` says that it is one of many. What was wanted
   * after `version` comes at its own time.
   */
  | {
      readonly kind: "held";
      readonly version: number;
      readonly until?: number;
      readonly line?: WantedMessage;
    }
  /** It is not wanted any more (claimed by an index before it was posted). */
  | { readonly kind: "unwanted" };

export interface OperationResult {
  readonly state: "succeeded" | "failed" | "cancelled" | "expired" | "in-doubt";
  readonly outcome: string;
  /** Of one that did not succeed: whether the target was changed. */
  readonly changed?: Operation["changed"];
  readonly at: number;
  readonly audit: AuditEntry;
  /** What the placement runs now, if the operation changed it. */
  readonly placementChange?: PlacementChange;
  /** Replies to be posted to the cards of the subject. */
  readonly messages: readonly WantedMessage[];
  /** An operation that follows by itself (a roll back after a failure), with the audit entry of its decision. */
  readonly follow?: { readonly operation: Operation; readonly audit: AuditEntry };
}

/** Which audit entries are wanted; all that are named must fit. */
export interface AuditFilter {
  readonly registry?: string;
  readonly repository?: string;
  readonly digest?: string;
  readonly target?: string;
}

/** A sealed part of the audit's chain: entries `first` to `last`, with the hash before the first and of the last. */
export interface AuditSegment {
  readonly first: number;
  readonly last: number;
  readonly hashBefore: string;
  readonly hash: string;
  readonly sealedAt: number;
  /** Its entries are gone: retention took them, the seal stays. */
  readonly pruned: boolean;
}

/** Where the audit's chain ends now; number 0 and the hash of nothing before the first entry. */
export interface AuditHead {
  readonly number: number;
  readonly hash: string;
}

export interface KnownGroup {
  readonly platform: Principal["platform"];
  readonly tenant: string;
  readonly groupId: string;
  readonly members: readonly string[];
  readonly readAt: number;
}

export interface KeySet {
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
export interface Store extends WorkStore, TakeBackStore {
  // ② record: both verbs join one group commit and resolve when it is on disk (fsync).
  /** Writes events down; one answer each, in order. Throws `store-unwritable`. */
  recordEvents(sightings: readonly Sighting[]): Promise<readonly RecordedAs[]>;
  /** Writes a request down; `duplicate`: the platform sent it before. Throws `store-unwritable`. */
  recordRequest(request: Request): Promise<RecordedAs>;

  // ③ fold, route, verify
  /**
   * Folds up to `limit` recorded events, each through `change`; gives how many it took, 0 if nothing waits. By arrival in
   * each repository; registries, and repositories of one registry, take turns.
   */
  foldBatch(limit: number, change: Fold): Promise<number>;
  /** Changes one artifact in one transaction; `undefined` from `change` leaves it alone. */
  changeArtifact(key: ArtifactKey, namedTag: string | undefined, change: ChangeArtifact): Promise<void>;
  /** Changes several in one transaction, in the order given. */
  changeArtifacts(keys: readonly ArtifactKey[], change: ChangeArtifact): Promise<void>;

  // reading
  findArtifact(key: ArtifactKey): Promise<Artifact | undefined>;
  findTag(registry: string, repository: string, tag: string): Promise<TagState | undefined>;
  /** Tags that point to the artifact. */
  tagsOf(key: ArtifactKey): Promise<readonly TagState[]>;
  /** Newest first. */
  tagsOfRepository(registry: string, repository: string, limit: number): Promise<readonly TagState[]>;
  /** Artifacts by a prefix of their digest (at least 6 hex digits; fewer find none), in one repository or anywhere. */
  findArtifactsByDigest(
    prefix: string,
    limit: number,
    within?: Pick<ArtifactKey, "registry" | "repository">,
  ): Promise<readonly Artifact[]>;
  /** Artifacts of a repository that are not deleted, at most `limit`. */
  livingArtifacts(registry: string, repository: string, limit: number): Promise<readonly Artifact[]>;
  /** Artifacts of a repository about which the registry is to be asked by now, at most `limit`. */
  dueVerifications(registry: string, repository: string, limit: number): Promise<readonly ArtifactKey[]>;
  /** The newest artifact whose event named that tag, whether or not the tag points to it (quarantine: not yet). */
  findAnnounced(registry: string, repository: string, tag: string): Promise<Artifact | undefined>;
  /** The newest `limit` lines of the story, oldest first. */
  happeningsOf(key: ArtifactKey, limit: number): Promise<readonly Happening[]>;
  /** When a ping with that id arrived; undefined: not (yet). */
  findPing(registry: string, id: string, since: number): Promise<number | undefined>;

  // ⑤ deliver
  /** Notes that a post is about to be sent: a crash after this leaves it in doubt. False: the lease is lost. */
  beginPost(key: MessageKey, lease: LeaseToken, at: number): Promise<boolean>;
  /** Notes that the post which was begun has certainly not been made. */
  forgetPost(key: MessageKey, lease: LeaseToken): Promise<void>;
  /** Writes how it ended and gives the lease back. False: the lease was lost, and nothing was written. */
  finishDelivery(key: MessageKey, lease: LeaseToken, outcome: DeliveryOutcome): Promise<boolean>;
  /**
   * Counts a card among those that are posted unconfirmed since a time, of its registry in its channel. False: there are
   * as many as there may be, or the lease was lost.
   */
  countIn(
    key: MessageKey,
    lease: LeaseToken,
    within: { readonly since: number; readonly most: number; readonly at: number },
  ): Promise<boolean>;
  /** How many cards of a registry have been held back in a channel since a time, at most 10,000. */
  countHeld(channel: ChannelId, registry: string, since: number): Promise<number>;
  /** The cards of the subject's newest incarnation are to be brought up to date by `dueAt`. */
  touch(subject: string, dueAt: number): Promise<void>;
  wantMessages(wishes: readonly WantedMessage[]): Promise<void>;
  /** What waits for places of that kind is tried again at `dueAt`: a place has become reachable. */
  wakeWaiting(kind: ChannelKind, dueAt: number): Promise<void>;
  messagesOf(subject: string): Promise<readonly Message[]>;
  /** The message that the platform calls `externalId`. */
  findMessageAt(channel: ChannelId, externalId: string): Promise<Message | undefined>;
  saveButtons(buttons: readonly ButtonMeaning[]): Promise<void>;
  findButton(reference: string): Promise<ButtonMeaning | undefined>;

  // ⑥ decide
  /**
   * Decides a recorded request once: `verdicts` are pure and run in the transaction that writes their verdict. A request
   * that was decided before, or whose button already gave an operation, gives that verdict again.
   */
  decideRequest(requestId: string, verdicts: Verdicts): Promise<DecidedRequest>;
  /** Whether what somebody typed was taken before, by the platform's own id of the message. */
  wasHeard(id: string): Promise<boolean>;
  noteHeard(id: string, at: number): Promise<void>;
  /** A request with its verdict; undefined: not known, or not decided yet. */
  findDecided(id: string): Promise<{ readonly request: Request; readonly verdict: Verdict } | undefined>;
  /** What a decision on a wish would be made of now, outside a transaction: for previews, and before an effect. */
  readDecisionFacts(wish: Wish): Promise<DecisionFacts>;
  /** What stands of a kind, by key, and what ran out lately. */
  listStanding<K extends StandingKind>(kind: K): Promise<readonly Standings[K][]>;
  findStanding<K extends StandingKind>(kind: K, key: string): Promise<Standings[K] | undefined>;

  // audit: a chain that is only ever added to; every verb above that writes an entry adds it to the same chain
  appendAudit(entry: AuditEntry): Promise<void>;
  /** Newest first. */
  listAudit(limit: number, filter?: AuditFilter): Promise<readonly AuditEntry[]>;
  /** Entries from `number` on, oldest first, as they were hashed. */
  readAuditChain(from: number, limit: number): Promise<readonly ChainedEntry[]>;
  auditHead(): Promise<AuditHead>;
  listAuditSegments(): Promise<readonly AuditSegment[]>;
  /** Seals up to `limit` entries that are not sealed yet, oldest first; gives how many. */
  sealAudit(limit: number): Promise<number>;
  /** Removes the entries of up to one sealed segment whose newest is older than `before`; gives how many went. */
  pruneAudit(before: number): Promise<number>;

  // ⑦ operate
  /** Whether the lease is still the asker's, and somebody wants the operation stopped. */
  readStop(
    id: string,
    lease: LeaseToken,
  ): Promise<{ readonly isOwn: boolean; readonly isStopWanted: boolean }>;
  /** Writes the intent down before the effect. False: the lease is lost. */
  noteDigestBefore(id: string, lease: LeaseToken, digestBefore: string | undefined): Promise<boolean>;
  /** Replaces the journal: before each effect, and after it. False: the lease is lost. */
  writeJournal(id: string, lease: LeaseToken, journal: Journal): Promise<boolean>;
  /** How far it is, for its card, which is touched at `touchAt`. False: the lease is lost. */
  noteProgress(
    id: string,
    lease: LeaseToken,
    progress: { readonly words: string; readonly link?: string; readonly touchAt: number },
  ): Promise<boolean>;
  finishOperation(id: string, lease: LeaseToken, result: OperationResult): Promise<boolean>;
  /** Operations that await approval, oldest first. */
  listAwaiting(limit: number): Promise<readonly Operation[]>;
  /** Operations that have not ended, those of one placement together, oldest first. */
  listOpen(limit: number): Promise<readonly Operation[]>;
  /** Operations on any digest of a repository, newest first. */
  operationsOfRepository(registry: string, repository: string, limit: number): Promise<readonly Operation[]>;
  /** Operations on any repository of a target, newest first. */
  operationsOfTarget(target: string, limit: number): Promise<readonly Operation[]>;
  findOperation(id: string): Promise<Operation | undefined>;
  /** Newest first. */
  listOperations(limit: number): Promise<readonly Operation[]>;
  findPlacement(key: PlacementKey): Promise<Placement | undefined>;
  placementsOf(registry: string, repository: string): Promise<readonly Placement[]>;
  /** By target, then registry and repository. */
  listPlacements(limit: number, target?: string): Promise<readonly Placement[]>;
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
  saveKeySet(keys: KeySet): Promise<void>;
  findKeySet(issuer: string): Promise<KeySet | undefined>;

  // housekeeping
  /** Removes what retention no longer asks for: folded events, requests, messages, buttons and stories older than `before`. */
  prune(before: number, limit: number): Promise<number>;
  /** Throws `store-unwritable` with the reason if nothing can be written now. */
  checkWritable(): Promise<void>;
  close(): Promise<void>;
}
