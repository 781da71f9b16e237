import { ChatopsError, type ErrorCode } from "../errors.ts";
import { safeText } from "../outgoing/safe-text.ts";
import { AzureRefusal, type RefusalMeaning, refusedError } from "./azure-refusal.ts";
import { transportFailure } from "./transport-failure.ts";

/** What was asked of ARM, for the message. */
export interface ArmCall {
  /** Name of the identity in `credentials`. */
  readonly credential: string;
  /** Such as `list the webhooks of contoso`. */
  readonly doing: string;
  /** The action of Azure's roles that it takes, such as `Microsoft.ContainerRegistry/registries/webhooks/read`. */
  readonly action: string;
  /** On what the action is missing: `the web app shop`; the registry by default. */
  readonly on?: string;
  /** Code of a refusal that stays one when it is asked again; `arm-unavailable` by default. */
  readonly refusedAs?: ErrorCode;
}

// A write that is refused for another one under way was not done; later it may be. Codes of Container Apps, App Service,
// Resource Manager and ACR: ContainerAppOperationInProgress, AnotherOperationInProgress, DeploymentActive, …
const underWay =
  /in ?progress|another operation|being (?:updated|modified|processed)|concurrent|DeploymentActive/i;

/** What any failure of an ARM call means: code, whether to try again and when, and the action that is missing. */
export function armError(error: unknown, call: ArmCall): ChatopsError {
  if (error instanceof ChatopsError) return error;
  if (error instanceof AzureRefusal) return refused(error, call);
  const failure = transportFailure(error);
  if (failure?.kind === "network") {
    const message = `Azure Resource Manager could not be reached: could not ${call.doing} (${failure.what}).`;
    return new ChatopsError("arm-unavailable", message, { retryable: true });
  }
  if (failure?.kind === "identity") {
    const message = `No Entra token for the identity "${call.credential}": could not ${call.doing}. ${failure.what}`;
    return new ChatopsError("arm-unauthorized", message, { retryable: failure.retryable });
  }
  const what = error instanceof Error ? safeText(error.message) : "";
  return new ChatopsError(
    "arm-unavailable",
    `Azure Resource Manager gave an answer that cannot be used: could not ${call.doing}. ${what}`.trim(),
    error instanceof TypeError || error instanceof ReferenceError ? { cause: error } : {},
  );
}

function refused(refusal: AzureRefusal, call: ArmCall): ChatopsError {
  const said = [refusal.status, refusal.answerCode ?? ""].join(" ").trim();
  return refusedError(`Azure refused to ${call.doing} (${said}).`, refusal, meaningOf(refusal, call));
}

function meaningOf({ status, answerCode, answerMessage }: AzureRefusal, call: ArmCall): RefusalMeaning {
  const on = call.on ?? "the registry";
  const grant = `Give the identity "${call.credential}" a role with the action ${call.action} on ${on}.`;
  if (status === 401) return { code: "arm-unauthorized", retryable: false, hint: grant };
  if (status === 403) return { code: "arm-forbidden", retryable: false, hint: grant };
  if (status === 404) {
    const check = call.on === undefined ? "resourceId and the webhook's name" : `the id of ${on}`;
    const hint = `Check ${check}; an identity without rights may be told this too.`;
    return { code: "arm-not-found", retryable: false, hint };
  }
  const isUnderWay =
    status === 409 && (call.on === undefined || underWay.test(`${answerCode} ${answerMessage}`));
  // 412: it has another ETag by now, and is read again.
  const retryable = status === 408 || isUnderWay || status === 412 || status === 429 || status >= 500;
  if (retryable) return { code: "arm-unavailable", retryable, hint: "It will be tried again." };
  return { code: call.refusedAs ?? "arm-unavailable", retryable, hint: "" };
}
