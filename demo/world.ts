import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { botScopes, cast } from "./cast.ts";
import type { WorldAddresses } from "./configuration.ts";
import { createRegistryWorld, type RegistryWorld } from "./registry/world.ts";
import type { RegistryWorldOptions } from "./registry/world-options.ts";
import type { SlackWorkspaceOptions } from "./slack/options.ts";
import { createSlackWorkspace, type SlackWorkspace } from "./slack/workspace.ts";

/** A simulated Azure and Slack on loopback, and what the bot needs to live in them. */
export interface World {
  readonly registry: RegistryWorld;
  readonly slack: SlackWorkspace;
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
  } = {},
): Promise<World> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), "acr-chatops-")));
  const secrets = { webhook: secret(), slackToken: `xoxb-${secret()}`, slackSigning: secret() };
  const registry = await createRegistryWorld({
    port: options.registryPort ?? 0,
    allowAnonymousPush: true,
    ...options.registry,
  });
  const slack = await createSlackWorkspace({
    tokens: [{ token: secrets.slackToken, scopes: [...botScopes] }],
    users: cast.people.map(({ roles, ...user }) => user),
    channels: cast.channels,
    ...options.slack,
  });
  return {
    registry,
    slack,
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
    }),
    connectBot: (publicAddress) => {
      registry.setWebhook({
        name: "chatops",
        serviceUri: `${publicAddress}/webhooks/acr/contoso?region=westeurope`,
        customHeaders: { "X-Webhook-Secret": secrets.webhook },
        actions: ["push", "delete", "quarantine", "chart_push", "chart_delete"],
      });
      slack.connectBot({ url: publicAddress, signingSecret: secrets.slackSigning });
    },
    close: async () => {
      await Promise.all([registry.close(), slack.close()]);
      if (options.directory === undefined) await rm(directory, { recursive: true, force: true });
    },
  };
}

function secret(): string {
  return randomBytes(24).toString("hex");
}
