import type { Credentials } from "../azure/credentials.ts";
import type { AzureConfig, Config, RegistryConfig } from "../config/config.ts";
import { ChatopsError } from "../errors.ts";
import type { Log } from "../log.ts";
import { lazily, once } from "../work/lazily.ts";
import type {
  QuarantineReviewer,
  RegistryReader,
  RegistryWriter,
  WebhookManagement,
} from "./registry-port.ts";

/** What may be done with one registry; a part is absent where the configuration gives it no identity. */
export interface RegistryAccess {
  readonly reader?: RegistryReader;
  readonly writer?: RegistryWriter;
  readonly reviewer?: QuarantineReviewer;
  /** Needs `resourceId` too. */
  readonly management?: WebhookManagement;
}

/** The part of a configuration that says how registries are reached. */
export type RegistryConfigs = Pick<Config, "registries" | "azure" | "credentials">;

/**
 * Access to the configured registries; it is kept as long as the configuration is the same one, for another may have
 * other identities. The Azure SDKs (0.3 s, tens of MB) are loaded with the first call; without credentials never.
 */
export function createRegistries(deps: {
  readonly config: () => RegistryConfigs;
  readonly credentials: Credentials;
  readonly log: Log;
  readonly now?: () => number;
}) {
  const { config, log } = deps;
  const made = new WeakMap<object, Map<string, RegistryAccess>>();
  return {
    /** By the configuration of now, or by another; throws `registry-not-found` for a name that is not configured. */
    forRegistry(name: string, of = config()): RegistryAccess {
      const accesses = made.get(of) ?? new Map<string, RegistryAccess>();
      made.set(of, accesses);
      const known = accesses.get(name);
      if (known !== undefined) return known;
      const { registries, azure } = of;
      const registry = Object.hasOwn(registries, name) ? registries[name] : undefined;
      if (registry === undefined) {
        throw new ChatopsError("registry-not-found", `No registry "${name.slice(0, 80)}" is configured.`);
      }
      const credentials = { get: (credential: string) => deps.credentials.get(credential, of.credentials) };
      const access = accessOf(registry, { azure, credentials, now: deps.now ?? Date.now });
      log.debug({ registry: name, may: Object.keys(access) }, "registry access prepared");
      accesses.set(name, access);
      return access;
    },
  };
}

const readerCalls = {
  readManifest: true,
  findTagDigest: true,
  readAttributes: true,
  readConfigLabels: true,
  listReferrers: true,
  listTags: true,
  listDigests: true,
  listRepositories: true,
} as const;
const reviewerCalls = { readAttributes: true, setQuarantine: true } as const;
const managementCalls = { listWebhooks: true, pingWebhook: true, listEvents: true } as const;

function accessOf(
  registry: RegistryConfig,
  deps: { readonly azure: AzureConfig; readonly credentials: Credentials; readonly now: () => number },
): RegistryAccess {
  const { read, write, quarantine, webhooks } = registry.credentials;
  const { resourceId } = registry;
  const open = once(async () => (await import("./azure-access.ts")).openRegistry({ registry, ...deps }));
  return {
    ...(read && { reader: lazily(async () => (await open()).reader(read), readerCalls) }),
    ...(write && { writer: lazily(async () => (await open()).writer(write), { putTag: true }) }),
    ...(quarantine && {
      reviewer: lazily(async () => (await open()).reviewer(quarantine), reviewerCalls),
    }),
    ...(webhooks &&
      resourceId && {
        management: lazily(async () => (await open()).management(webhooks, resourceId), managementCalls),
      }),
  };
}
