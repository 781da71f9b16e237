import type { ChannelId } from "./channel.ts";
import type { Principal } from "./principal.ts";

export const operationKinds = ["deploy", "redeploy", "rollback", "release", "reject"] as const;
/** Something to do to the outside. */
export type OperationKind = (typeof operationKinds)[number];

/** `queued` → `running` → `succeeded` | `failed` | `in-doubt` (its effect cannot be determined: it stops and asks). */
export type OperationState = "queued" | "running" | "succeeded" | "failed" | "in-doubt";

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
  readonly reason?: string;
  /** The card that it was asked from, or the channel of the command. */
  readonly channel?: ChannelId;
  /** The rule that allowed it. */
  readonly rule: string;
  readonly requestId: string;
  readonly state: OperationState;
  readonly requestedAt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  /** What the target ran before: read at the start, before the first effect. */
  readonly digestBefore?: string;
  /** What happened, in words for the card and the audit. */
  readonly outcome?: string;
  readonly attempts: number;
}

/** Whether nothing more will happen by itself. */
export function isFinished(operation: Operation): boolean {
  return operation.state === "succeeded" || operation.state === "failed" || operation.state === "in-doubt";
}
