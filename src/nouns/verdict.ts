import type { Artifact, TagState } from "./artifact.ts";
import type { AuditEntry } from "./audit-entry.ts";
import type { Lock, LockScope } from "./lock.ts";
import type { Message, MessageKey } from "./message.ts";
import type { Operation, Vote } from "./operation.ts";
import type { Placement } from "./placement.ts";
import type { Principal } from "./principal.ts";
import type { OrderedStanding, Request, StandingKind, Standings, Wish } from "./request.ts";

/** What decides on a request: read in the same transaction that writes what comes of it. */
export interface DecisionFacts {
  readonly artifact: Artifact | undefined;
  readonly namedTag: TagState | undefined;
  /** What the wish's own target runs. */
  readonly placement: Placement | undefined;
  /** All placements of the repository, that one too. */
  readonly placements: readonly Placement[];
  /** Artifacts that the placement ran before, as far as they are known: to find one that can be gone back to. */
  readonly ran: readonly Artifact[];
  /** Operations of the same placement (or review of the same artifact) that are not finished. */
  readonly open: readonly Operation[];
  /** Locks of the target and of everything, those that have run out included. */
  readonly locks: readonly Lock[];
}

/** What decides on an order about an operation: its row is locked until the transaction ends. */
export interface OperationFacts {
  readonly operation: Operation | undefined;
}

/** What comes of a request besides a new operation. The store writes all of it, the audit entry and the answer, or nothing. */
export type Consequence =
  /** `makes`: what the operation is after this vote; it stays as it is if absent. */
  | {
      readonly kind: "vote";
      readonly operationId: string;
      readonly vote: Vote;
      readonly makes?: "queued" | "cancelled";
      readonly outcome?: string;
    }
  /** One that runs becomes `cancelling`, one that does not is `cancelled` at once. */
  | {
      readonly kind: "cancel";
      readonly operationId: string;
      readonly by: Principal;
      readonly outcome: string;
    }
  /** Over what stands there. */
  | { readonly kind: "set"; readonly standing: Standing; readonly shownOn?: ShownOn }
  | { readonly kind: "lift"; readonly of: StandingKind; readonly key: string; readonly shownOn?: ShownOn };

/** What stands, with the key by which its kind tells it apart and the end of its time. */
export type Standing = {
  readonly [K in StandingKind]: {
    readonly kind: K;
    readonly key: string;
    readonly until?: number;
    readonly facts: Standings[K];
  };
}[StandingKind];

/** Which cards show it: of one artifact, or of what runs where a lock would hold it. */
export type ShownOn = LockScope | { readonly kind: "subject"; readonly subject: string };

/** The outcome of a decision: kept with the request, so that its retry gets the same answer. */
export interface Verdict {
  /** Absent: refused, observed only, or not about a new operation. */
  readonly operation?: Operation;
  readonly consequence?: Consequence;
  readonly audit: AuditEntry;
  /** What to tell the person. */
  readonly outcome: "accepted" | "observed" | "refused";
  readonly answer: string;
  /** Roles that could be asked in their place. */
  readonly lacking?: readonly string[];
}

/** The card on which what came of a request is told, and what stands there, read after it was written. */
export interface ToldOn {
  readonly artifact: Artifact;
  readonly tags: readonly TagState[];
  readonly messages: readonly Message[];
  /** What the request made, or was about. */
  readonly operation?: Operation;
}

/** How recorded requests are decided: pure functions that run inside the transaction. */
export interface Verdicts {
  onWish(request: Request, wish: Wish, facts: DecisionFacts): Verdict;
  onOperation(request: Request, facts: OperationFacts): Verdict;
  /** Orders about what stands; `standing` is all there is of the kind. */
  onStanding<K extends OrderedStanding>(
    request: Request,
    kind: K,
    standing: readonly Standings[K][],
  ): Verdict;
  /** Messages that are wanted with the verdict, besides the cards that show it anyway; absent: none. */
  messages?(request: Request, verdict: Verdict, told: ToldOn | undefined): readonly MessageKey[];
}

export interface DecidedRequest {
  readonly verdict: Verdict;
  /** Whether this call decided it; false: it had been decided before (a retry, a second click on the same button). */
  readonly first: boolean;
}
