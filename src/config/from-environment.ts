import { present } from "../present.ts";
import { advise } from "./check/check-advice.ts";
import { checkTree } from "./check/checks.ts";
import type { LoadResult } from "./load.ts";
import * as grammar from "./parts/grammar.ts";
import type { Environment } from "./read/environment.ts";
import type { Path, Problem } from "./read/problem.ts";
import { proxyProblems } from "./read/proxy-variables.ts";
import { resolve } from "./resolve/resolve.ts";

const slackApp = ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_CHANNEL"] as const;

/** Where the value of each variable goes; `*` is the registry's short name. */
const variableOf: Readonly<Record<string, string>> = {
  "registries.*.loginServer": "ACR_LOGIN_SERVER",
  "registries.*.webhook": "ACR_WEBHOOK_SECRET",
  "slack.botToken": "SLACK_BOT_TOKEN",
  "slack.signingSecret": "SLACK_SIGNING_SECRET",
  "slack.webhooks": "SLACK_WEBHOOK_URL",
  "teams.workflows": "TEAMS_WORKFLOW_URL",
  routes: "SLACK_CHANNEL",
  "server.host": "HOST",
  "server.port": "PORT",
  "server.internalPort": "INTERNAL_PORT",
  "store.url": "ACR_CHATOPS_STORE_URL",
  "store.ephemeral": "ACR_CHATOPS_STORE_EPHEMERAL",
};

/**
 * The configuration of notify mode from environment variables alone: a registry, its webhook's secret, and a Slack
 * app with a channel, an incoming webhook, or a Teams workflow. Every problem at once, by the name of the variable; no values.
 */
export function configFromEnvironment(environment: Environment): LoadResult {
  const get = (name: string) => (environment[name] === "" ? undefined : environment[name]);
  const absent = checkPresence(get);
  const written = { ...treeOf(writtenOf(get)), routes: [{ to: writtenChannels(get) }] };
  const { file, findings } = checkTree({ value: treeOf(get), written });
  const told = new Set(absent.flatMap((problem) => problem.path.split(", ")));
  const wrong = findings
    .map(({ path, message }): Problem => ({ path: variableAt(path), message }))
    .filter(({ path }) => !told.has(path) && (get(path) !== undefined || absent.length === 0));
  const problems = [...proxyProblems(environment), ...absent, ...wrong];
  if (problems.length > 0 || file === undefined) return { ok: false, problems };
  const warnings = advise(file).map(({ path, message }): Problem => ({ path: variableAt(path), message }));
  return { ok: true, config: resolve(file), warnings };
}

type Get = (name: string) => string | undefined;

/** The same tree with `${NAME}` for each variable that is set: the only form that is ever quoted. */
function writtenOf(get: Get): Get {
  return (name) => (get(name) === undefined ? undefined : `\${${name}}`);
}

// A channel's name, or the id of a person or a group: what people set in place of a channel's id, and no secret.
const channelLike = /^(?:slack:)?(?:#[a-z0-9._-]{1,80}|[UWS][A-Z0-9]{8,12})$/;

/** The channels as they may be quoted: SLACK_CHANNEL as somebody typed it, unless it may be a secret in the wrong place. */
function writtenChannels(get: Get): readonly string[] {
  const typed = get("SLACK_CHANNEL") ?? "";
  const channels = channelsOf(writtenOf(get));
  const isTyped = get("SLACK_WEBHOOK_URL") === undefined && channelLike.test(typed);
  return isTyped ? [typed, ...channels.slice(1)] : channels;
}

function checkPresence(get: Get): readonly Problem[] {
  const problems: Problem[] = [];
  const need = (path: string, message: string) => {
    if (get(path) === undefined) problems.push({ path, message: `is not set; ${message}` });
  };
  need("ACR_LOGIN_SERVER", "set it to the registry's login server, such as contoso.azurecr.io");
  need("ACR_WEBHOOK_SECRET", "set it to a long random text, for example from: openssl rand -hex 32");
  const given = slackApp.filter((name) => get(name) !== undefined);
  if (get("SLACK_WEBHOOK_URL") !== undefined) {
    const message = `is set beside ${given.join(", ")}; set it alone, or those three without it`;
    return given.length === 0 ? problems : [...problems, { path: "SLACK_WEBHOOK_URL", message }];
  }
  if (given.length === 0 && get("TEAMS_WORKFLOW_URL") !== undefined) return problems;
  if (given.length === 0) {
    const message = "are not set; set these three, or SLACK_WEBHOOK_URL or TEAMS_WORKFLOW_URL alone";
    return [...problems, { path: slackApp.join(", "), message }];
  }
  need("SLACK_BOT_TOKEN", "copy it from the Slack app's page OAuth & Permissions (xoxb-…)");
  need("SLACK_SIGNING_SECRET", "copy it from the Slack app's page Basic Information");
  need("SLACK_CHANNEL", "set it to the id of the channel, such as C0123ABCD");
  return problems;
}

function treeOf(get: Get): object {
  const loginServer = get("ACR_LOGIN_SERVER");
  const workflow = get("TEAMS_WORKFLOW_URL");
  const ephemeral = get("ACR_CHATOPS_STORE_EPHEMERAL");
  return {
    mode: "notify",
    server: { host: get("HOST"), port: get("PORT"), internalPort: get("INTERNAL_PORT") },
    store: {
      url: get("ACR_CHATOPS_STORE_URL"),
      ephemeral: ephemeral === "true" || (ephemeral === "false" ? false : ephemeral),
    },
    registries: {
      [shortNameOf(loginServer)]: { loginServer, webhook: { secrets: [get("ACR_WEBHOOK_SECRET")] } },
    },
    slack: slackOf(get),
    ...present({ teams: workflow && { workflows: { default: workflow } } }),
    routes: [{ name: "environment", to: channelsOf(get) }],
  };
}

function slackOf(get: Get): unknown {
  const url = get("SLACK_WEBHOOK_URL");
  if (url !== undefined) return { webhooks: { default: url } };
  if (slackApp.every((name) => get(name) === undefined) && get("TEAMS_WORKFLOW_URL") !== undefined)
    return undefined;
  return { botToken: get("SLACK_BOT_TOKEN"), signingSecret: get("SLACK_SIGNING_SECRET") };
}

function channelsOf(get: Get): readonly string[] {
  const channel = get("SLACK_CHANNEL");
  const slack =
    get("SLACK_WEBHOOK_URL") === undefined
      ? channel && `slack:${channel.replace(/^slack:/, "")}`
      : "slack-webhook:default";
  const workflow = get("TEAMS_WORKFLOW_URL") && "teams-workflow:default";
  return [slack, workflow].filter((one) => one !== undefined);
}

/** The first label of the login server; a login server that has none gets a problem of its own. */
function shortNameOf(loginServer: string | undefined): string {
  const label = loginServer?.split(".")[0]?.slice(0, 50) ?? "";
  return grammar.shortName.test(label) ? label : "registry";
}

/** The variable that a place of the tree came from. */
function variableAt(path: Path): string {
  const parts = path[0] === "registries" ? ["registries", "*", ...path.slice(2)] : path;
  for (let length = parts.length; length > 0; length--) {
    const variable = variableOf[parts.slice(0, length).join(".")];
    if (variable !== undefined) return variable;
  }
  return path.join(".");
}
