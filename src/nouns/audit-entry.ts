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
  readonly outcome:
    | "allowed"
    | "needs-approval"
    | "observed"
    | "refused"
    | "succeeded"
    | "failed"
    | "cancelled"
    | "expired"
    | "in-doubt";
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

/** An entry in its place in the chain: its hash is over the one before it, its number and the entry itself. */
export interface ChainedEntry {
  /** 1, 2, 3 … without a gap. */
  readonly number: number;
  readonly entry: AuditEntry;
  /** The entry as it was hashed, byte for byte. */
  readonly text: string;
  /** Lower-case hex of SHA-256. */
  readonly hash: string;
}
