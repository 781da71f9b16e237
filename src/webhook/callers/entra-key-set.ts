import { withoutSlash } from "../../config/clouds.ts";
import type { Config } from "../../config/config.ts";

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
