import { stringify } from "yaml";
import { cast } from "./cast.ts";
import { shop } from "./shop-cluster.ts";

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
  /** Absent: there is no production. */
  readonly kubeconfigFile?: string;
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
      ...(world.kubeconfigFile === undefined ? {} : { production: productionOn(world.kubeconfigFile) }),
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

/** A deployment on Kubernetes that two people have to agree to, and that goes back by itself if it does not come up. */
function productionOn(kubeconfig: string) {
  return {
    type: "kubernetes",
    registry: "contoso",
    repositories: [shop.repository],
    cluster: { kubeconfig },
    namespace: shop.namespace,
    workload: `${shop.kind}/${shop.name}`,
    container: shop.container,
    allow: {
      deploy: ["deployer"],
      rollback: ["deployer"],
      lock: ["deployer"],
      breakGlass: ["release-manager"],
    },
    approvals: { count: 2, from: ["release-manager"] },
    // Short, so that nobody waits for the demo; a real soak takes hours.
    after: { target: "staging", soak: "5s" },
    rollbackOnFailure: true,
    logs: "tail",
  };
}

function teamsPart({ tenantId, openIdMetadataUrl }: NonNullable<WorldAddresses["teams"]>) {
  return {
    // The bot is the user-assigned identity of that client id. Groups would need Microsoft Graph, which is not here.
    teams: {
      ...{ appId: cast.teams.appId, tenantId, organization: "Contoso", auth: "managed-identity" },
      ...{ groups: false, openIdMetadataUrl },
    },
    people: onBothPlatforms(),
  };
}

/** Who is the same human on both platforms; in the cast whoever has the same name. */
function onBothPlatforms() {
  return cast.people.flatMap(({ id, real_name }) => {
    const onTeams = cast.teams.people.find(({ name }) => name === real_name);
    return onTeams === undefined ? [] : [{ name: real_name, slack: id, teams: onTeams.aadObjectId }];
  });
}

function rolesOf(withTeams: boolean) {
  return Object.fromEntries(
    ["deployer", "release-manager", "operator"].map((role) => {
      const slack = holders(cast.people, role).map(({ id }) => id);
      const teams = holders(cast.teams.people, role).map(({ aadObjectId }) => aadObjectId);
      return [role, { slack, ...(withTeams ? { teams } : {}), ...calledFor(role, withTeams) }];
    }),
  );
}

function holders<P extends { readonly roles: readonly string[] }>(people: readonly P[], role: string) {
  return people.filter(({ roles }) => roles.includes(role));
}

/** Whom a call for approval names: in the cast one person on each platform; mostly that is a group. */
function calledFor(role: string, withTeams: boolean) {
  const slack = cast.people.find(({ name }) => name === cast.called.slack)?.id;
  const teams = cast.teams.people.find(({ id }) => id === cast.called.teams)?.aadObjectId;
  if (role !== "release-manager") return {};
  return { notify: { slack, ...(withTeams ? { teams } : {}) } };
}
