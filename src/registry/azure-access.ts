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
  const { registry, azure, credentials, now } = deps;
  const connections = new Map<string, AcrConnection>();

  // Reading and writing with one identity share its tokens.
  function connect(credentialName: string): AcrConnection {
    const known = connections.get(credentialName);
    if (known !== undefined) return known;
    const made = createAcrConnection({
      loginServer: registry.loginServer,
      endpoint: registry.endpoint,
      audience: azure.audience,
      credential: credentials.get(credentialName),
      credentialName,
      now,
    });
    connections.set(credentialName, made);
    return made;
  }

  return {
    reader: (credentialName: string) => createReader(connect(credentialName)),
    writer: (credentialName: string) => createWriter(connect(credentialName)),
    reviewer: (credentialName: string) => createReviewer(connect(credentialName)),
    management: (credentialName: string, resourceId: string) =>
      createWebhookManagement({
        azure,
        credential: credentials.get(credentialName),
        credentialName,
        resourceId,
        now,
      }),
  };
}
