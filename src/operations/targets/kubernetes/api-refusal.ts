import { z } from "zod";
import { retryAfterOf } from "../../../outgoing/retry-after.ts";
import { safeText } from "../../../outgoing/safe-text.ts";
import type { BoundedAnswer } from "./send-bounded.ts";

// Kubernetes says what is wrong in a Status (kubernetes.io, API conventions, "Response Status Kind").
const Status = z.object({
  kind: z.literal("Status"),
  message: z.string().optional(),
  reason: z.string().optional(),
});

/** An answer of an API server outside 2xx, cut down to what may be shown. */
export class ApiRefusal extends Error {
  readonly status: number;
  /** Kubernetes' own word, such as Forbidden, Conflict or Invalid. */
  readonly reason: string;
  readonly said: string;
  readonly retryAfterMs: number | undefined;

  /** `token`: what we showed, which it may not say again. */
  constructor(answer: BoundedAnswer, nowMs: number, token = "") {
    const status = readStatus(answer.body, token);
    super(`${answer.status} ${status.reason}`.trim());
    this.name = "ApiRefusal";
    this.status = answer.status;
    this.reason = status.reason;
    this.said = status.said;
    this.retryAfterMs = retryAfterOf(answer.header("retry-after"), nowMs);
  }
}

function readStatus(body: string, token: string): { readonly reason: string; readonly said: string } {
  const parsed = Status.safeParse(parseJson(body));
  if (!parsed.success) return { reason: "", said: "" };
  const { reason = "", message = "" } = parsed.data;
  return { reason: /^[A-Za-z]{1,64}$/.test(reason) ? reason : "", said: safeText(message, [token]) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The page of a proxy in between, or nothing: the status says enough.
    return undefined;
  }
}
