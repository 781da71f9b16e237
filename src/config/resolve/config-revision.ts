import { createHash } from "node:crypto";
import type { Config } from "../config.ts";
import { sortKeys } from "./sort-keys.ts";

const revisionLength = 12;

/** Short hash of a configuration without its secrets' values: the same after a rotation, another after a change. */
export function revisionOf(config: Omit<Config, "revision">): string {
  const text = JSON.stringify(withoutSecrets(config), sortKeys);
  return createHash("sha256").update(text).digest("hex").slice(0, revisionLength);
}

const hidden = "secret";

function withoutSecrets(config: Omit<Config, "revision">): unknown {
  return {
    ...config,
    credentials: mapValues(config.credentials, (credential) =>
      credential.type === "secret" ? { ...credential, secret: hidden } : credential,
    ),
    registries: mapValues(config.registries, (registry) => ({
      ...registry,
      webhook: { ...registry.webhook, secrets: registry.webhook.secrets.length > 0 },
      eventGrid: { ...registry.eventGrid, secrets: registry.eventGrid.secrets.length > 0 },
    })),
    server: {
      ...config.server,
      tokens: config.server.tokens.map((token) => ({ ...token, secret: hidden })),
    },
    targets: mapValues(config.targets, ({ revision }) => revision),
    slack: config.slack && { ...config.slack, botToken: hidden, signingSecret: hidden },
    slackWebhooks: Object.keys(config.slackWebhooks).toSorted(),
    teams: config.teams && {
      ...config.teams,
      auth: config.teams.auth.type === "secret" ? { type: "secret", secret: hidden } : config.teams.auth,
    },
    teamsWorkflows: Object.keys(config.teamsWorkflows).toSorted(),
    store: { ...config.store, url: config.store.url.replace(/\/\/[^@/]*@/, "//") },
  };
}

function mapValues<Given, Value>(
  given: Readonly<Record<string, Given>>,
  make: (value: Given) => Value,
): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, make(value)]));
}
