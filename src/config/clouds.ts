import { present } from "../present.ts";
import type { AzureConfig } from "./config.ts";

/** What differs between Azure's clouds. */
interface Cloud extends Pick<AzureConfig, "armEndpoint" | "authorityHost" | "graphEndpoint"> {
  readonly portal: string;
  /** How login servers of its registries end. */
  readonly loginServerSuffix: string;
  /** Absent: we know none, so its addresses must be given. */
  readonly botFramework?: BotFramework;
}

/** Where the Bot Framework publishes its keys, how its tokens name it, and for what the bot's own tokens are made. */
interface BotFramework {
  readonly openIdMetadataUrl: string;
  readonly tokenIssuer: string;
  readonly scope: string;
}

/**
 * Addresses per Azure cloud, as Azure's SDKs and command line have them. The authority of the US Government
 * cloud follows Entra's published list of national clouds; the endpoints of Graph follow Graph's; those of the Bot
 * Framework are AuthenticationConstants and GovernmentConstants of the package botframework-connector.
 */
export const clouds: Readonly<Record<AzureConfig["cloud"], Cloud>> = {
  public: {
    armEndpoint: "https://management.azure.com",
    authorityHost: "https://login.microsoftonline.com",
    graphEndpoint: "https://graph.microsoft.com",
    portal: "https://portal.azure.com",
    loginServerSuffix: ".azurecr.io",
    botFramework: {
      openIdMetadataUrl: "https://login.botframework.com/v1/.well-known/openidconfiguration",
      tokenIssuer: "https://api.botframework.com",
      scope: "https://api.botframework.com/.default",
    },
  },
  usgovernment: {
    armEndpoint: "https://management.usgovcloudapi.net",
    authorityHost: "https://login.microsoftonline.us",
    graphEndpoint: "https://graph.microsoft.us",
    portal: "https://portal.azure.us",
    loginServerSuffix: ".azurecr.us",
    botFramework: {
      openIdMetadataUrl: "https://login.botframework.azure.us/v1/.well-known/openidconfiguration",
      tokenIssuer: "https://api.botframework.us",
      scope: "https://api.botframework.us/.default",
    },
  },
  china: {
    armEndpoint: "https://management.chinacloudapi.cn",
    authorityHost: "https://login.chinacloudapi.cn",
    graphEndpoint: "https://microsoftgraph.chinacloudapi.cn",
    portal: "https://portal.azure.cn",
    loginServerSuffix: ".azurecr.cn",
  },
};

// Registries that refuse tokens for ARM (azureADAuthenticationAsArmPolicy disabled) take only this audience.
const registryAudience = "https://containerregistry.azure.net";

/** The addresses of a cloud, with those that the configuration gives in place of the known ones. */
export function azureOf(
  given: Pick<AzureConfig, "cloud"> & { readonly [Key in keyof AzureConfig]?: AzureConfig[Key] | undefined },
): AzureConfig {
  const { cloud } = given;
  const { audience = registryAudience, ...addresses } = { ...clouds[cloud], ...present(given) };
  return {
    cloud,
    armEndpoint: withoutSlash(addresses.armEndpoint),
    authorityHost: withoutSlash(addresses.authorityHost),
    graphEndpoint: withoutSlash(addresses.graphEndpoint),
    audience,
  };
}

/** An address without the slashes at its end, so that paths can be put behind it. */
export function withoutSlash(address: string): string {
  return address.replace(/\/+$/, "");
}
