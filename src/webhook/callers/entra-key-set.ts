import { withoutSlash } from "../../config/clouds.ts";
import type { Config } from "../../config/config.ts";
import { ChatopsError, describeError } from "../../errors.ts";
import { fetchText } from "../../outgoing/fetch-text.ts";

// Entra's key sets are some 10 KB.
const maxBytes = 262_144;

/** Where a tenant's signing keys are published: `<authority>/<tenant>/discovery/v2.0/keys`, the same for v1 tokens. */
export function keySetAddress(authorityHost: string, tenantId: string): string {
  return `${withoutSlash(authorityHost)}/${encodeURIComponent(tenantId.toLowerCase())}/discovery/v2.0/keys`;
}

/** The key sets that the configured registries need, each once; empty without Entra delivery. */
export function keySetsOf(config: Pick<Config, "registries" | "azure">): readonly string[] {
  const tenants = Object.values(config.registries).flatMap(
    ({ eventGrid }) => eventGrid.entra?.tenantId ?? [],
  );
  return [...new Set(tenants.map((tenantId) => keySetAddress(config.azure.authorityHost, tenantId)))];
}

/** The JSON Web Key Set at an address, as text. Throws a retryable ChatopsError; never used on the answer lane. */
export async function fetchJwks(address: string): Promise<string> {
  try {
    return await fetchText(address, maxBytes);
  } catch (cause) {
    const message = `The signing keys at ${address} could not be read: ${describeError(cause)}.`;
    throw new ChatopsError("registry-unavailable", message, { retryable: true, cause });
  }
}
