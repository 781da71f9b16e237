import { z } from "zod";
import type { RefusingAnswer } from "../../../../azure/azure-refusal.ts";
import { errorWithoutAnswer } from "../../../../azure/transport-failure.ts";
import { ChatopsError } from "../../../../errors.ts";
import { jsonOrNothing } from "../../../../outgoing/json-or-nothing.ts";
import { retryAfterOf } from "../../../../outgoing/retry-after.ts";
import { refusalText, safeText } from "../../../../outgoing/safe-text.ts";
import type { ClusterAccess } from "../access/access.ts";

/** One call of the API server, as its path and its errors have it. */
export interface ApiCall {
  /** Such as `patch the deployment shop/checkout`. */
  readonly doing: string;
  readonly verb: "get" | "list" | "patch";
  readonly namespace: string;
  /** `deployments` */
  readonly resource: string;
  /** `apps`; the core group by default. */
  readonly group?: string;
  /** Of one object, and what is asked of it: `log`. */
  readonly name?: string;
  readonly sub?: string;
  readonly query?: Readonly<Record<string, string>>;
}

/** The rule of a Role that a call takes: `patch on deployments (apiGroup "apps") in the namespace shop`. */
function ruleFor({ verb, resource, sub, group = "", namespace }: ApiCall): string {
  const on = sub === undefined ? resource : `${resource}/${sub}`;
  return `${verb} on ${on} (apiGroup "${group}") in the namespace ${namespace}`;
}

const codes = {
  unavailable: "target-unavailable",
  unauthorized: "target-unauthorized",
  unusable: "target-answer-unusable",
} as const;

/** What any failure of a call to the API server means: code, whether to try again and when, what to do. */
export function apiError(error: unknown, { doing }: ApiCall): ChatopsError {
  if (error instanceof ChatopsError) return error;
  return errorWithoutAnswer(error, { system: "The Kubernetes API server", doing, codes });
}

// Kubernetes says what is wrong in a Status (kubernetes.io, API conventions, "Response Status Kind").
const Status = z
  .object({ kind: z.literal("Status"), message: z.string().default(""), reason: z.string().default("") })
  .catch({ kind: "Status", message: "", reason: "" });

/** What an answer outside 2xx means. `token` is what we showed, which may not be said again. */
export function refusedByApi(
  answer: RefusingAnswer,
  call: ApiCall,
  { who, token = "" }: Pick<ClusterAccess, "who" | "token">,
  nowMs: number,
): ChatopsError {
  const { message, reason } = Status.parse(jsonOrNothing(answer.body));
  const said = safeText(message, [token]);
  const { code, retryable, hint } = meaningOf(answer.status, said, call, who);
  const word = /^[A-Za-z]{1,64}$/.test(reason) ? ` ${reason}` : "";
  const what = `Kubernetes refused to ${call.doing} (${answer.status}${word}).`;
  const retryAfterMs = retryAfterOf(answer.header("retry-after"), nowMs);
  return new ChatopsError(code, refusalText(what, hint, said), { retryable, retryAfterMs });
}

function meaningOf(status: number, said: string, call: ApiCall, who: string) {
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
      return final("target-forbidden", `Give ${who} a Role with: ${ruleFor(call)}.`);
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
