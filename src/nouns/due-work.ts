import type { Message } from "./message.ts";
import type { Operation } from "./operation.ts";
import type { Request } from "./request.ts";

/** Kinds whose items are keys in the table of due work: what is to be looked at, in one word. */
export const listedKinds = [
  // The subject of an artifact about which the registry is to be asked.
  "verify",
  // A placement whose target is to be asked what runs there.
  "watch",
  // A person or group that a role names.
  "people",
  // The store itself.
  "prune",
  "audit",
] as const;
export type ListedKind = (typeof listedKinds)[number];

/** What an item of each kind of due work is: a key, or a row of a table of its own. */
export interface WorkItems extends Readonly<Record<ListedKind, string>> {
  /** A request that was recorded and not decided. */
  readonly decide: Request;
  readonly deliver: Message;
  readonly operate: Operation;
  /** An operation whose approval ran out. */
  readonly expire: Operation;
}

export type WorkKind = keyof WorkItems;

/** What a commit can make work for: events to fold, or a kind of due work. */
export const wokenBy = ["fold", ...listedKinds, "decide", "deliver", "operate", "expire"] as const;
export type WokenBy = (typeof wokenBy)[number];

/** Proof of a lease: whoever lost the lease can write nothing with it. */
export type LeaseToken = string;

/** An item that this process has for a while, and nobody else. */
export interface ClaimedWork<K extends WorkKind> {
  readonly key: string;
  /** One lane works off its items in order, so many at a time; another lane never waits for it. */
  readonly lane: string;
  readonly item: WorkItems[K];
  readonly lease: LeaseToken;
  /** How often in a row it failed. */
  readonly attempts: number;
  /** What its last failure said. */
  readonly lastError?: string;
  /** How often in a row it was claimed without an outcome, this claim included. */
  readonly claims: number;
  /** Grows with each change of what is listed: an outcome does not overwrite what came meanwhile. */
  readonly version: number;
}

/** Names one claim of an item for the writes that end it. */
export type WorkClaim = Pick<ClaimedWork<WorkKind>, "key" | "lease" | "version">;

/** How an item is put off, in ms from now. With an error it has failed; without one it waits. */
export interface PutOff {
  readonly afterMs: number;
  readonly error?: string;
  /** A periodic item that was done: its failures are over. */
  readonly isFresh?: boolean;
}

/** What a process can serve: everything, the lanes (or crowds) named, or those too that begin with a prefix. */
export type Serves =
  | { readonly by: "everything" }
  | { readonly by: "name"; readonly names: readonly string[] }
  | {
      readonly by: "prefix";
      readonly prefixes: readonly string[];
      readonly names: readonly string[];
      /** Of messages: the registries whose cards it can show. Those of others wait, and count as parked. */
      readonly registries?: readonly string[];
    };

/** What a process asks for when it claims. Times are in ms. */
export interface ClaimWish {
  readonly serves: Serves;
  /** Items at most, one of each lane. */
  readonly limit: number;
  /** Leased items of one lane at most, over all processes. */
  readonly perLane: number;
  /** Leased items of all lanes that share the far side (a target), over all processes. */
  readonly perCrowd?: number;
  readonly leaseMs: number;
  /** No pause is longer: a due time further away than that was written by a clock that was wrong. */
  readonly longestPauseMs: number;
  /** What nobody served for so long is given to anybody, to be ended; absent: it is parked. */
  readonly unservedAfterMs?: number;
  /** Lanes whose turn it was lately. */
  readonly passOver: readonly string[];
}

/** Something that is looked at again and again. */
export interface ListedWork {
  readonly key: string;
  readonly lane: string;
}

/** How much of a kind there is in the store. */
export interface WorkCount {
  readonly due: number;
  readonly running: number;
  /** What this process cannot serve: it stays untouched. */
  readonly parked: number;
  /** How long the oldest has been due, in ms; 0: nothing is. */
  readonly oldestDueMs: number;
  /** Items whose last try failed. */
  readonly failing: number;
}

/** The verbs by which everything is found and ended that is done later: one way for every kind. */
export interface WorkStore {
  readonly engine: "sqlite" | "postgres";
  /** The next item of each lane that is due, the longest due first, leased to the caller. */
  claimDue<K extends WorkKind>(kind: K, wish: ClaimWish): Promise<readonly ClaimedWork<K>[]>;
  /** How long until such an item is due, in ms; 0: one is. Undefined: none waits that could be claimed. */
  nextDueIn(kind: WorkKind, wish: ClaimWish): Promise<number | undefined>;
  /** The lease lasts `leaseMs` from now. False: it is lost. */
  renewLease(kind: WorkKind, claim: WorkClaim, leaseMs: number): Promise<boolean>;
  /** Gives an item back, due again after `afterMs`: with an error it failed, without one it waits. False: lease lost. */
  putOff(kind: WorkKind, claim: WorkClaim, how: PutOff): Promise<boolean>;
  /** Strikes a listed item off, unless it was wanted anew meanwhile. False: the lease was lost. */
  strikeOff(kind: ListedKind, claim: WorkClaim): Promise<boolean>;
  /** Makes the list of what is looked at again and again: what is new is due at once, what is gone is forgotten. */
  listWork(kind: ListedKind, wanted: readonly ListedWork[]): Promise<void>;
  /** How much of a kind is open. */
  countWork(kind: WorkKind, serves: Serves): Promise<WorkCount>;
  /** Called after each commit that made work, with the kinds of it; `close` forgets it. */
  onWork(listener: (kinds: ReadonlySet<WokenBy>) => void): void;
}
