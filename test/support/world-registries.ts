import { pino } from "pino";
import type { RegistryWorld } from "../../demo/registry/world.ts";
import { createCredentials } from "../../src/azure/credentials.ts";
import type { Config } from "../../src/config/config.ts";
import { createRegistries } from "../../src/registry/registries.ts";
import { useIdentity } from "./use-identity.ts";

/** The configuration for a simulated world, with one managed identity for everything. */
export function worldConfig(world: RegistryWorld): Pick<Config, "registries" | "credentials" | "azure"> {
  return {
    credentials: { bot: { type: "managed-identity" } },
    azure: {
      cloud: "public",
      armEndpoint: world.url,
      authorityHost: "https://login.microsoftonline.com",
      graphEndpoint: "https://graph.microsoft.com",
      audience: "https://containerregistry.azure.net",
    },
    registries: {
      contoso: {
        name: "contoso",
        loginServer: world.loginServer,
        resourceId: world.resourceId,
        endpoint: world.url,
        credentials: { read: "bot", write: "bot", quarantine: "bot", webhooks: "bot" },
        webhook: { names: ["chatops"], secrets: [] },
        eventGrid: { secrets: [] },
        allow: { release: [], reject: [] },
      },
    },
  };
}

/**
 * The four planes of the world's registry, by the real managed-identity credential, which finds the world's endpoint in
 * the environment as it would on App Service.
 */
export function openWorld(world: RegistryWorld) {
  useIdentity(world);
  const config = worldConfig(world);
  const registries = createRegistries({
    config: () => config,
    credentials: createCredentials(() => config.credentials, config.azure),
    log: pino({ level: "silent" }),
  });
  const { reader, writer, reviewer, management } = registries.forRegistry("contoso");
  if (!reader || !writer || !reviewer || !management) throw new Error("a plane is missing");
  return { reader, writer, reviewer, management };
}
