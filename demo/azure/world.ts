import { randomBytes } from "node:crypto";
import { createArmGate } from "../registry/arm-gate.ts";
import { createEntraKeys } from "../registry/entra-keys.ts";
import { startServer } from "../registry/http-server.ts";
import { createIdentityEndpoint, identityPath } from "../registry/identity-endpoint.ts";
import { createChanges, warn } from "../shared/changes.ts";
import { createPathFaults } from "../shared/path-faults.ts";
import { type AzureIdentity, createAccess } from "./access.ts";
import type { ContainerAppSetup } from "./container-app-state.ts";
import { createContainerApps } from "./container-apps.ts";
import { createDeployments, type TemplateSpecSetup } from "./deployments.ts";
import type { ImageFault, Platform } from "./platform.ts";
import { createWebApps, type WebAppSetup } from "./web-apps.ts";

/** How the simulated Azure shall be; everything has a default. */
export type AzureWorldOptions = {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  readonly tenantId?: string;
  readonly subscriptionId?: string;
  readonly resourceGroup?: string;
  /** Managed identities, the first one system-assigned; by default one that may do everything. */
  readonly identities?: readonly AzureIdentity[];
  readonly identityHeader?: string;
  readonly webApps?: readonly WebAppSetup[];
  readonly containerApps?: readonly ContainerAppSetup[];
  readonly templateSpecs?: readonly TemplateSpecSetup[];
  /** How long the platform takes to start something, in ms. */
  readonly workMs?: number;
  readonly now?: () => number;
  readonly onProblem?: (error: unknown) => void;
};

/** App Service, Container Apps and template deployments behind ARM, on one loopback address. */
export type AzureWorld = Awaited<ReturnType<typeof createAzureWorld>>;

/** Starts it; fails when the port is taken. Its `rooms` may also be served by a registry's world, on one address. */
export async function createAzureWorld(given: AzureWorldOptions = {}) {
  const options = withDefaults(given);
  const { tenantId, identities, now, onProblem } = options;
  const entra = await createEntraKeys(now);
  const faults = createPathFaults();
  const changes = createChanges(onProblem);
  const broken = new Map<string, ImageFault>();
  const platform: Platform = {
    access: createAccess(createArmGate({ entra, tenantId }), identities),
    now,
    workMs: options.workMs,
    faultOf: (image) => [...broken].find(([digest]) => image.includes(digest))?.[1],
    changed: changes.changed,
  };
  const webApps = createWebApps(platform, options.webApps);
  const containerApps = createContainerApps(platform, options.containerApps);
  const deployments = createDeployments(platform, options.templateSpecs);
  const rooms = [webApps.room, containerApps.room, deployments.room];
  const tenantIdentities = identities.map(({ clientId }) => ({ clientId, rights: [] }));
  const secret = options.identityHeader;
  const endpoint = createIdentityEndpoint({ entra, tenantId, identities: tenantIdentities, secret });
  const server = await startServer({ port: options.port, handlers: [endpoint, ...rooms], faults, onProblem });
  const url = server.origin;
  const group = `/subscriptions/${options.subscriptionId}/resourceGroups/${options.resourceGroup}`;
  return {
    url,
    identityEndpoint: `${url}${identityPath}`,
    identityHeader: secret,
    rooms,
    /** ARM ids. */
    ids: {
      group,
      webApp: (name: string) => `${group}/providers/Microsoft.Web/sites/${name}`,
      containerApp: (name: string) => `${group}/providers/Microsoft.App/containerApps/${name}`,
      templateSpec: (name: string, version: string) =>
        `${group}/providers/Microsoft.Resources/templateSpecs/${name}/versions/${version}`,
    },
    /** Adds an app, or replaces the one of that name. */
    setWebApp: webApps.add,
    setContainerApp: containerApps.add,
    /** Whatever is told to run this digest does not come up, until it is mended. */
    breakImage: (digest: string, fault: ImageFault) => void broken.set(digest, fault),
    mendImage: (digest: string) => void broken.delete(digest),
    fault: faults.add,
    clearFaults: faults.clear,
    snapshot: () => ({
      webApps: webApps.snapshot(),
      containerApps: containerApps.snapshot(),
      deployments: deployments.snapshot(),
    }),
    onChange: changes.onChange,
    close: server.close,
  };
}

function withDefaults(options: AzureWorldOptions) {
  return {
    port: 0,
    tenantId: "72f988bf-0000-4000-8000-2d7cd011db47",
    subscriptionId: "6f2d3a10-8c41-4f0e-9b57-2f1c0a9e7d33",
    resourceGroup: "rg-shop",
    identities: [{ clientId: "0a6cfd5e-41b2-4f3a-8d53-7b1f5c9e2a01", actions: ["*"] }],
    identityHeader: randomBytes(24).toString("base64url"),
    webApps: [],
    containerApps: [],
    templateSpecs: [],
    workMs: 4_000,
    now: Date.now,
    onProblem: warn,
    ...options,
  } satisfies AzureWorldOptions;
}
