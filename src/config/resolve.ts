import type { ChannelId } from "../nouns/channel.ts";
import type { Target } from "../nouns/target.ts";
import { azureOf, eventGridAppId, withoutSlash } from "./clouds.ts";
import type { Config, CredentialConfig, RegistryConfig, RoleConfig } from "./config.ts";
import { durationMs } from "./duration.ts";
import { revisionOf } from "./revision.ts";
import { type ConfigFile, routableActions } from "./schema.ts";

/** What a checked file means: defaults filled in, lengths of time in ms, addresses without a slash at their end. */
export function resolve(file: ConfigFile): Config {
  const { mode, server, store, slack } = file;
  const settings: Omit<Config, "revision"> = {
    mode,
    server: {
      host: server.host,
      port: Number(server.port),
      internalHost: server.internalHost,
      internalPort: Number(server.internalPort),
      ...(server.publicUrl === undefined ? {} : { publicUrl: withoutSlash(server.publicUrl) }),
    },
    store,
    credentials: byName(file.credentials, (_, credential) => resolveCredential(credential)),
    registries: byName(file.registries, resolveRegistry),
    azure: azureOf(file.azure),
    ...resolveSlack(slack),
    slackWebhooks: byName(slack?.webhooks ?? {}, (_, url) => url),
    roles: byName(file.roles, (name, role): RoleConfig => ({ name, slack: role.slack, teams: [] })),
    targets: byName(file.targets, (name, target): Target => ({ name, ...target })),
    routes: file.routes.map((route, index) => ({
      ...route,
      name: route.name ?? `routes[${index}]`,
      actions: route.actions ?? routableActions,
      to: route.to.map(channelId),
    })),
    cards: { settleMs: durationMs(file.cards.settle) },
  };
  return { ...settings, revision: revisionOf(settings) };
}

/** Values by name without a prototype: a look-up of `constructor`, from a URL or a command, finds nothing. */
function byName<Given, Value>(
  given: Readonly<Record<string, Given>>,
  make: (name: string, value: Given) => Value,
): Readonly<Record<string, Value>> {
  const made: Record<string, Value> = Object.create(null);
  for (const [name, value] of Object.entries(given)) made[name] = make(name, value);
  return made;
}

function resolveRegistry(name: string, given: ConfigFile["registries"][string]): RegistryConfig {
  const { loginServer, resourceId, credentials, webhook, eventGrid, allow, endpoint } = given;
  const entra = eventGrid.entra;
  return {
    name,
    loginServer,
    ...(resourceId === undefined ? {} : { resourceId }),
    credentials: defined(credentials),
    webhook,
    eventGrid: {
      secrets: eventGrid.secrets,
      ...(entra === undefined
        ? {}
        : { entra: { ...entra, eventGridAppId: entra.eventGridAppId ?? eventGridAppId } }),
    },
    allow,
    endpoint: withoutSlash(endpoint ?? `https://${loginServer}`),
  };
}

function resolveCredential(given: ConfigFile["credentials"][string]): CredentialConfig {
  switch (given.type) {
    case "managed-identity":
    case "workload-identity":
      return defined(given);
    case "certificate":
    case "secret":
    case "default":
      return given;
  }
}

function resolveSlack(slack: ConfigFile["slack"]): Pick<Config, "slack"> {
  if (slack?.botToken === undefined || slack.signingSecret === undefined) return {};
  const { botToken, signingSecret, command, history } = slack;
  // Slack's SDK puts the method's name directly behind this address.
  return { slack: { botToken, signingSecret, apiUrl: `${withoutSlash(slack.apiUrl)}/`, command, history } };
}

function channelId(text: string): ChannelId {
  if (text.startsWith("slack:")) return `slack:${text.slice("slack:".length)}`;
  return `slack-webhook:${text.slice("slack-webhook:".length)}`;
}

type Defined<Given> = { readonly [Key in keyof Given]: Exclude<Given[Key], undefined> };

/** The same value without the keys that are undefined. */
function defined<Given extends object>(given: Given): Defined<Given> {
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  ) as Defined<Given>;
}
