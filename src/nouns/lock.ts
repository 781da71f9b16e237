import type { Principal } from "./principal.ts";

/** One target, or everything. */
export type LockScope = { readonly kind: "target"; readonly target: string } | { readonly kind: "all" };

/** Holds a target, or everything, until somebody takes it off or it runs out. At most one for each scope. */
export interface Lock {
  readonly scope: LockScope;
  readonly reason: string;
  readonly by: Principal;
  readonly at: number;
  /** Ms since the epoch; absent: until it is taken off. */
  readonly until?: number;
}

/** The text key of a scope: `all`, or `target/production`. */
export function lockKey(scope: LockScope): string {
  return scope.kind === "all" ? "all" : `target/${scope.target}`;
}
