import { randomUUID } from "node:crypto";
import { createChanges } from "../shared/changes.ts";
import { createPathFaults } from "../shared/path-faults.ts";
import { createAccess } from "./access.ts";
import { createAcrTokens } from "./acr-tokens.ts";
import { lockTag } from "./acr-v1-changes.ts";
import { createAcrV1Routes } from "./acr-v1-routes.ts";
import { createArmAccess } from "./arm-access.ts";
import { createArmImport } from "./arm-import.ts";
import { createArmWebhooks } from "./arm-webhooks.ts";
import { createBackground } from "./background.ts";
import { createBlobRoutes } from "./blob-routes.ts";
import { createBlobStore } from "./blob-store.ts";
import { type CallLog, createCallLog } from "./call-log.ts";
import { createCallers } from "./callers.ts";
import { createEntraKeys } from "./entra-keys.ts";
import { createEntraRoutes } from "./entra-routes.ts";
import { createEventGrid, type EventGridSubscription } from "./event-grid.ts";
import { type EventGridTokenOptions, mintEventGridToken } from "./event-grid-token.ts";
import { startServer } from "./http-server.ts";
import { createIdentityEndpoint, identityPath } from "./identity-endpoint.ts";
import type { ImportRecord } from "./import-image.ts";
import { createLegacyCharts } from "./legacy-charts.ts";
import { createListRoutes } from "./list-routes.ts";
import { createManifestRoutes } from "./manifest-routes.ts";
import { createOauth2Routes } from "./oauth2-routes.ts";
import { createPushes } from "./pushes.ts";
import { manifestUnknown } from "./registry-error.ts";
import type { RegistryFact } from "./registry-fact.ts";
import { deleteManifest, untag } from "./remove.ts";
import { getRepository, type Shelf } from "./shelf.ts";
import { takeSnapshot } from "./snapshot.ts";
import { createTimestamps } from "./timestamps.ts";
import { readWebhook } from "./webhook.ts";
import { createWebhookCalls, type WebhookCalls } from "./webhook-calls.ts";
import { type RegistryWorldOptions, type WebhookSetup, withDefaults } from "./world-options.ts";

// Few enough that the events of one push mostly arrive in order, enough that a slow receiver shows.
const callsAtOnce = 4;

/** The simulated Azure side: one registry with its webhooks, its tenant and its management plane, on one loopback address. */
export type RegistryWorld = Awaited<ReturnType<typeof createRegistryWorld>>;

/** Starts it; fails when the port is taken. */
export async function createRegistryWorld(given: RegistryWorldOptions = {}) {
  const options = withDefaults(given);
  const parts = await createParts(options);
  const { port, onProblem } = options;
  const server = await startServer({ port, handlers: parts.handlers, faults: parts.faults, onProblem });
  const url = server.origin;
  return {
    registryName: options.registryName,
    loginServer: options.loginServer,
    resourceId: options.resourceId,
    tenantId: options.tenantId,
    /** Host and port, as `skopeo` and `docker` want it. */
    address: `127.0.0.1:${server.port}`,
    url,
    admin: options.admin,
    identityEndpoint: `${url}${identityPath}`,
    identityHeader: options.identityHeader,
    ...createContentVerbs(options, parts),
    ...createAzureVerbs(options, parts),
    fault: parts.faults.add,
    clearFaults: parts.faults.clear,
    snapshot: () => takeSnapshot(parts.shelf),
    /** What other worlds need to import from this one. */
    importSource: { resourceId: options.resourceId, shelf: parts.shelf },
    /** Imports that had their effect, the newest last. */
    imports: (): readonly ImportRecord[] => parts.imports,
    /** Calls to webhooks and Event Grid, the newest last, 500 at most. */
    deliveries: parts.log.deliveries,
    /** Resolves when no delivery is under way. */
    settled: parts.background.settled,
    onChange: parts.changes.onChange,
    async close(): Promise<void> {
      await Promise.all([parts.background.close(), server.close()]);
    },
  };
}

type Options = ReturnType<typeof withDefaults>;
type Parts = Awaited<ReturnType<typeof createParts>>;

function createContentVerbs(options: Options, { shelf, emit, changes }: Parts) {
  const charts = createLegacyCharts(emit, options.seed);
  return {
    ...createPushes({ shelf, ...options }),
    pushChart: charts.push,
    deleteChart: charts.remove,
    delete: (request: DeleteRequest) => remove(shelf, options.loginServer, request),
    untag: ({ repository, tag }: { readonly repository: string; readonly tag: string }) =>
      untag(shelf, repository, tag),
    /** Locks a tag, as `az acr repository update --write-enabled false` does. */
    lockTag: ({ repository, tag }: { readonly repository: string; readonly tag: string }) =>
      lockTag(shelf, repository, tag, { writeEnabled: false }),
    /** Whether pushed images wait for a decision. */
    quarantinePolicy: () => shelf.policy.quarantine,
    /** Turns the policy on or off; on, it blocks all images that are not marked good, those already there included. */
    setQuarantinePolicy(enabled: boolean): void {
      shelf.policy.quarantine = enabled;
      changes.changed();
    },
  };
}

