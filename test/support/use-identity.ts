import { ManagedIdentityCredential } from "@azure/identity";

/** Where App Service's managed identity answers, and the secret that it wants. */
export interface IdentityPlace {
  readonly identityEndpoint: string;
  readonly identityHeader: string;
}

/** From now on, managed identities of this process ask there, and no token that another place gave is used. */
export function useIdentity({ identityEndpoint, identityHeader }: IdentityPlace): void {
  process.env.IDENTITY_ENDPOINT = identityEndpoint;
  process.env.IDENTITY_HEADER = identityHeader;
  // @azure/msal-node keeps the first endpoint and all tokens in statics, for as long as the process lives.
  const application = part(new ManagedIdentityCredential(), "managedIdentityApp");
  Reflect.set(part(part(application, "managedIdentityClient"), "constructor"), "identitySource", undefined);
  Reflect.set(part(application, "constructor"), "nodeStorage", undefined);
  // Applications that were made before read the cache where it was; this one makes the new cache.
  new ManagedIdentityCredential();
}

function part(of: object, name: string): object {
  const value: unknown = Reflect.get(of, name);
  if (typeof value === "object" && value !== null) return value;
  if (typeof value === "function") return value;
  throw new Error(`@azure/identity has no ${name} any more`);
}
