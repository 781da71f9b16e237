import type { FastifyRequest } from "fastify";
import type { Config, RegistryConfig } from "../../config/config.ts";
import { keyUnknown, type Refused, unauthorized, unknownRegistry } from "../../http/http-refusal.ts";
import type { SigningKeySource } from "../../outgoing/signing-keys.ts";
import { retryAfterSeconds } from "../record.ts";
import { readCredentials, readQuerySecrets } from "./caller-credentials.ts";
import { verifyEntraToken } from "./entra-token.ts";
import { matchesAnySecret, matchesAnySignature } from "./match-secret.ts";

/** A caller that may go on. */
export interface Admitted {
  readonly ok: true;
  readonly registry: RegistryConfig;
  /** Set when only a signature over the body can still prove it: nothing may be parsed before `isSignedBody`. */
  readonly signature?: Buffer;
}

export type Admission = Admitted | Refused;

interface AdmitDeps {
  readonly config: () => Config;
  readonly signingKeys: SigningKeySource;
  readonly now: () => number;
}

/** The configured registry with that short name; undefined also for names such as `constructor`. */
function findRegistry({ config }: Pick<AdmitDeps, "config">, name: string): RegistryConfig | undefined {
  const { registries } = config();
  return Object.hasOwn(registries, name) ? registries[name] : undefined;
}

/** Whether a native webhook may go on, decided on its headers alone, before the body is read. */
export function admitNative(deps: AdmitDeps, request: FastifyRequest, name: string): Admission {
  const registry = findRegistry(deps, name);
  if (registry === undefined) return unknown;
  const { secrets, signature } = readCredentials(request.headers, []);
  if (matchesAnySecret(secrets, registry.webhook.secrets)) return { ok: true, registry };
  if (signature === undefined) return refuse(registry, "no right secret");
  return { ok: true, registry, signature };
}

/** The same for Event Grid, whose secret may also stand in the query, or which brings an Entra token. */
export async function admitEventGrid(
  deps: AdmitDeps,
  request: FastifyRequest,
  name: string,
): Promise<Admission> {
  const registry = findRegistry(deps, name);
  if (registry === undefined) return unknown;
  const { secrets, entra } = registry.eventGrid;
  const credentials = readCredentials(request.headers, readQuerySecrets(request.query));
  if (matchesAnySecret(credentials.secrets, secrets)) return { ok: true, registry };
  const { bearer, signature } = credentials;
  let reason = "no right secret";
  if (entra !== undefined && bearer !== undefined) {
    const expected = { entra, azure: deps.config().azure, keys: deps.signingKeys, now: deps.now() };
    const verdict = await verifyEntraToken(bearer, expected);
    if (verdict.kind === "accepted") return { ok: true, registry };
    if (verdict.kind === "key-unknown" && signature === undefined)
      return { ok: false, refusal: keyUnknown(retryAfterSeconds), context: { registry: registry.name } };
    if (verdict.kind === "refused") reason = verdict.reason;
  }
  const provable = signature !== undefined && secrets.length > 0;
  return provable ? { ok: true, registry, signature } : refuse(registry, reason);
}

/** Whether Event Grid may ask for consent (OPTIONS): it shows no header of ours, but a query secret must be right. */
export function admitConsent(deps: AdmitDeps, request: FastifyRequest, name: string): Admission {
  const registry = findRegistry(deps, name);
  if (registry === undefined) return unknown;
  const inQuery = readQuerySecrets(request.query);
  const { secrets } = readCredentials({}, inQuery);
  return inQuery.length === 0 || matchesAnySecret(secrets, registry.eventGrid.secrets)
    ? { ok: true, registry }
    : refuse(registry, "the secret in the query is wrong");
}

/** Whether nothing more is to be proved, or the signature over the raw body proves it. */
export function isSignedBody({ signature }: Admitted, body: unknown, secrets: readonly string[]): boolean {
  if (signature === undefined) return true;
  return matchesAnySignature(Buffer.isBuffer(body) ? body : Buffer.alloc(0), signature, secrets);
}

const unknown: Refused = { ok: false, refusal: unknownRegistry };

function refuse(registry: RegistryConfig, reason: string): Refused {
  return { ok: false, refusal: unauthorized, context: { reason, registry: registry.name } };
}
