import type { Mode } from "./mode.ts";
import type { OperationKind } from "./operation.ts";

/** What every target has, whatever carries its deploys out. */
export interface TargetBase {
  readonly name: string;
  /** The only registry whose images it takes. */
  readonly registry: string;
  /** Globs of repositories. */
  readonly repositories: readonly string[];
  /** Role names by action; an action that is not named is allowed to nobody. */
  readonly allow: {
    readonly deploy: readonly string[];
    readonly rollback: readonly string[];
    /** May lock and unlock it; whoever may deploy, by default. */
    readonly lock: readonly string[];
    /** May go past approvals, soak, freeze and locks, with a reason. */
    readonly breakGlass: readonly string[];
  };
  /** Absent: whoever may deploy needs nobody's approval. */
  readonly approvals?: Approvals;
  /** Whether a freeze holds a roll back to what was healthy there before, too. */
  readonly rollbackInFreeze: "allow" | "hold";
  /** An image must have been on that target for so long before it may come here. */
  readonly after?: { readonly target: string; readonly soakMs: number };
  /** Weekly windows in which nothing is deployed: `Fri 16:00 - Mon 08:00 Europe/Berlin`. */
  readonly freeze: readonly string[];
  /** Stricter than the bot's own mode; that one by default. */
  readonly mode?: Mode;
  /** How long a deploy may take from its start, health included, in ms. */
  readonly timeoutMs: number;
  /** After a deploy that does not become healthy, goes back by itself. */
  readonly rollbackOnFailure: boolean;
  /** Image references that a deploy may replace besides the repository's own, as patterns: `docker.io/shop/*`. */
  readonly replaces: readonly string[];
  /** What of another system's log goes to chat: a link, or its redacted end. */
  readonly logs: "link" | "tail";
  /** Hash of this target's configuration without the values of its secrets; an approval holds for one. */
  readonly revision: string;
}

/** Who must agree before a deploy starts. */
export interface Approvals {
  readonly count: number;
  /** Names of roles. */
  readonly from: readonly string[];
  readonly expiresMs: number;
  /** Who must agree before a roll back starts; absent: one person goes back at once. */
  readonly rollback?: Pick<Approvals, "count" | "from">;
}

/** Who must agree before an operation of that kind starts on the target; undefined: nobody. */
export function approvalsFor(
  { approvals }: Pick<TargetBase, "approvals">,
  kind: OperationKind,
): Omit<Approvals, "rollback"> | undefined {
  if (approvals === undefined) return undefined;
  const { rollback, ...own } = approvals;
  if (kind !== "rollback") return own;
  return rollback && { ...own, ...rollback };
}
