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
  /** Absent: the bot is on Slack only. */
  readonly teams?: { readonly tenantId: string; readonly openIdMetadataUrl: string };
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
    ...(world.teams === undefined ? {} : teamsPart(world.teams)),
    roles: rolesOf(world.teams !== undefined),
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
        to: ["slack:C0RELEASES", ...(world.teams === undefined ? [] : ["teams:19:releases@thread.tacv2"])],
      },
    ],
    ...overrides,
  });
}

function teamsPart({ tenantId, openIdMetadataUrl }: NonNullable<WorldAddresses["teams"]>) {
  const [maya] = cast.people;
  const [mayaOnTeams] = cast.teams.people;
  return {
    // The bot is the user-assigned identity of that client id. Groups would need Microsoft Graph, which is not here.
    teams: { appId: cast.teams.appId, tenantId, auth: "managed-identity", groups: false, openIdMetadataUrl },
    people: [{ name: maya.real_name, slack: maya.id, teams: mayaOnTeams.aadObjectId }],
  };
}

function rolesOf(withTeams: boolean) {
  const holders = <P extends { readonly roles: readonly string[] }>(people: readonly P[], role: string) =>
    people.filter(({ roles }) => roles.includes(role));
  return Object.fromEntries(
    ["deployer", "release-manager"].map((role) => [
      role,
      {
        slack: holders(cast.people, role).map(({ id }) => id),
        ...(withTeams
          ? { teams: holders(cast.teams.people, role).map(({ aadObjectId }) => aadObjectId) }
          : {}),
      },
    ]),
  );
}
