import { ContainerRegistryClient, ContainerRegistryContentClient } from "@azure/container-registry";
import type { AcrConnection } from "./acr-connection.ts";

// A content client belongs to one repository; the oldest goes.
const maxContentClients = 200;

export type SdkClients = ReturnType<typeof createSdkClients>;

/** The SDK's clients of one connection, each made once. */
export function createSdkClients(connection: AcrConnection) {
  const { origin, credential, sdkOptions } = connection;
  const registry = new ContainerRegistryClient(origin, credential, sdkOptions);
  const contents = new Map<string, ContainerRegistryContentClient>();
  return {
    registry,
    /** The client for manifests of one repository. */
    contentOf(repository: string): ContainerRegistryContentClient {
      const known = contents.get(repository);
      if (known !== undefined) return known;
      const made = new ContainerRegistryContentClient(origin, repository, credential, sdkOptions);
      const [oldest] = contents.keys();
      if (contents.size >= maxContentClients && oldest !== undefined) contents.delete(oldest);
      contents.set(repository, made);
      return made;
    },
  };
}
