import { stringify } from "yaml";
import { cast } from "./cast.ts";

/** What the bot of a small world is told. */
export interface WorldAddresses {
  readonly port: number;
  readonly storeFile: string;
  readonly loginServer: string;
  readonly resourceId: string;
  readonly registryUrl: string;
  readonly slackApiUrl: string;
}

/** Changes to the configuration that a test wants; keys of the top level. */
export type Overrides = Readonly<Record<string, unknown>>;

/**
 * The bot's acr-chatops.yaml for a simulated world, as text. The secrets stay environment variables, as in a real
 * installation: ACR_WEBHOOK_SECRET, SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET.
 */
export function configurationOf(world: WorldAddresses, overrides: Overrides = {}): string {
  return stringify({
    mode: "act",
    server: { host: "127.0.0.1", port: world.port, internalPort: 0 },
    store: { url: `sqlite:${world.storeFile}`, ephemeral: true },
    credentials: { bot: { type: "managed-identity" } },
    registries: {
      contoso: {
        loginServer: world.loginServer,
        resourceId: world.resourceId,
        endpoint: world.registryUrl,
        credentials: { read: "bot", write: "bot", quarantine: "bot", webhooks: "bot" },
        webhook: { names: ["chatops"], secrets: ["$" + "{ACR_WEBHOOK_SECRET}"] },
        eventGrid: { secrets: ["$" + "{ACR_WEBHOOK_SECRET}"] },
        allow: { release: ["release-manager"], reject: ["release-manager"] },
      },
    },
    azure: { armEndpoint: world.registryUrl },
    slack: {
      botToken: "$" + "{SLACK_BOT_TOKEN}",
      signingSecret: "$" + "{SLACK_SIGNING_SECRET}",
      apiUrl: world.slackApiUrl,
      history: true,
    },
    roles: Object.fromEntries(
      ["deployer", "release-manager"].map((role) => [
        role,
        {
          slack: cast.people
            .filter(({ roles }) => (roles as readonly string[]).includes(role))
            .map(({ id }) => id),
        },
      ]),
    ),
    targets: {
      staging: {
        type: "retag",
        registry: "contoso",
        repositories: ["shop/*"],
        tag: "staging",
        allow: { deploy: ["deployer"], rollback: ["deployer"] },
      },
    },
    routes: [
      {
        name: "releases",
        repositories: ["shop/**"],
        actions: ["push", "delete", "quarantine", "chart_push", "chart_delete"],
        to: ["slack:C0RELEASES"],
      },
    ],
    ...overrides,
  });
}
