import { ChatopsError, type ErrorCode } from "../errors.ts";
import { AzureRefusal, type RefusalMeaning, refusedError } from "./azure-refusal.ts";
import { errorWithoutAnswer } from "./transport-failure.ts";

/** What a call is for, for its errors. */
export interface ArmPurpose {
  /** Such as `read the web app shop`. */
  readonly doing: string;
  /** The action of Azure's roles that it takes, such as `Microsoft.ContainerRegistry/registries/webhooks/read`. */
  readonly action: string;
  /** On what that action is missing: `the web app shop`. */
  readonly on: string;
  /** What to look at if there is no such thing; the id of what it is missing on by default. */
  readonly check?: string;
}

/** Who calls ARM, for its errors. */
export interface ArmIdentity {
  /** Name of the identity in `credentials`. */
  readonly credentialName: string;
  /** Code of a refusal that stays one when it is asked again; `target-refused` by default. */
  readonly refusedAs?: ErrorCode;
}

const codes = {
  unavailable: "arm-unavailable",
  unauthorized: "arm-unauthorized",
  unusable: "arm-unavailable",
} as const;

// A write that is refused for another one under way was not done; later it may be. Codes of Container Apps, App Service,
// Resource Manager and ACR: ContainerAppOperationInProgress, AnotherOperationInProgress, DeploymentActive, …
const underWay =
  /in ?progress|another operation|being (?:updated|modified|processed)|concurrent|DeploymentActive/i;

/** What any failure of an ARM call means: code, whether to try again and when, and the action that is missing. */
export function armError(error: unknown, purpose: ArmPurpose, identity: ArmIdentity): ChatopsError {
  if (error instanceof ChatopsError) return error;
  const { doing } = purpose;
  if (!(error instanceof AzureRefusal))
    return errorWithoutAnswer(error, {
      system: "Azure Resource Manager",
      doing,
      credential: identity.credentialName,
      codes,
    });
  const said = [error.status, error.answerCode ?? ""].join(" ").trim();
  return refusedError(`Azure refused to ${doing} (${said}).`, error, meaningOf(error, purpose, identity));
}

function meaningOf(
  { status, answerCode, answerMessage }: AzureRefusal,
  { action, on, check = `the id of ${on}` }: ArmPurpose,
  { credentialName, refusedAs = "target-refused" }: ArmIdentity,
): RefusalMeaning {
  const grant = `Give the identity "${credentialName}" a role with the action ${action} on ${on}.`;
  if (status === 401) return { code: "arm-unauthorized", retryable: false, hint: grant };
  if (status === 403) return { code: "arm-forbidden", retryable: false, hint: grant };
  if (status === 404) {
    const hint = `Check ${check}; an identity without rights may be told this too.`;
    return { code: "arm-not-found", retryable: false, hint };
  }
  const isUnderWay = status === 409 && underWay.test(`${answerCode} ${answerMessage}`);
  // 412: it has another ETag by now, and is read again.
  const retryable = status === 408 || isUnderWay || status === 412 || status === 429 || status >= 500;
  if (retryable) return { code: "arm-unavailable", retryable, hint: "It will be tried again." };
  return { code: refusedAs, retryable, hint: "" };
}
