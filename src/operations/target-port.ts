import type { Operation } from "../nouns/operation.ts";

/** How an operation ended; `outcome` is what people should know besides that, often nothing. */
export type Effect =
  | { readonly kind: "done"; readonly outcome: string }
  | { readonly kind: "refused"; readonly outcome: string }
  | { readonly kind: "in-doubt"; readonly outcome: string };

/** What an effect may use of the operation's durable row. */
export interface OperationRow {
  /** Writes down what ran before, ahead of the first effect; throws LeaseLost if somebody else has the operation. */
  noteDigestBefore(digest: string | undefined): Promise<void>;
}

/** The lease of an operation was lost: whoever has it now goes on with it, this run stops without a word. */
export class LeaseLost extends Error {
  constructor() {
    super("the operation's lease was lost");
    this.name = "LeaseLost";
  }
}

/**
 * Does one kind of thing to the outside, pinned to the operation's digest. It may be run again after a crash at any
 * point, so each of its effects is idempotent or looked up before it is repeated. Throws a ChatopsError.
 */
export type RunEffect = (operation: Operation, row: OperationRow, signal: AbortSignal) => Promise<Effect>;
