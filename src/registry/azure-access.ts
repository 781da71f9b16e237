import type { Credentials } from "../azure/credentials.ts";
import type { AzureConfig, RegistryConfig } from "../config/config.ts";
import { type AcrConnection, createAcrConnection } from "./acr/acr-connection.ts";
import { createReader, createWriter } from "./acr/data-plane.ts";
import { createReviewer } from "./acr/quarantine.ts";
import { createWebhookManagement } from "./management-plane.ts";

/**
 * Opens the planes of one registry, each with the identity of that name. This is the file behind which the Azure SDKs
 * are loaded; `registries.ts` imports it at the first call.
 */
export function openRegistry(deps: {
  readonly registry: RegistryConfig;
  readonly azure: AzureConfig;
  readonly credentials: Credentials;
  readonly now: () => number;
}) {
  const { registry, azure, now } = deps;
  const { loginServer, endpoint } = registry;
  const connections = new Map<string, AcrConnection>();
  const identity = (credentialName: string) => ({
    credential: deps.credentials.get(credentialName),
    credentialName,
    now,
  });
  // Reading and writing with one identity share its tokens.
  const connect = (name: string): AcrConnection => {
    const { audience } = azure;
    const connection =
      connections.get(name) ?? createAcrConnection({ loginServer, endpoint, audience, ...identity(name) });
    connections.set(name, connection);
    return connection;
  };
  return {
    reader: (credentialName: string) => createReader(connect(credentialName)),
    writer: (credentialName: string) => createWriter(connect(credentialName)),
    reviewer: (credentialName: string) => createReviewer(connect(credentialName)),
    management: (credentialName: string, resourceId: string) =>
      createWebhookManagement({ azure, resourceId, ...identity(credentialName) }),
  };
}
