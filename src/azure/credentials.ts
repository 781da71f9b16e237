import type { TokenCredential } from "@azure/core-auth";
import type { AzureConfig, CredentialConfig, TeamsConfig } from "../config/config.ts";
import { ChatopsError } from "../errors.ts";
import { present } from "../present.ts";
import { lazily } from "../work/lazily.ts";

export type Credentials = ReturnType<typeof createCredentials>;

// One retry: our own loops wait and try again. Managed identity would otherwise try for half a minute.
const mostRetries = 1;
// Answers are tokens of some KB, and Entra's description of itself.
const maxAnswerBytes = 1024 * 1024;

/** Entra's own hosts; for another one (a private cloud) the SDK must not ask the public cloud whether it exists. */
const knownAuthorities: readonly string[] = [
  "login.microsoftonline.com",
  "login.microsoftonline.us",
  "login.chinacloudapi.cn",
  "login.partner.microsoftonline.cn",
];

/**
 * The identities by name, as they are configured now. Nothing of @azure/identity is loaded, and no file or environment
 * variable of it is read, before the first token is asked for; a mistake in an identity shows there.
 */
export function createCredentials(
  configured: () => Readonly<Record<string, CredentialConfig>>,
  azure: Pick<AzureConfig, "authorityHost">,
) {
  const made = new WeakMap<CredentialConfig, TokenCredential>();
  return {
    /** One of the configuration of now, or of another; throws `config-invalid` for a name that is not configured. */
    get(name: string, configs = configured()): TokenCredential {
      const config = Object.hasOwn(configs, name) ? configs[name] : undefined;
      if (config === undefined) {
        throw new ChatopsError(
          "config-invalid",
          `credentials.${name} is used by a registry but not configured.`,
        );
      }
      const credential = made.get(config) ?? lazyCredential(config, azure);
      made.set(config, credential);
      return credential;
    },
  };
}

/**
 * Gives tokens of the Teams app itself, by scope; `expiresAt` in ms since the epoch. Nothing of @azure/identity is
 * loaded before the first one. Throws what @azure/identity throws.
 */
export function createTeamsCredential(
  teams: Pick<TeamsConfig, "auth" | "appId" | "tenantId" | "loginUrl">,
): (scope: string) => Promise<{ readonly token: string; readonly expiresAt: number }> {
  const { auth, appId, tenantId, loginUrl } = teams;
  const config: CredentialConfig =
    auth.type === "managed-identity" ? auth : { ...auth, clientId: appId, tenantId };
  const credential = lazyCredential(config, { authorityHost: loginUrl });
  return async (scope) => {
    const issued = await credential.getToken(scope);
    if (issued === null) throw new RangeError("the identity gave no token");
    return { token: issued.token, expiresAt: issued.expiresOnTimestamp };
  };
}

// A failure is not kept: a mounted token file may appear later.
function lazyCredential(config: CredentialConfig, azure: Pick<AzureConfig, "authorityHost">) {
  return lazily(() => load(config, azure), { getToken: true });
}

async function load(
  config: CredentialConfig,
  azure: Pick<AzureConfig, "authorityHost">,
): Promise<TokenCredential> {
  const [identity, { createBoundedClient }] = await Promise.all([
    import("@azure/identity"),
    import("./bounded-client.ts"),
  ]);
  // Its own would ask a proxy for the identity of this machine.
  const httpClient = createBoundedClient({ maxBodyBytes: maxAnswerBytes });
  const options = {
    httpClient,
    authorityHost: azure.authorityHost,
    disableInstanceDiscovery: !knownAuthorities.includes(new URL(azure.authorityHost).hostname),
    retryOptions: { maxRetries: mostRetries },
  };
  switch (config.type) {
    case "managed-identity":
      return new identity.ManagedIdentityCredential({
        httpClient,
        retryOptions: options.retryOptions,
        ...present({ clientId: config.clientId }),
      });
    case "workload-identity":
      return new identity.WorkloadIdentityCredential({
        ...options,
        ...present({ clientId: config.clientId, tenantId: config.tenantId }),
      });
    case "certificate":
      return new identity.ClientCertificateCredential(config.tenantId, config.clientId, config.path, options);
    case "secret":
      return new identity.ClientSecretCredential(config.tenantId, config.clientId, config.secret, options);
    case "default":
      return new identity.DefaultAzureCredential(options);
    default:
      return config satisfies never;
  }
}
