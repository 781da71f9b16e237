import { isSameSecret } from "../shared/credentials.ts";
import type { Grant } from "./acr-tokens.ts";
import { allRights, type Identity, type Right } from "./rights.ts";
import { grantScopes } from "./scope.ts";

/** The registry's admin user, for `docker login` and `skopeo --creds`. */
export type AdminUser = { readonly username: string; readonly password: string };

const anonymousSubject = "anonymous";

/** Who may call the registry, and with which rights. */
export type Callers = ReturnType<typeof createCallers>;

/** Knows the identities, the admin user and whether somebody without credentials may push. */
export function createCallers(options: {
  readonly identities: readonly Identity[];
  readonly admin: AdminUser;
  readonly allowAnonymousPush: boolean;
}) {
  const anonymousRights: readonly Right[] = options.allowAnonymousPush
    ? ["pull", "push", "metadata_read"]
    : [];

  function rightsOf(subject: string): readonly Right[] {
    if (subject === anonymousSubject) return anonymousRights;
    // As in ACR the admin user is no Entra identity, so it has no quarantine role and no ARM rights.
    if (subject === options.admin.username)
      return allRights.filter((right) => !/^(quarantine_|webhooks|importImage)/.test(right));
    return options.identities.find((identity) => identity.clientId === subject)?.rights ?? [];
  }

  return {
    anonymous: anonymousSubject,
    rightsOf,
    /** The admin user's name when name and password are right. */
    findAdmin(username: string, password: string): string | undefined {
      const { admin } = options;
      return isSameSecret(username, admin.username) && isSameSecret(password, admin.password)
        ? admin.username
        : undefined;
    },
    /** What the subject gets of the scopes asked for. */
    grant(subject: string, scopes: readonly string[]): Grant {
      const rights = rightsOf(subject);
      const roles = [
        ...(rights.includes("quarantine_read") ? ["AcrQuarantineReader"] : []),
        ...(rights.includes("quarantine_write") ? ["AcrQuarantineWriter"] : []),
      ];
      return { subject, access: grantScopes(scopes, rights), roles };
    },
  };
}

/** User name and password of a Basic header, or undefined. */
export function readBasic(header: string | undefined): readonly [string, string] | undefined {
  const encoded = /^Basic\s+([A-Za-z0-9+/=]+)$/i.exec(header ?? "")?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const cut = text.indexOf(":");
  return cut < 0 ? undefined : [text.slice(0, cut), text.slice(cut + 1)];
}
