import { randomBytes } from "node:crypto";
import { warn } from "../shared/changes.ts";
import type { Handler } from "../shared/http-call.ts";
import type { AdminUser } from "./callers.ts";
import type { ImportSource } from "./import-image.ts";
import { allRights, type Identity } from "./rights.ts";
import type { Webhook } from "./webhook.ts";

/** A webhook to begin with; what is left out is ACR's default, for all actions and all repositories. */
export type WebhookSetup = Partial<Webhook> & Pick<Webhook, "name" | "serviceUri">;

/** How the simulated Azure shall be; everything has a default. */
export type RegistryWorldOptions = {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  readonly registryName?: string;
  readonly loginServer?: string;
  readonly location?: string;
  readonly tenantId?: string;
  readonly subscriptionId?: string;
  readonly resourceGroup?: string;
  readonly webhooks?: readonly WebhookSetup[];
  /** Lets `skopeo copy` and `docker push` in without credentials. */
  readonly allowAnonymousPush?: boolean;
  readonly admin?: AdminUser;
  /** Managed identities, the first one system-assigned; by default one that has every right. */
  readonly identities?: readonly Identity[];
  /** The secret of the identity endpoint (`IDENTITY_HEADER`). */
  readonly identityHeader?: string;
  readonly refreshTokenSeconds?: number;
  readonly accessTokenSeconds?: number;
  readonly deliveryTimeoutMs?: number;
  /** Whether webhooks of several regions get one event under one id; not by default. */
  readonly sharedEventIds?: boolean;
  readonly armPageSize?: number;
  /** How long an import takes, in ms; 0 (the default): it is over with its first answer. */
  readonly importMs?: number;
  /** Other registries that images can be imported from. */
  readonly neighbours?: () => readonly ImportSource[];
  /** More rooms on the same address: the rest of Azure. */
  readonly rooms?: readonly Handler[];
  /** Milliseconds since 1970; also the clock by which tokens expire. */
  readonly now?: () => number;
  /** Makes pushed content the same from run to run. */
  readonly seed?: string;
  /** Hears of faults of the world itself, which nobody expects. */
  readonly onProblem?: (error: unknown) => void;
};

/** The options with every default in its place. */
export function withDefaults(options: RegistryWorldOptions) {
  const registryName = options.registryName ?? "contoso";
  const subscriptionId = options.subscriptionId ?? "6f2d3a10-8c41-4f0e-9b57-2f1c0a9e7d33";
  const resourceGroup = options.resourceGroup ?? "rg-shop";
  const provider = "providers/Microsoft.ContainerRegistry/registries";
  return {
    port: 0,
    registryName,
    loginServer: `${registryName}.azurecr.io`,
    location: "westeurope",
    tenantId: "72f988bf-0000-4000-8000-2d7cd011db47",
    resourceId: `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/${provider}/${registryName}`,
    webhooks: [],
    allowAnonymousPush: false,
    admin: { username: registryName, password: randomBytes(24).toString("base64url") },
    identities: [{ clientId: "0a6cfd5e-41b2-4f3a-8d53-7b1f5c9e2a01", rights: allRights }],
    identityHeader: randomBytes(24).toString("base64url"),
    deliveryTimeoutMs: 5_000,
    sharedEventIds: false,
    armPageSize: 100,
    importMs: 0,
    neighbours: () => [],
    rooms: [],
    now: Date.now,
    seed: randomBytes(8).toString("hex"),
    onProblem: warn,
    ...options,
  } satisfies RegistryWorldOptions & { resourceId: string };
}
