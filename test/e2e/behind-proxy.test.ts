import { readFile, writeFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";
import { cast } from "../../demo/cast.ts";
import { configurationOf } from "../../demo/configuration.ts";
import { installOnTeams } from "../../demo/install-on-teams.ts";
import { createDeployHook } from "../../demo/pipelines/deploy-hook.ts";
import { shop } from "../../demo/shop-cluster.ts";
import type { World } from "../../demo/world.ts";
import { waitForCard } from "../support/bot.ts";
import { createChildBotHome } from "../support/child-bot.ts";
import { type Led, type ProxiedCall, startCompanyProxy } from "../support/company-proxy.ts";
import { isDocumentedHost } from "../support/documented-hosts.ts";

const { repository } = shop;
const [maya] = cast.teams.people;
const production = { kind: shop.kind, namespace: shop.namespace, name: shop.name } as const;
const hosts = [
  "api.github.com",
  "contoso.azurecr.io",
  "contosodata.blob.core.windows.net",
  "contoso.logic.azure.com",
  "dev.azure.com",
  "deploy.contoso.com",
  "graph.microsoft.com",
  "hooks.slack.com",
  "login.botframework.com",
  "login.microsoftonline.com",
  "management.azure.com",
  "shop.hcp.westeurope.azmk8s.io",
  "slack.com",
  "smba.trafficmanager.net",
];

/** The configuration with the real addresses of everything: none of the simulated ones. */
function overrides(world: World) {
  const base = parse(configurationOf(world.addresses(0)));
  const { contoso } = base.registries;
  const common = { registry: "contoso", repositories: [repository], allow: { deploy: ["deployer"] } };
  const words = { image: "{image}", operation: "{operation}" };
  const { type, namespace, workload, container } = base.targets.production;
  const kubeconfig = join(world.directory, "behind-proxy.json");
  const application = { type: "secret", clientId: world.teams?.bot.appId, tenantId: world.teams?.tenantId };
  return {
    credentials: { ...base.credentials, pipelines: { ...application, secret: "of-the-pipelines-4711" } },
    registries: { contoso: { ...contoso, endpoint: undefined } },
    azure: undefined,
    slack: {
      ...base.slack,
      apiUrl: undefined,
      webhooks: { announce: "https://hooks.slack.com/services/T0/B0/x" },
    },
    teams: {
      ...base.teams,
      openIdMetadataUrl: undefined,
      groups: true,
      workflows: { announce: "https://contoso.logic.azure.com/workflows/announce" },
    },
    targets: {
      cluster: { ...common, type, namespace, workload, container, cluster: { kubeconfig } },
      hook: {
        ...common,
        type: "http",
        url: "https://deploy.contoso.com/deploy",
        secret: "of-the-hook-0123456789",
      },
      pipeline: {
        ...{ ...common, type: "azure-pipelines", credential: "pipelines", project: "shop", pipeline: 12 },
        ...{ organization: "https://dev.azure.com/contoso", parameters: words },
      },
      workflow: {
        ...{ ...common, type: "github", repository: "contoso/shop", workflow: "deploy.yml", inputs: words },
        token: "of-the-workflow-0123456789",
      },
    },
    routes: [
      {
        ...base.routes[0],
        to: [...base.routes[0].to, "slack-webhook:announce", "teams-workflow:announce"],
      },
    ],
  };
}

/** Where the proxy leads calls: to the simulated platforms, or to answers that let the story go on. */
function leadTo(world: World, hookOrigin: string) {
  // Of a redirect to the storage: whoever has its address may read there.
  let signed: string | undefined;
  return ({ host, path, method }: ProxiedCall, { headers }: IncomingMessage): Led => {
    switch (host) {
      case "contoso.azurecr.io":
        if (!/\/blobs\//.test(path)) return world.registry.url;
        signed = headers.authorization;
        return {
          status: 307,
          body: {},
          headers: { Location: `https://contosodata.blob.core.windows.net${path}` },
        };
      case "contosodata.blob.core.windows.net":
        headers.authorization = signed ?? "";
        return world.registry.url;
      case "management.azure.com":
        return world.registry.url;
      case "login.microsoftonline.com":
        return method === "POST"
          ? { status: 200, body: { token_type: "Bearer", expires_in: 3_600, access_token: "of-entra" } }
          : world.registry.url;
      case "slack.com":
        return new URL(world.slack.apiUrl).origin;
      case "smba.trafficmanager.net":
      case "login.botframework.com":
        return world.teams?.address;
      case "shop.hcp.westeurope.azmk8s.io":
        return world.kubernetes?.url;
      case "deploy.contoso.com":
        return hookOrigin;
      case "graph.microsoft.com":
        return { status: 404, body: {} };
      case "contoso.logic.azure.com":
      case "hooks.slack.com":
        return { status: 202, body: {} };
      case "api.github.com":
      case "dev.azure.com":
        return { status: 404, body: { message: "not found" } };
      default:
        return undefined;
    }
  };
}

/** The kubeconfig of the simulated cluster, under a name of AKS; its own authority is the only one that it trusts. */
async function nameCluster({ kubernetes, directory }: World): Promise<void> {
  const config = JSON.parse(await readFile(kubernetes?.kubeconfigFile ?? "", "utf8"));
  config.clusters[0].cluster.server = "https://shop.hcp.westeurope.azmk8s.io";
  await writeFile(join(directory, "behind-proxy.json"), JSON.stringify(config), { mode: 0o600 });
}

/** Has a program write to stderr every address that it connects to. */
function tellingWhere(): string {
  const script = `import { Socket } from "node:net";
    const { connect } = Socket.prototype;
    Socket.prototype.connect = function (...given) {
      this.on("connectionAttempt", (ip, port) => process.stderr.write("went to " + ip + ":" + port + "\\n"));
      return connect.apply(this, given);
    };`;
  return `--import data:text/javascript,${encodeURIComponent(script)}`;
}

it("goes out through the company's proxy with every call, and with none that must stay", async () => {
  const ends = { status: "succeeded", afterReads: 1 } as const;
  const hook = await createDeployHook({ secret: "of-the-hook-0123456789", ends });
  onTestFinished(hook.close);
  await using home = await createChildBotHome({
    overrides,
    world: {
      kubernetes: { tls: true },
      teams: { rates: false, publicOrigin: "https://smba.trafficmanager.net" },
    },
  });
  const { world } = home;
  const { teams, kubernetes } = world;
  if (teams === undefined || kubernetes === undefined) throw new Error("a part of the world is missing");
  await nameCluster(world);
  await using proxy = await startCompanyProxy(hosts, leadTo(world, hook.origin));
  const bot = await home.start({ environment: { ...proxy.environment, NODE_OPTIONS: tellingWhere() } });
  await installOnTeams(teams, bot.internalAddress);
  const { digest } = world.registry.push({ repository, tag: "1.4.2" });
  await waitForCard(world, ({ buttons }) => buttons.some((id) => id.startsWith("acr:deploy")));
  const releases = "19:releases@thread.tacv2";
  await teams.waitFor(() => teams.messages(releases).find(({ summary }) => summary?.includes("1.4.2")));
  const conversation = teams.personalChat(maya.id);
  const say = (text: string) => teams.message({ conversation, user: maya.id, text });
  for (const target of ["hook", "cluster", "pipeline", "workflow"])
    await say(`deploy ${repository}:1.4.2 to ${target}`);
  await say("webhooks contoso");
  await waitForCard(world, ({ text }) => text.includes("Live on cluster, hook"));
  for (const refusal of ["Azure DevOps refused", "GitHub refused"])
    await bot.waitForLog(({ outcome }) => String(outcome).startsWith(refusal));
  await teams.waitFor(() => JSON.stringify(teams.messages(conversation)).includes("Webhooks of contoso"));
  bot.kill("SIGTERM");
  const { stdout, stderr } = await bot.exit;

  expect(kubernetes.workload(production).images[shop.container]).toContain(digest);
  expect([...new Set(proxy.calls.map(({ host }) => host))].sort()).toEqual(hosts.toSorted());
  expect([...new Set(proxy.asked)].sort()).toEqual(hosts.map((host) => `${host}:443`).sort());
  expect(hosts.filter((host) => !isDocumentedHost(host))).toEqual(["deploy.contoso.com"]);
  expect(proxy.refusals()).toBe(0);
  const wentTo = stderr.split("\n").flatMap((line) => /^went to (.*)$/.exec(line)?.[1] ?? []);
  const { host: ofProxy } = new URL(proxy.environment.HTTPS_PROXY ?? "");
  const { host: ofIdentity } = new URL(world.registry.identityEndpoint);
  expect([...new Set(wentTo)].sort()).toEqual([ofProxy, ofIdentity].sort());
  expect(stdout).toContain("calls go through a proxy");
  for (const form of [proxy.password, encodeURIComponent(proxy.password)])
    expect(stdout + stderr).not.toContain(form);
}, 60_000);