function createAzureVerbs(options: Options, { calls, grid, background, entra }: Parts) {
  return {
    /** Adds a webhook, or replaces the one of that name. */
    setWebhook(setup: WebhookSetup): void {
      const webhook = readWebhook(setup, options.location);
      calls.webhooks.set(webhook.name, webhook);
    },
    /** Subscribes without the handshake; undefined ends the subscription. */
    setEventGrid: (subscription: EventGridSubscription | undefined) => grid.set(subscription),
    /** The handshake that Azure does before a subscription counts. */
    validateEventGrid: (subscription: EventGridSubscription) =>
      grid.validate(subscription, background.signal),
    mintEventGridToken: (token: EventGridTokenOptions) => mintEventGridToken(entra, options.tenantId, token),
  };
}

/** What to delete, as `az acr repository delete` names it. */
export type DeleteRequest = {
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
  readonly userAgent?: string;
};

async function createParts(options: Options) {
  const { now, resourceId, location, onProblem } = options;
  const changes = createChanges(onProblem);
  const background = createBackground({ concurrency: callsAtOnce, onProblem });
  const stamp = createTimestamps(now);
  const log = createCallLog(changes.changed);
  const calls = createWebhookCalls({
    background,
    stamp,
    now,
    log,
    timeoutMs: options.deliveryTimeoutMs,
    shareIds: options.sharedEventIds,
  });
  for (const setup of options.webhooks) calls.webhooks.set(setup.name, readWebhook(setup, location));
  const grid = createEventGrid({ background, stamp, now, resourceId, location, note: log.note });
  const emit = (fact: RegistryFact): void => {
    calls.tell(fact);
    grid.tell(fact);
  };
  const policy = { quarantine: false };
  const blobs = createBlobStore();
  const shelf: Shelf = { repositories: new Map(), policy, blobs, stamp, emit, changed: changes.changed };
  const faults = createPathFaults();
  const { handlers, entra, imports } = await createHandlers(options, shelf, { calls, log });
  return { shelf, calls, log, grid, background, faults, changes, entra, handlers, imports, emit };
}

async function createHandlers(
  options: Options,
  shelf: Shelf,
  webhooks: { readonly calls: WebhookCalls; readonly log: CallLog },
) {
  const { loginServer, tenantId, identities, resourceId } = options;
  const entra = await createEntraKeys(options.now);
  const callers = createCallers(options);
  const tokens = createAcrTokens({
    loginServer,
    now: options.now,
    ...(options.refreshTokenSeconds === undefined ? {} : { refreshSeconds: options.refreshTokenSeconds }),
    ...(options.accessTokenSeconds === undefined ? {} : { accessSeconds: options.accessTokenSeconds }),
  });
  const access = createAccess({ loginServer, tokens, callers });
  const imports: ImportRecord[] = [];
  const authorize = createArmAccess({ entra, callers, tenantId, resourceId });
  const handlers = [
    createOauth2Routes({ loginServer, entra, tokens, callers }),
    createManifestRoutes({ shelf, access, loginServer }),
    createBlobRoutes({ shelf, access }),
    createListRoutes({ shelf, access }),
    createAcrV1Routes({ shelf, access, loginServer }),
    createArmImport({
      shelf,
      loginServer,
      authorize,
      resourceId,
      sources: () => [{ resourceId, shelf }, ...options.neighbours()],
      importMs: options.importMs,
      now: options.now,
      imported: (record) => imports.push(record),
    }),
    ...options.rooms,
    createArmWebhooks({ ...webhooks, authorize, resourceId, pageSize: options.armPageSize }),
    createIdentityEndpoint({ entra, tenantId, identities, secret: options.identityHeader }),
    createEntraRoutes({ entra, tenantId }),
  ];
  return { handlers, entra, imports };
}

// `az acr repository delete --image repo:tag` deletes the manifest and all its tags (acr-facts 1.4).
function remove(shelf: Shelf, host: string, { repository, tag, digest, userAgent }: DeleteRequest): void {
  const found = digest ?? getRepository(shelf, repository).tags.get(tag ?? "")?.digest;
  if (found === undefined) throw manifestUnknown(tag ?? "");
  const useragent = userAgent ?? "python-requests/2.32.3";
  deleteManifest(shelf, repository, found, { id: randomUUID(), host, method: "DELETE", useragent });
}
