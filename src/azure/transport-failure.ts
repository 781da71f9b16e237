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
  if (error.name === "TimeoutError") return network("it did not answer in time");
  if (error.name === "AbortError") return network("it was stopped before an answer came");
  if (identityErrors.includes(error.name)) return identity(error);
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  return code !== undefined && networkCode.test(code) ? network(code) : undefined;
}

function network(what: string): TransportFailure {
  return { kind: "network", what, retryable: true };
}

function identity(error: Error): TransportFailure {
  const status = "statusCode" in error && typeof error.statusCode === "number" ? error.statusCode : undefined;
  // 400 and 401 of Entra stay as they are until somebody changes the configuration.
  const isFinal =
    error.name === "AuthenticationError" && status !== undefined && status >= 400 && status < 429;
  return { kind: "identity", what: safeText(error.message), retryable: !isFinal };
}
