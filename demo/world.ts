import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeJwt } from "jose";
import { botScopes, cast } from "./cast.ts";
import type { WorldAddresses } from "./configuration.ts";
import { allRights } from "./registry/rights.ts";
import { createRegistryWorld, type RegistryWorld } from "./registry/world.ts";
import type { RegistryWorldOptions } from "./registry/world-options.ts";
import { createShopCluster, type ShopCluster, type ShopOptions } from "./shop-cluster.ts";
import type { SlackWorkspaceOptions } from "./slack/options.ts";
import { createSlackWorkspace, type SlackWorkspace } from "./slack/workspace.ts";
import type { TeamsWorldOptions } from "./teams/options.ts";
import { createTeamsWorld, type TeamsWorld } from "./teams/world.ts";

/** A simulated Azure, Slack, Teams and Kubernetes on loopback, and what the bot needs to live in them. */
export interface World {
  readonly registry: RegistryWorld;
  readonly slack: SlackWorkspace;
  /** Undefined in a world that is on Slack only. */
  readonly teams: TeamsWorld | undefined;
  /** Undefined in a world without production. */
  readonly kubernetes: ShopCluster | undefined;
  readonly secrets: { readonly webhook: string; readonly slackToken: string; readonly slackSigning: string };
  /** The bot's environment: its secrets, and where its managed identity is. */
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  addresses(port: number): WorldAddresses;
  /** Tells ACR and Slack where the bot is. */
  connectBot(publicAddress: string): void;
  close(): Promise<void>;
}

/** Starts the world without a bot. State is in a folder of its own that `close` removes, unless one is given. */
export async function createWorld(
  options: {
    readonly registryPort?: number;
    readonly directory?: string;
    readonly registry?: RegistryWorldOptions;
    readonly slack?: Partial<SlackWorkspaceOptions>;
    /** What the app was given in Slack; absent: all that it may want. */
    readonly slackScopes?: readonly string[];
    /** Absent: a world on Slack only. */
    readonly teams?: Partial<TeamsWorldOptions>;
    /** Absent: a world that has staging only, a tag in the registry. */
    readonly kubernetes?: ShopOptions;
  } = {},
): Promise<World> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), "acr-chatops-")));
  const secrets = { webhook: secret(), slackToken: `xoxb-${secret()}`, slackSigning: secret() };
  const registry = await createRegistryWorld({
    port: options.registryPort ?? 0,
    allowAnonymousPush: true,
    // The bot's own identity, and the one that it is on Teams, which has no rights in Azure.
    identities: [
      { clientId: "0a6cfd5e-41b2-4f3a-8d53-7b1f5c9e2a01", rights: allRights },
      { clientId: cast.teams.appId, rights: [] },
    ],
    ...options.registry,
  });
  const slack = await createSlackWorkspace({
    tokens: [{ token: secrets.slackToken, scopes: options.slackScopes ?? [...botScopes] }],
    users: cast.people.map(({ roles, ...user }) => user),
    channels: cast.channels,
    ...options.slack,
  });
  const teams = options.teams === undefined ? undefined : await createTeams(registry.tenantId, options.teams);
  const kubernetes =
    options.kubernetes === undefined
      ? undefined
      : await createShopCluster(registry, directory, options.kubernetes, secret());
  return {
    registry,
    slack,
    teams,
    kubernetes,
    secrets,
    directory,
    environment: {
      ACR_WEBHOOK_SECRET: secrets.webhook,
      SLACK_BOT_TOKEN: secrets.slackToken,
      SLACK_SIGNING_SECRET: secrets.slackSigning,
      IDENTITY_ENDPOINT: registry.identityEndpoint,
      IDENTITY_HEADER: registry.identityHeader,
    },
    addresses: (port) => ({
      port,
      storeFile: join(directory, "acr-chatops.db"),
      loginServer: registry.loginServer,
      resourceId: registry.resourceId,
      registryUrl: registry.url,
      slackApiUrl: slack.apiUrl,
      ...(teams === undefined
        ? {}
        : { teams: { tenantId: teams.tenantId, openIdMetadataUrl: teams.openIdMetadataUrl } }),
      ...(kubernetes === undefined ? {} : { kubeconfigFile: kubernetes.kubeconfigFile }),
    }),
    connectBot: (publicAddress) => {
      registry.setWebhook({
        name: "chatops",
        serviceUri: `${publicAddress}/webhooks/acr/contoso?region=westeurope`,
        customHeaders: { "X-Webhook-Secret": secrets.webhook },
        actions: ["push", "delete", "quarantine", "chart_push", "chart_delete"],
      });
      slack.connectBot({ url: publicAddress, signingSecret: secrets.slackSigning });
      teams?.connectBot({ url: publicAddress, appId: cast.teams.appId });
    },
    close: async () => {
      await Promise.all([registry.close(), slack.close(), teams?.close(), kubernetes?.close()]);
      if (options.directory === undefined) await rm(directory, { recursive: true, force: true });
    },
  };
}

function createTeams(tenantId: string, options: Partial<TeamsWorldOptions>): Promise<TeamsWorld> {
  const { people, team, group, appId } = cast.teams;
  return createTeamsWorld({
    tenantId,
    bot: { appId, name: "acr" },
    people: people.map(({ roles, ...person }) => person),
    teams: [team],
    groups: [group],
    acceptToken: isForConnector,
    ...options,
  });
}

/** Tokens of the simulated managed identity, made out to the Bot Framework; that they are ours is not checked here. */
function isForConnector(token: string): boolean {
  try {
    return decodeJwt(token).aud === "https://api.botframework.com";
  } catch {
    return false; // not a token
  }
}

function secret(): string {
  return randomBytes(24).toString("hex");
}
