import { transportFailure } from "../../../azure/transport-failure.ts";
import { ChatopsError } from "../../../errors.ts";
import { safeText } from "../../../outgoing/safe-text.ts";
import { ApiRefusal } from "./api-refusal.ts";

/** What was asked of the API server, for the message. */
export interface ApiCall {
  /** Such as `patch the deployment shop/checkout`. */
  readonly doing: string;
  /** The rule of a Role that it takes: `patch on deployments (apiGroup apps) in the namespace shop`. */
  readonly right: string;
}

/** What any failure of a call to the API server means: code, whether to try again and when, what to do. */
export function apiError(error: unknown, call: ApiCall, who: string): ChatopsError {
  if (error instanceof ChatopsError) return error;
  if (error instanceof ApiRefusal) return refused(error, call, who);
  const failure = transportFailure(error);
  if (failure !== undefined) {
    const message = `The Kubernetes API server could not be reached: could not ${call.doing} (${failure.what}).`;
    return new ChatopsError("target-unavailable", message, { retryable: true });
  }
  const what = error instanceof Error ? safeText(error.message) : "";
  const message = `The Kubernetes API server gave an answer that cannot be used: could not ${call.doing}. ${what}`;
  return new ChatopsError(
    "target-answer-unusable",
    message.trim(),
    error instanceof TypeError || error instanceof ReferenceError ? { cause: error } : {},
  );
}

function refused(refusal: ApiRefusal, call: ApiCall, who: string): ChatopsError {
  const { code, retryable, hint } = meaningOf(refusal, call, who);
  const what = `Kubernetes refused to ${call.doing} (${refusal.message}).`;
  const said = refusal.said === "" ? "" : `It said: ${refusal.said}`;
  return new ChatopsError(code, [what, hint, said].filter((part) => part !== "").join(" "), {
    retryable,
    ...(refusal.retryAfterMs === undefined ? {} : { retryAfterMs: refusal.retryAfterMs }),
  });
}

function meaningOf({ status, said }: ApiRefusal, call: ApiCall, who: string) {
  const final = (code: ChatopsError["code"], hint: string) => ({ code, retryable: false, hint });
  // Policies (Gatekeeper, Kyverno, ValidatingAdmissionPolicy) refuse with 400, 403 or 422 and these words.
  if (/\badmission webhook\b.*\bdenied\b|ValidatingAdmissionPolicy/.test(said))
    return final("target-refused", "A policy of the cluster does not let this in.");
  switch (status) {
    case 401:
      return final(
        "target-unauthorized",
        `The cluster does not know ${who}: its token is wrong or has run out.`,
      );
    case 403:
      return final("target-forbidden", `Give ${who} a Role with: ${call.right}.`);
    case 404:
      return final("target-not-found", "Check namespace and workload of the target, and the cluster.");
    default: {
      // 409: somebody wrote in between. 429 and 5xx: the server is busy, or a webhook of it does not answer.
      const retryable = status === 408 || status === 409 || status === 429 || status >= 500;
      return retryable
        ? { code: "target-unavailable" as const, retryable, hint: "It will be tried again." }
        : final("target-refused", "Nothing was changed.");
    }
  }
}
