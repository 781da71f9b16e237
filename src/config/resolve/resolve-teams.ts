import type { Person } from "../../nouns/person.ts";
import { clouds, withoutSlash } from "../clouds.ts";
import type { AzureConfig, Config, TeamsAuth } from "../config.ts";
import type { ConfigFile } from "../schema/config-schema.ts";

type TeamsFile = NonNullable<ConfigFile["teams"]>;

/** The Teams app with its defaults filled in, ids in lower case; nothing where only workflows are configured. */
export function resolveTeams(teams: ConfigFile["teams"], azure: AzureConfig): Pick<Config, "teams"> {
  if (teams?.appId === undefined || teams.tenantId === undefined) return {};
  const known = clouds[azure.cloud].botFramework;
  const { openIdMetadataUrl, tokenIssuer, scope, loginUrl, groups, actions } = teams;
  const appId = teams.appId.toLowerCase();
  return {
    teams: {
      appId,
      tenantId: teams.tenantId.toLowerCase(),
      organization: teams.organization,
      auth: authOf(teams, appId),
      openIdMetadataUrl: checked(openIdMetadataUrl ?? known?.openIdMetadataUrl, "openIdMetadataUrl"),
      tokenIssuer: checked(tokenIssuer ?? known?.tokenIssuer, "tokenIssuer"),
      loginUrl: withoutSlash(loginUrl ?? azure.authorityHost),
      scope: checked(scope ?? known?.scope, "scope"),
      groups,
      actions,
    },
  };
}

function authOf({ auth, clientId, certificate, secret }: TeamsFile, appId: string): TeamsAuth {
  switch (auth) {
    case "managed-identity":
      return { type: auth, clientId: clientId?.toLowerCase() ?? appId };
    case "certificate":
      return { type: auth, path: checked(certificate, "certificate") };
    case "secret":
      return { type: auth, secret: checked(secret, "secret") };
    default:
      return auth satisfies never;
  }
}

/** A value that check-teams.ts has asked for; a bug if it let the file pass without. */
function checked(value: string | undefined, key: string): string {
  if (value === undefined) throw new RangeError(`teams.${key} is missing, which no check let pass`);
  return value;
}

/** People with their ids as Teams and Graph write them: in lower case. */
export function resolvePeople(people: ConfigFile["people"]): readonly Person[] {
  return people.flatMap(({ name, slack, teams }) =>
    slack === undefined || teams === undefined ? [] : [{ name, slack, teams: teams.toLowerCase() }],
  );
}
