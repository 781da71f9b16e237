import { z } from "zod";
import { retryAfterOf } from "../outgoing/retry-after.ts";
import type { ArmAnswer, SendToArm } from "./arm-connection.ts";
import { AzureRefusal } from "./azure-refusal.ts";
import { innermostError } from "./inner-error.ts";

// ARM RPC: without a Retry-After clients wait 10 seconds or more. Nobody in a chat waits for a minute between two looks.
const usualPollMs = 10_000;
const shortestPollMs = 1_000;
const longestPollMs = 60_000;
// Stored with the operation.
const longestAddress = 2_000;

/** A long-running operation of ARM, as a journal can keep it. */
export interface ArmOperation {
  readonly url: string;
  /** `status`: `Azure-AsyncOperation`, whose body says how it is. `location`: 202 until it is done. */
  readonly kind: "status" | "location";
}

/** How a long-running operation is, by one look. */
export type Polled =
  | { readonly kind: "running"; readonly afterMs: number }
  | { readonly kind: "succeeded" }
  /** `why`: the innermost message, cut. */
  | { readonly kind: "failed"; readonly why: string }
  | { readonly kind: "cancelled" };

const Status = z.object({ status: z.string().max(100) });

/** Where the rest of a call is followed, if it is not over with its first answer (ARM RPC, "asynchronous operations"). */
export function armOperationOf(answer: ArmAnswer): ArmOperation | undefined {
  // Azure-AsyncOperation comes with 201 and 200 too; a Location with 201 is the address of the new resource.
  const status = answer.header("azure-asyncoperation");
  if (status !== undefined && status.length <= longestAddress) return { url: status, kind: "status" };
  const location = answer.status === 202 ? answer.header("location") : undefined;
  return location === undefined || location.length > longestAddress
    ? undefined
    : { url: location, kind: "location" };
}

/** How long to wait before the next look, in ms: what ARM says, within 1 and 60 seconds. */
export function pollAfterMs(answer: Pick<ArmAnswer, "header"> | undefined, nowMs: number): number {
  const said = retryAfterOf(answer?.header("retry-after"), nowMs) ?? usualPollMs;
  return Math.min(Math.max(said, shortestPollMs), longestPollMs);
}

/**
 * Looks once how an operation is. Throws a Refusal where the look itself is refused, and an Error for an address outside
 * ARM: it would carry the token away.
 */
export async function pollOperation(
  sendToArm: SendToArm,
  operation: ArmOperation,
  options: { readonly apiVersion: string; readonly now: () => number; readonly signal: AbortSignal },
): Promise<Polled> {
  const request = { method: "GET", path: operation.url, apiVersion: options.apiVersion } as const;
  const answer = await sendToArm(request, options.signal).catch((error: unknown) => {
    if (isFailure(error, operation)) return { kind: "failed", why: failureOf(error) } as const;
    throw error;
  });
  if ("kind" in answer) return answer;
  const running = { kind: "running", afterMs: pollAfterMs(answer, options.now()) } as const;
  if (operation.kind === "location") return answer.status === 202 ? running : { kind: "succeeded" };
  // Some providers answer 202 or 204 without a body while it runs, or once it is over.
  if (answer.status === 204) return { kind: "succeeded" };
  if (answer.status === 202 && answer.body === undefined) return running;
  return statusOf(answer.body) ?? running;
}

// Behind a Location the answer is that of the call itself; these refuse the look and not the call.
const ofTheLook: readonly number[] = [401, 403, 404, 408, 429];

function isFailure(error: unknown, { kind }: ArmOperation): error is AzureRefusal {
  if (kind !== "location" || !(error instanceof AzureRefusal)) return false;
  return error.status >= 400 && error.status < 500 && !ofTheLook.includes(error.status);
}

function failureOf({ answerCode, answerMessage, status }: AzureRefusal): string {
  return [answerCode ?? String(status), answerMessage].filter((part) => part !== "").join(": ");
}

function statusOf(body: unknown): Exclude<Polled, { kind: "running" }> | undefined {
  const kind = armOutcomeOf(Status.parse(body).status);
  if (kind === "running") return undefined;
  return kind === "failed" ? { kind, why: reasonIn(body) } : { kind };
}

/** What ARM's word for the state of an operation or a deployment means; providers have words of their own for "runs". */
export function armOutcomeOf(word: string): Polled["kind"] {
  switch (word.toLowerCase()) {
    case "succeeded":
      return "succeeded";
    case "failed":
      return "failed";
    case "canceled":
    case "cancelled":
      return "cancelled";
    default:
      return "running";
  }
}

/** Why something failed, in ARM's words at the bottom. */
export function reasonIn(body: unknown): string {
  return innermostError(body)?.text ?? "Azure gave no reason";
}
