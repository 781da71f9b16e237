import { ChatopsError, type ErrorCode } from "../errors.ts";
import { proxyRefusal } from "../outgoing/proxy.ts";
import { safeText } from "../outgoing/safe-text.ts";

/** Why no answer came: the network (or a deadline), or no Entra token to ask with. */
export interface TransportFailure {
  readonly kind: "network" | "identity";
  readonly what: string;
  readonly retryable: boolean;
}

// Names of @azure/identity's error classes; compared as text so that nothing of it is loaded here.
const identityErrors: readonly string[] = [
  "CredentialUnavailableError",
  "AuthenticationError",
  "AuthenticationRequiredError",
  "AggregateAuthenticationError",
];

// Codes of Node and OpenSSL (ECONNRESET, ENOTFOUND, CERT_HAS_EXPIRED, ERR_TLS_…), and the SDK's own for "not sent".
const networkCode =
  /^(?:E[A-Z]+|ERR_(?:TLS|SSL|STREAM|SOCKET|HTTP)_\w+|CERT_\w+|UNABLE_\w+|DEPTH_\w+|SELF_\w+|REQUEST_SEND_ERROR|HPE_\w+)$/;

/** What failed before there was an answer; undefined for everything else. */
export function transportFailure(error: unknown): TransportFailure | undefined {
  if (!(error instanceof Error)) return undefined;
  const network = (what: string) => ({ kind: "network", what, retryable: true }) as const;
  if (error.name === "TimeoutError") return network("it did not answer in time");
  if (error.name === "ForeignAnswerError") return network(error.message);
  if (error.name === "AbortError") return network("it was stopped before an answer came");
  if (identityErrors.includes(error.name))
    return { kind: "identity", what: safeText(error.message), retryable: !isFinal(error) };
  const refusal = proxyRefusal(error);
  if (refusal !== undefined) return network(refusal);
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  return code !== undefined && networkCode.test(code) ? network(code) : undefined;
}

// 400 and 401 of Entra stay as they are until somebody changes the configuration.
function isFinal(error: Error): boolean {
  const status = "statusCode" in error && typeof error.statusCode === "number" ? error.statusCode : 0;
  return error.name === "AuthenticationError" && status >= 400 && status < 429;
}

/** What was asked of whom, for the message and the code of its failure. */
export interface AskedCall {
  /** `Azure Resource Manager` */
  readonly system: string;
  /** `read the web app shop` */
  readonly doing: string;
  /** Name of the identity in `credentials`; absent where another call gets the token. */
  readonly credential?: string;
  readonly codes: Readonly<Record<"unavailable" | "unauthorized" | "unusable", ErrorCode>>;
}

/** The error of a call that had no answer, or one that cannot be used. */
export function errorWithoutAnswer(
  error: unknown,
  { system, doing, credential, codes }: AskedCall,
): ChatopsError {
  const failure = transportFailure(error);
  if (failure?.kind === "identity" && credential !== undefined) {
    const message = `No Entra token for the identity "${credential}": could not ${doing}. ${failure.what}`;
    return new ChatopsError(codes.unauthorized, message, { retryable: failure.retryable });
  }
  if (failure !== undefined) {
    const message = `${system} could not be reached: could not ${doing} (${failure.what}).`;
    return new ChatopsError(codes.unavailable, message, { retryable: true });
  }
  const what = error instanceof Error ? safeText(error.message) : "";
  const message = `${system} gave an answer that cannot be used: could not ${doing}. ${what}`.trim();
  // A mistake in our own code ends here too; its stack leads to it, and it carries no request.
  const isOurs = error instanceof TypeError || error instanceof ReferenceError;
  return new ChatopsError(codes.unusable, message, isOurs ? { cause: error } : {});
}
