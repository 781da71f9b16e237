import type { ClaimWish, ListedWork, Serves, WorkItems, WorkKind } from "../nouns/due-work.ts";
import type { Turn } from "./turn.ts";

/** How one turn ended: it wrote its own end; the item is struck off; it is looked at again; or it only waits. */
export type Outcome =
  | { readonly kind: "written" }
  | { readonly kind: "over" }
  | { readonly kind: "again"; readonly afterMs: number }
  | { readonly kind: "wait"; readonly afterMs: number };

/** How long to wait after the first failure, and at most. */
export interface Backoff {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** The times of a kind whose step makes a few calls of 10 s at most; `Retry-After` is kept up to an hour. */
export const usualTimes = { leaseMs: 60_000, deadlineMs: 45_000, longestPauseMs: 75 * 60_000 } as const;

/** What one kind of due work is made of. Times are in ms. */
export interface DueWork<K extends WorkKind>
  extends Pick<ClaimWish, "perLane" | "perCrowd" | "leaseMs" | "longestPauseMs" | "unservedAfterMs"> {
  readonly kind: K;
  /** What a person looks for in the log, beside the item's key; absent: the key says it. */
  readonly about?: (item: WorkItems[K]) => Readonly<Record<string, string>>;
  /** What this process can serve, asked at each claim. */
  readonly serves: () => Serves;
  /** What may wait unserved and is no trouble; absent: nothing. */
  readonly mayWait?: () => Serves;
  /** Steps that this process runs at the same time; what pauses counts in its lane only. */
  readonly atOnce: number;
  /** How long one step may take, from its begin or from the end of its pause. */
  readonly deadlineMs: number;
  readonly retry: (error: unknown) => Backoff;
  /** Whether trying again is in vain; `attempts` counts this failure, too. */
  readonly isForGood: (error: unknown, attempts: number, item: WorkItems[K]) => boolean;
  readonly run: (item: WorkItems[K], turn: Turn) => Promise<Outcome>;
  /** Ends an item visibly: it failed for good, or was taken up again and again without an outcome. */
  readonly end: (item: WorkItems[K], why: unknown, turn: Turn) => Promise<Outcome>;
  /** How long to wait with nothing due, where the usual time is too long now. */
  readonly idleMs?: () => number | undefined;
  /** What is looked at again and again, of the configuration of now. */
  readonly list?: () => Promise<readonly ListedWork[]>;
}
