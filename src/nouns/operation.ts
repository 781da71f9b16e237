import type { ArtifactKey } from "./artifact.ts";
import type { ChannelId } from "./channel.ts";
import type { Principal } from "./principal.ts";

export const operationKinds = ["deploy", "redeploy", "rollback", "release", "reject"] as const;
/** Something to do to the outside. */
export type OperationKind = (typeof operationKinds)[number];

/**
 * `awaiting-approval` → `queued` → `running` → `succeeded` | `failed` | `in-doubt` (its effect cannot be determined: it
 * stops and asks). Before it runs it may be `cancelled` (declined, too) or have `expired`; while it runs, a cancel makes
 * it `cancelling` until the target says what came of that.
 */
export type OperationState =
  | "awaiting-approval"
  | "queued"
  | "running"
  | "cancelling"
  | "succeeded"
  | "failed"
  | "cancelled"
  | "expired"
  | "in-doubt";

/** One person's answer to an operation that awaits approval. */
export interface Vote {
  readonly who: Principal;
  readonly vote: "approve" | "decline";
  readonly at: number;
  readonly reason?: string;
}

/** How far an operation is with its approvals: `1 of 2`, and by whom. Accounts that may be one human's count once. */
export interface ApprovalCount {
  readonly given: number;
  readonly needed: number;
  readonly by: readonly Principal[];
}

/** What was asked for and is approved: if any of it has changed at the start, the approval is void. */
export interface OperationPlan {
  /** Hash of the target's configuration. */
  readonly targetRevision: string;
  /** What the placement ran when it was asked; absent: nothing that was known. */
  readonly digestBefore?: string;
  readonly digestAfter: string;
}

/** What an operation must have before it is queued, as the configuration said when it was asked. */
export interface NeededApprovals {
  readonly count: number;
  readonly from: readonly string[];
  readonly expiresAt: number;
}

/** One step of a run: `done` is absent while its effect has been begun and not been seen to end. */
export interface StepRecord {
  readonly name: string;
  readonly begunAt: number;
  readonly doneAt?: number;
}

/** What a run has written down, ahead of each effect: what a crash leaves to whoever goes on. */
export interface Journal {
  readonly steps: readonly StepRecord[];
  /** What steps leave to later ones and to their own next run: ids of the other side, names, times. No secrets. */
  readonly notes: Readonly<Record<string, string>>;
}

/** A durable row: it survives a crash at any point, and every effect of it is pinned to `digest`. */
export interface Operation {
  readonly id: string;
  readonly kind: OperationKind;
  readonly registry: string;
  readonly repository: string;
  /** The digest that the card showed. */
  readonly digest: string;
  /** The tag that the card showed; if it has moved since, a deploy is refused. */
  readonly tag?: string;
  readonly target?: string;
  readonly requestedBy: Principal;
  /** Who had the idea and lacked the role; may not approve it either. */
  readonly suggestedBy?: Principal;
  readonly reason?: string;
  /** The card that it was asked from, or the channel of the command. */
  readonly channel?: ChannelId;
  /** The rule that allowed it. */
  readonly rule: string;
  readonly requestId: string;
  /** Operations of one lane run one after the other: those of one placement, and retags of one repository. */
  readonly lane?: string;
  readonly plan?: OperationPlan;
  readonly approvals?: NeededApprovals;
  /** Went past approvals, soak, freeze and locks, for the reason given; void after this time. */
  readonly breakGlassUntil?: number;
  /** A review: what was seen when it was asked for; if somebody has decided since, outside of chat, that stands. */
  readonly expectedQuarantine?: "held" | "failed";
  /** The failed operation that the bot goes back from by itself. */
  readonly rollbackOf?: string;
  readonly state: OperationState;
  readonly requestedAt: number;
  readonly votes: readonly Vote[];
  readonly startedAt?: number;
  readonly finishedAt?: number;
  /** What the target ran before: read at the start, before the first effect. */
  readonly digestBefore?: string;
  readonly journal: Journal;
  /** How far it is, in words for the card. */
  readonly progress?: string;
  /** The other system's page about it. */
  readonly link?: string;
  /** What happened, in words for the card and the audit. */
  readonly outcome?: string;
  /** Of one that did not succeed: whether the target was changed. */
  readonly changed?: "no" | "yes" | "unknown";
  readonly cancelledBy?: Principal;
  readonly attempts: number;
}

/** Whether nothing more will happen by itself. */
export function isFinished({ state }: Pick<Operation, "state">): boolean {
  return finished[state];
}

const finished: Readonly<Record<OperationState, boolean>> = {
  "awaiting-approval": false,
  queued: false,
  running: false,
  cancelling: false,
  succeeded: true,
  failed: true,
  cancelled: true,
  expired: true,
  "in-doubt": true,
};

/** Whether it changes what a target runs. */
export function isPlacing(kind: OperationKind): kind is "deploy" | "redeploy" | "rollback" {
  return kind === "deploy" || kind === "redeploy" || kind === "rollback";
}

/** What the cards of an operation, or of an order for one, depend on. */
interface Shown extends ArtifactKey {
  readonly kind: OperationKind;
  /** Of an order: what the target ran when it was asked for. */
  readonly expectedCurrent?: string;
  readonly plan?: Pick<OperationPlan, "digestBefore">;
  readonly digestBefore?: string;
}

/** The card on which an operation is asked for, approved and told of: of a roll back that of what it takes away. */
export function cardOf(about: Shown): ArtifactKey {
  return cardsOf(about)[0];
}

/** All cards that show an operation, the one of `cardOf` first. */
export function cardsOf(about: Shown): readonly [ArtifactKey, ...ArtifactKey[]] {
  const { kind, registry, repository, digest, expectedCurrent, plan, digestBefore } = about;
  const own = { registry, repository, digest };
  if (kind !== "rollback") return [own];
  // What its run finds on the target may be something else; the thread stays where people were asked.
  const before = [plan?.digestBefore, expectedCurrent, digestBefore].filter((each) => each !== undefined);
  const [first = digest, ...others] = new Set([...before, digest]);
  return [{ ...own, digest: first }, ...others.map((other) => ({ ...own, digest: other }))];
}
