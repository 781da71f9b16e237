import { AzureRefusal, type RefusalMeaning, refusedError } from "../../azure/azure-refusal.ts";
import { errorWithoutAnswer } from "../../azure/transport-failure.ts";
import { ChatopsError, type ErrorCode } from "../../errors.ts";

/** What a call of the data plane needs; the error of a refused call names the role that gives it. */
export type RegistryRight = "read" | "list-repositories" | "write" | "review";

// Roles of acr-facts 3.7, in the words of the Azure portal. AcrPull and AcrPush are not honoured on a registry with ABAC, so both names are given.
const roleOfRight: Readonly<Record<RegistryRight, string>> = {
  read: "AcrPull (with ABAC: Container Registry Repository Reader)",
  "list-repositories":
    "AcrPull (with ABAC: Container Registry Repository Reader and Container Registry Repository Catalog Lister)",
  write: "AcrPush (with ABAC: Container Registry Repository Writer)",
  review: "AcrQuarantineWriter",
};

const codes = {
  unavailable: "registry-unavailable",
  unauthorized: "registry-unauthorized",
  unusable: "registry-answer-unusable",
} as const;

/** What was tried, for the message. */
export interface RegistryCall {
  readonly loginServer: string;
  /** Name of the identity in `credentials`. */
  readonly credential: string;
  /** Such as `read shop/checkout:1.2`. */
  readonly doing: string;
  readonly right: RegistryRight;
}

/** What any failure of a data plane call means: code, whether to try again and when, and what the operator can do. */
export function registryError(error: unknown, call: RegistryCall): ChatopsError {
  if (error instanceof ChatopsError) return error;
  if (error instanceof AzureRefusal) return refused(error, call);
  if (error instanceof Error && error.name === "DigestMismatchError") {
    return new ChatopsError(
      "registry-digest-mismatch",
      `${call.loginServer} gave other bytes than the digest says: could not ${call.doing}. Nothing was done with them.`,
    );
  }
  return errorWithoutAnswer(error, { ...call, system: call.loginServer, codes });
}

function refused(refusal: AzureRefusal, call: RegistryCall): ChatopsError {
  const { status, answerCode = "", step } = refusal;
  const at = step === "call" ? "" : `at ${step}`;
  const said = [status, answerCode, at].filter((part) => part !== "").join(" ");
  const what = `${call.loginServer} refused to ${call.doing} (${said}).`;
  return refusedError(what, refusal, meaningOf(refusal, call));
}

function meaningOf(refusal: AzureRefusal, call: RegistryCall): RefusalMeaning {
  const { status, answerCode } = refusal;
  if (answerCode === "IMAGE_QUARANTINED") return disallowed(call);
  switch (status) {
    case 401:
      return final("registry-unauthorized", grantHint(call));
    case 403:
      return final("registry-forbidden", forbiddenHint(refusal, call));
    case 404:
      return notFound(refusal);
    case 405:
      return disallowed(call);
    case 408:
    case 409:
      return later("registry-unavailable", "Something else changes it at the same time.");
    case 429:
      return later("registry-throttled", "The registry's limit of calls is reached.");
    default:
      return status >= 500
        ? later("registry-unavailable", "The registry has a problem of its own.")
        : final("registry-disallowed", "The registry does not take this request.");
  }
}

function notFound(refusal: AzureRefusal): RefusalMeaning {
  // Azure/azure-cli#25280: a 404 that is no absence. Our Accept names all types, so it means one that ACR got new.
  return /accept header does not support/i.test(refusal.answerMessage)
    ? final("registry-answer-unusable", "It is stored as a type that this version does not know.")
    : final("registry-not-found", "It is not there.");
}

function disallowed(call: RegistryCall): RefusalMeaning {
  // One code and text for locks, quarantine and a full registry (acr-facts 4.5).
  const hint = {
    read: "It is quarantined (to see it the identity needs AcrQuarantineReader), or locked against reading.",
    "list-repositories": "The registry does not allow it.",
    write:
      "The tag, the image or the repository is locked (writeEnabled is false), the image is quarantined, or the registry is full. Unlock it with: az acr repository update --write-enabled true",
    review: "The image or the repository is locked (writeEnabled is false).",
  } satisfies Record<RegistryRight, string>;
  return final("registry-disallowed", hint[call.right]);
}

/** What helps against a 403, which the registry's firewall says too. */
function forbiddenHint({ answerMessage }: AzureRefusal, call: RegistryCall): string {
  return /firewall|client with ip/i.test(answerMessage)
    ? `The firewall of ${call.loginServer} does not let this address in: add it to the registry's network rules.`
    : grantHint(call);
}

function grantHint(call: RegistryCall): string {
  return `Give the identity "${call.credential}" the role ${roleOfRight[call.right]} on the registry.`;
}

function final(code: ErrorCode, hint: string): RefusalMeaning {
  return { code, retryable: false, hint };
}

function later(code: ErrorCode, hint: string): RefusalMeaning {
  return { code, retryable: true, hint };
}
