import { ChatopsError, type ErrorCode } from "../errors.ts";
import type { AzureRefusal } from "./azure-refusal.ts";

/** What a refused call means: its code, whether it may succeed later, and what the operator can do. */
export interface RefusalMeaning {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly hint: string;
}

/** The error of a refused call: what was refused, the hint, what the other side said, and its correlation id. */
export function refusedError(what: string, refusal: AzureRefusal, verdict: RefusalMeaning): ChatopsError {
  const parts = [
    what,
    verdict.hint,
    refusal.answerMessage === "" ? "" : `It said: ${refusal.answerMessage}`,
    refusal.correlationId === undefined ? "" : `Correlation id ${refusal.correlationId}.`,
  ];
  return new ChatopsError(verdict.code, parts.filter((part) => part !== "").join(" "), {
    retryable: verdict.retryable,
    ...(refusal.retryAfterMs === undefined ? {} : { retryAfterMs: refusal.retryAfterMs }),
  });
}
