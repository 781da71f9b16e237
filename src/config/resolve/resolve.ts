import type { ChannelId, ChannelKind } from "../../nouns/channel.ts";
import { present } from "../../present.ts";
import { azureOf, withoutSlash } from "../clouds.ts";
import type { Config, RegistryConfig, RoleConfig } from "../config.ts";
import { durationMs } from "../duration.ts";
import { type ConfigFile, routableActions } from "../schema/config-schema.ts";
import { byName } from "./by-name.ts";
import { resolveTargets, windowsOf } from "./resolve-targets.ts";
import { resolvePeople, resolveTeams } from "./resolve-teams.ts";
import { revisionOf } from "./revisions.ts";

/** What a checked file means: defaults filled in, lengths of time in ms, addresses without a slash at their end. */
export function resolve(file: ConfigFile): Config {
  const { mode, server, store, slack, teams } = file;
  const azure = azureOf(file.azure);
  const registries = byName(file.registries, resolveRegistry);
  const settings: Omit<Config, "revision"> = {
    mode,
    server: {
      host: server.host,
      port: Number(server.port),
      internalHost: server.internalHost,
      internalPort: Number(server.internalPort),
      ...present({ publicUrl: server.publicUrl && withoutSlash(server.publicUrl) }),
      tokens: server.tokens,
    },
    store,
    credentials: file.credentials,
    registries,
    azure,
    ...resolveSlack(slack),
    slackWebhooks: byName(slack?.webhooks ?? {}, (_, url) => url),
    ...resolveTeams(teams, azure),
    teamsWorkflows: byName(teams?.workflows ?? {}, (_, url) => url),
    people: resolvePeople(file.people),
    roles: byName(file.roles, resolveRole),
    targets: resolveTargets(file.targets, registries),
    freeze: windowsOf(file.freeze),
    ...present({ killSwitch: file.killSwitch }),
    auditKeepMs: durationMs(file.audit.keep),
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

function resolveRegistry(name: string, given: ConfigFile["registries"][string]): RegistryConfig {
  return { ...given, name, endpoint: withoutSlash(given.endpoint ?? `https://${given.loginServer}`) };
}

function resolveRole(name: string, { slack, teams, notify }: ConfigFile["roles"][string]): RoleConfig {
  const called = { slack: notify.slack, teams: notify.teams?.toLowerCase() };
  return { name, slack, teams: teams.map((id) => id.toLowerCase()), notify: present(called) };
}

function resolveSlack(slack: ConfigFile["slack"]): Pick<Config, "slack"> {
  if (slack?.botToken === undefined || slack.signingSecret === undefined) return {};
  const { botToken, signingSecret, command, history } = slack;
  // Slack's SDK puts the method's name directly behind this address.
  return { slack: { botToken, signingSecret, apiUrl: `${withoutSlash(slack.apiUrl)}/`, command, history } };
}

const channelKinds = ["slack", "teams", "teams-workflow", "slack-webhook"] as const satisfies ChannelKind[];

function channelId(text: string): ChannelId {
  const colon = text.indexOf(":");
  const kind = channelKinds.find((one) => one === text.slice(0, colon));
  if (kind === undefined) throw new RangeError("a channel of a kind that no check let pass");
  return `${kind}:${text.slice(colon + 1)}`;
}
