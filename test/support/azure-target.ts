import type { TokenCredential } from "@azure/core-auth";
import { createEntraKeys } from "../../demo/registry/entra-keys.ts";
import type { RegistryConfig } from "../../src/config/config.ts";
import type { TargetDeps } from "../../src/operations/target-deps.ts";
import type { Job } from "../../src/operations/target-port.ts";
import type { RegistryAccess } from "../../src/registry/registries.ts";
import { targetDefaults } from "./a-target.ts";
import { aRegistry } from "./registry-config.ts";

/** The first identity of the simulated tenant. */
export const botClientId = "0a6cfd5e-41b2-4f3a-8d53-7b1f5c9e2a01";
export const tenantId = "72f988bf-0000-4000-8000-2d7cd011db47";
export const oldDigest = `sha256:${"a".repeat(64)}`;
export const newDigest = `sha256:${"b".repeat(64)}`;

/** An identity of the simulated tenant, with tokens of the machine's time: worlds with other clocks take them. */
export function mintedCredential(clientId = botClientId): TokenCredential {
  return {
    async getToken(scopes) {
      const scope = Array.isArray(scopes) ? scopes[0] : scopes;
      const keys = await createEntraKeys(Date.now);
      const claims = { appid: clientId, oid: clientId, sub: clientId, tid: tenantId };
      const aud = (scope ?? "").replace(/\/\.default$/, "");
      const token = await keys.sign({ ...claims, aud, iss: `https://sts.windows.net/${tenantId}/` });
      return { token, expiresOnTimestamp: Date.now() + 3_600_000 };
    },
  };
}

/** What a target is made with, for an ARM at `armEndpoint`; the identity "deploy" is the tenant's. */
export function azureDeps(options: {
  readonly armEndpoint: string;
  readonly now: () => number;
  readonly registries?: Readonly<Record<string, RegistryConfig>>;
  readonly accessTo?: (registry: string) => RegistryAccess;
  readonly clientId?: string;
}): TargetDeps {
  return {
    accessTo: options.accessTo ?? (() => ({})),
    registries: options.registries ?? { contoso: aRegistry() },
    azure: {
      cloud: "public",
      armEndpoint: options.armEndpoint,
      authorityHost: "https://login.microsoftonline.com",
      graphEndpoint: "https://graph.microsoft.com",
      audience: "https://containerregistry.azure.net",
    },
    credentials: { get: () => mintedCredential(options.clientId) },
    now: options.now,
  };
}

/** What a target in Azure has, where a test does not care. */
export const targetBase = { ...targetDefaults, name: "production", credential: "deploy" } as const;

/** A job that deploys `newDigest` of shop/checkout. */
export function aJob(operationId: string, overrides: Partial<Job> & { readonly digest?: string } = {}): Job {
  const { digest = newDigest, ...rest } = overrides;
  return {
    operationId,
    kind: "deploy",
    image: {
      registry: "contoso",
      loginServer: "contoso.azurecr.io",
      repository: "shop/checkout",
      digest,
      tag: "1.2.3",
    },
    requestedBy: "Ada",
    ...rest,
  };
}

export const oldImage = `contoso.azurecr.io/shop/checkout@${oldDigest}`;
export const newImage = `contoso.azurecr.io/shop/checkout@${newDigest}`;
