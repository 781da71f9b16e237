import type { AzureConfig } from "./config.ts";

/**
 * Addresses per Azure cloud, as Azure's SDKs and command line have them. The authority of the US Government
 * cloud follows Entra's published list of national clouds; the endpoints of Graph follow Graph's.
 */
const clouds = {
  public: {
    armEndpoint: "https://management.azure.com",
    authorityHost: "https://login.microsoftonline.com",
    graphEndpoint: "https://graph.microsoft.com",
    portal: "https://portal.azure.com",
  },
  usgovernment: {
    armEndpoint: "https://management.usgovcloudapi.net",
    authorityHost: "https://login.microsoftonline.us",
    graphEndpoint: "https://graph.microsoft.us",
    portal: "https://portal.azure.us",
  },
  china: {
    armEndpoint: "https://management.chinacloudapi.cn",
    authorityHost: "https://login.chinacloudapi.cn",
    graphEndpoint: "https://microsoftgraph.chinacloudapi.cn",
    portal: "https://portal.azure.cn",
  },
} as const satisfies Record<
  AzureConfig["cloud"],
  Pick<AzureConfig, "armEndpoint" | "authorityHost" | "graphEndpoint"> & { readonly portal: string }
>;

// Registries that refuse tokens for ARM (azureADAuthenticationAsArmPolicy disabled) take only this audience.
const registryAudience = "https://containerregistry.azure.net";

/** The suffix of login servers in each cloud. */
export const loginServerSuffix: Readonly<Record<AzureConfig["cloud"], string>> = {
  public: ".azurecr.io",
  usgovernment: ".azurecr.us",
  china: ".azurecr.cn",
};

/** The addresses of a cloud, with those that the configuration gives in place of the known ones. */
export function azureOf(
  given: Pick<AzureConfig, "cloud"> & { readonly [Key in keyof AzureConfig]?: AzureConfig[Key] | undefined },
): AzureConfig {
  const known = clouds[given.cloud];
  return {
    cloud: given.cloud,
    armEndpoint: withoutSlash(given.armEndpoint ?? known.armEndpoint),
    authorityHost: withoutSlash(given.authorityHost ?? known.authorityHost),
    graphEndpoint: withoutSlash(given.graphEndpoint ?? known.graphEndpoint),
    audience: given.audience ?? registryAudience,
  };
}

/** Where the Bot Framework publishes its keys, how its tokens name it, and for what the bot's own tokens are made. */
export interface BotFramework {
  readonly openIdMetadataUrl: string;
  readonly tokenIssuer: string;
  readonly scope: string;
}

// AuthenticationConstants and GovernmentConstants of the package botframework-connector.
const botFrameworks: Readonly<Partial<Record<AzureConfig["cloud"], BotFramework>>> = {
  public: {
    openIdMetadataUrl: "https://login.botframework.com/v1/.well-known/openidconfiguration",
    tokenIssuer: "https://api.botframework.com",
    scope: "https://api.botframework.com/.default",
  },
  usgovernment: {
    openIdMetadataUrl: "https://login.botframework.azure.us/v1/.well-known/openidconfiguration",
    tokenIssuer: "https://api.botframework.us",
    scope: "https://api.botframework.us/.default",
  },
};

/** The Bot Framework of a cloud; undefined where we know none, so that its addresses must be given. */
export function findBotFramework(cloud: AzureConfig["cloud"]): BotFramework | undefined {
  return botFrameworks[cloud];
}

/** An address without the slashes at its end, so that paths can be put behind it. */
export function withoutSlash(address: string): string {
  return address.replace(/\/+$/, "");
}

/** The address of Azure's portal in a cloud. */
export function portalOf(cloud: AzureConfig["cloud"]): string {
  return clouds[cloud].portal;
}

/** ARM's own address in a cloud, which tokens for it name whatever `armEndpoint` the configuration gives. */
export function armOriginOf(cloud: AzureConfig["cloud"]): string {
  return clouds[cloud].armEndpoint;
}
