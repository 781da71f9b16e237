import type { Principal } from "./principal.ts";

/** One decision or effect. Never changed once written. */
export interface AuditEntry {
  readonly id: string;
  readonly at: number;
  readonly who?: Principal;
  /** The shown name of the human whose account it is, where the operator has said so (`people`). */
  readonly person?: string;
  /** `deploy`, `release` … or what was tried: `click`, `command`. */
  readonly what: string;
  readonly outcome: "allowed" | "observed" | "refused" | "succeeded" | "failed" | "in-doubt";
  readonly rule: string;
  readonly detail: string;
  readonly registry?: string;
  readonly repository?: string;
  readonly digest?: string;
  readonly target?: string;
  readonly operationId?: string;
  readonly digestBefore?: string;
  readonly digestAfter?: string;
  /** Short hash of the configuration that decided. */
  readonly configRevision: string;
}
