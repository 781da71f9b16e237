import type { FastifyRequest } from "fastify";
import type { RegistryConfig } from "../../config/config.ts";
import { type HttpRefusal, unauthorized, unknownRegistry } from "../../http/http-refusal.ts";
import { retryAfterSeconds } from "../../http/request-limits.ts";
import type { IngestDeps } from "../ingest-deps.ts";
import { readCredentials, readQuerySecrets } from "./caller-credentials.ts";
import { verifyEntraToken } from "./entra-token.ts";
import { matchesAnySecret, matchesAnySignature } from "./match-secret.ts";

/** A caller that may go on. */
export interface Admitted {
  readonly registry: RegistryConfig;
  /** Set when only a signature over the body can still prove it: nothing may be parsed before `isSignedBody`. */
  readonly signature?: Buffer;
}

export type Admission =
  | { readonly kind: "admitted"; readonly admitted: Admitted }
  | {
      readonly kind: "refused";
      readonly refusal: HttpRefusal;
      readonly reason: string;
      readonly registry?: string;
    };

const keyUnknown: HttpRefusal = {
  status: 503,
  code: "signing-key-unknown",
  message: "The key that signed the token is not known yet. Please send it again.",
  headers: { "retry-after": String(retryAfterSeconds) },
};

/** The configured registry with that short name; undefined also for names such as `constructor`. */
function findRegistry(deps: Pick<IngestDeps, "config">, name: string): RegistryConfig | undefined {
  const { registries } = deps.config();
  return Object.hasOwn(registries, name) ? registries[name] : undefined;
}

/** Whether a native webhook may go on, decided on its headers alone, before the body is read. */
export function admitNative(deps: IngestDeps, request: FastifyRequest, name: string): Admission {
  const registry = findRegistry(deps, name);
  if (registry === undefined) return unknown;
  const credentials = readCredentials(request.headers, []);
  if (matchesAnySecret(credentials.secrets, registry.webhook.secrets)) return admit({ registry });
  if (credentials.signature === undefined) return refuse(registry, "no right secret");
  return admit({ registry, signature: credentials.signature });
}

/** The same for Event Grid, whose secret may also stand in the query, or which brings an Entra token. */
export async function admitEventGrid(
  deps: IngestDeps,
  request: FastifyRequest,
  name: string,
): Promise<Admission> {
  const registry = findRegistry(deps, name);
  if (registry === undefined) return unknown;
  const { secrets, entra } = registry.eventGrid;
  const credentials = readCredentials(request.headers, readQuerySecrets(request.query));
  if (matchesAnySecret(credentials.secrets, secrets)) return admit({ registry });
  const { bearer, signature } = credentials;
  let reason = "no right secret";
  if (entra !== undefined && bearer !== undefined) {
    const expected = { entra, azure: deps.config().azure, keys: deps.signingKeys, now: deps.now() };
    const verdict = await verifyEntraToken(bearer, expected);
    if (verdict.kind === "accepted") return admit({ registry });
    if (verdict.kind === "key-unknown" && signature === undefined) {
      return { kind: "refused", refusal: keyUnknown, reason: keyUnknown.message, registry: registry.name };
    }
    if (verdict.kind === "refused") reason = verdict.reason;
  }
  return signature === undefined ? refuse(registry, reason) : admit({ registry, signature });
}

/** Whether Event Grid may ask for consent (OPTIONS): it shows no header of ours, but a query secret must be right. */
export function admitConsent(deps: IngestDeps, request: FastifyRequest, name: string): Admission {
  const registry = findRegistry(deps, name);
  if (registry === undefined) return unknown;
  const inQuery = readQuerySecrets(request.query);
  if (inQuery.length === 0) return admit({ registry });
  const { secrets } = readCredentials({}, inQuery);
  return matchesAnySecret(secrets, registry.eventGrid.secrets)
    ? admit({ registry })
    : refuse(registry, "the secret in the query is wrong");
}

/** Whether nothing more is to be proved, or the signature over the raw body proves it. */
export function isSignedBody(admitted: Admitted, body: unknown, secrets: readonly string[]): boolean {
  if (admitted.signature === undefined) return true;
  return matchesAnySignature(Buffer.isBuffer(body) ? body : Buffer.alloc(0), admitted.signature, secrets);
}

const unknown: Admission = { kind: "refused", refusal: unknownRegistry, reason: unknownRegistry.message };

function admit(admitted: Admitted): Admission {
  return { kind: "admitted", admitted };
}

function refuse(registry: RegistryConfig, reason: string): Admission {
  return { kind: "refused", refusal: unauthorized, reason, registry: registry.name };
}
