import type { IncomingHttpHeaders } from "node:http";
import { present } from "../../present.ts";

/** What a caller presented to prove that it may call. */
export interface CallerCredentials {
  /** Bytes that may be a shared secret, from every place in which one may stand. */
  readonly secrets: readonly Buffer[];
  /** The bearer token as text: an Entra token perhaps. */
  readonly bearer?: string;
  /** 32 bytes out of `X-ACR-Signature`. */
  readonly signature?: Buffer;
}

/**
 * Reads secrets from `X-Webhook-Secret`, `Authorization` (Bearer, or the password of Basic) and the given query
 * parameters, and the signature of a relay. Odd encodings give nothing; it never throws.
 */
export function readCredentials(headers: IncomingHttpHeaders, query: readonly unknown[]): CallerCredentials {
  const authorization = readAuthorization(headers.authorization);
  const signature = readSignature(headers["x-acr-signature"]);
  const secrets = [
    headerBytes(headers["x-webhook-secret"]),
    authorization?.bytes,
    ...query.flat().map((value) => (typeof value === "string" ? Buffer.from(value, "utf8") : undefined)),
  ].filter((bytes): bytes is Buffer => bytes !== undefined && bytes.length > 0);
  // A caller may repeat a parameter as often as it likes; nobody needs more than these.
  return present({ secrets: secrets.slice(0, 4), bearer: authorization?.bearer, signature });
}

/** The parameters of an Event Grid address in which a secret may stand: `secret`, or `code` as Functions have it. */
export function readQuerySecrets(query: unknown): readonly unknown[] {
  if (typeof query !== "object" || query === null) return [];
  return [...("secret" in query ? [query.secret] : []), ...("code" in query ? [query.code] : [])];
}

function readAuthorization(
  header: string | undefined,
): { readonly bytes: Buffer; readonly bearer?: string } | undefined {
  const [, scheme, value] = /^(bearer|basic) +(\S.*)$/i.exec(header ?? "") ?? [];
  if (scheme === undefined || value === undefined) return undefined;
  if (scheme.toLowerCase() === "bearer") return { bytes: Buffer.from(value, "latin1"), bearer: value };
  const pair = Buffer.from(value, "base64");
  const colon = pair.indexOf(":");
  return colon === -1 ? undefined : { bytes: pair.subarray(colon + 1) };
}

// Node decodes headers as latin1: encoding them so gives back the bytes that were sent, which may be UTF-8.
function headerBytes(value: string | readonly string[] | undefined): Buffer | undefined {
  return typeof value === "string" ? Buffer.from(value, "latin1") : undefined;
}

function readSignature(value: string | readonly string[] | undefined): Buffer | undefined {
  if (typeof value !== "string") return undefined;
  const [, hex] = /^(?:sha256=)?([0-9a-f]{64})$/i.exec(value) ?? [];
  return hex === undefined ? undefined : Buffer.from(hex, "hex");
}
