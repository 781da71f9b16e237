import { createHash } from "node:crypto";
import type { Target } from "../../nouns/target.ts";
import type { Config } from "../config.ts";
import { isSecretKey } from "../parts/schema-parts.ts";
import { textAt } from "../read/tree.ts";
import { formOf } from "../targets/target-forms.ts";
import { byName } from "./by-name.ts";

const revisionLength = 12;

/** Short hash of a configuration without its secrets' values: the same after a rotation, another after a change. */
export function revisionOf(config: Omit<Config, "revision">): string {
  return shortHash(withoutSecrets(config));
}

function withoutSecrets(config: Omit<Config, "revision">): unknown {
  return {
    ...config,
    targets: byName(config.targets, (_, { revision }) => revision),
    slackWebhooks: Object.keys(config.slackWebhooks).toSorted(),
    teamsWorkflows: Object.keys(config.teamsWorkflows).toSorted(),
    store: { ...config.store, url: config.store.url.replace(/\/\/[^@/]*@/, "//") },
  };
}

function shortHash(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value, hashable)).digest("hex").slice(0, revisionLength);
}

// Keys in alphabetical order, for their order in the file changes no hash; of secrets only that there are some.
function hashable(key: string, value: unknown): unknown {
  if (isSecretKey(key)) return Array.isArray(value) ? value.length > 0 : "secret";
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

type WithoutRevision<Given> = Given extends unknown ? Omit<Given, "revision"> : never;
/** A target before its revision is known. */
export type Unrevised = WithoutRevision<Target>;

/**
 * Short hash of a target, and of where its registries lie: another whenever a deploy to it might do something else than
 * before. The values of secrets are left out, for approvals hold for a revision, and a rotation changes no deploy.
 */
export function targetRevisionOf(target: Unrevised, registries: Config["registries"]): string {
  const form = formOf(target.type);
  const names = form.registries.map(({ path }) => textAt(target, path) ?? "");
  const places = names.map((name) => [registries[name]?.loginServer, registries[name]?.resourceId]);
  return shortHash([form.withoutSecrets(target), places]);
}
