import type { Config, RegistryConfig } from "../../src/config/config.ts";

/** A registry `contoso` with a secret for each webhook; anything can be overridden. */
export function aRegistry(overrides: Partial<RegistryConfig> = {}): RegistryConfig {
  const name = overrides.name ?? "contoso";
  const loginServer = overrides.loginServer ?? `${name}.azurecr.io`;
  return {
    name,
    loginServer,
    credentials: {},
    webhook: { names: [], secrets: ["native-secret", "older-native-secret"] },
    eventGrid: { secrets: ["grid-secret", "older-grid-secret"] },
    allow: { release: [], reject: [] },
    endpoint: `https://${loginServer}`,
    ...overrides,
  };
}

/** A configuration in notify mode with the given registries and nothing else. */
export function aConfig(registries: readonly RegistryConfig[] = [aRegistry()]): Config {
  return {
    mode: "notify",
    server: { host: "127.0.0.1", port: 0, internalHost: "127.0.0.1", internalPort: 0, tokens: [] },
    store: { url: "sqlite::memory:", ephemeral: true },
    credentials: {},
    registries: Object.fromEntries(registries.map((registry) => [registry.name, registry])),
    azure: {
      cloud: "public",
      armEndpoint: "https://management.azure.com",
      authorityHost: "https://login.microsoftonline.com",
      graphEndpoint: "https://graph.microsoft.com",
      audience: "https://containerregistry.azure.net",
    },
    slackWebhooks: {},
    teamsWorkflows: {},
    people: [],
    roles: {},
    targets: {},
    freeze: [],
    auditKeepMs: 400 * 24 * 60 * 60_000,
    routes: [],
    cards: { settleMs: 3_000 },
    revision: "test",
  };
}
