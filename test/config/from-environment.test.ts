import { describe, expect, it } from "vitest";
import { configFromEnvironment } from "../../src/config/from-environment.ts";
import { configOf, linesOf } from "./support.ts";

const app = {
  ACR_LOGIN_SERVER: "contoso.azurecr.io",
  ACR_WEBHOOK_SECRET: "a-webhook-secret-of-30-letters",
  SLACK_BOT_TOKEN: "xoxb-1111-2222-abcdef",
  SLACK_SIGNING_SECRET: "0123456789abcdef0123456789abcdef",
  SLACK_CHANNEL: "C0123ABCD",
};
const url = "https://hooks.slack.com/services/T0/B0/abcdef";
const { SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET, SLACK_CHANNEL, ...registry } = app;

describe("notify mode from environment variables alone", () => {
  it("needs a registry, its secret, and a Slack app with a channel", () => {
    const result = configFromEnvironment(app);
    const config = configOf(result);
    expect(linesOf(result)).toEqual([]);
    expect(config.mode).toBe("notify");
    expect(config.server).toEqual({
      host: "0.0.0.0",
      port: 3000,
      internalHost: "127.0.0.1",
      internalPort: 9090,
      tokens: [],
    });
    expect(config.registries.contoso).toMatchObject({
      name: "contoso",
      loginServer: "contoso.azurecr.io",
      webhook: { names: [], secrets: [app.ACR_WEBHOOK_SECRET] },
    });
    expect(config.slack).toMatchObject({ botToken: SLACK_BOT_TOKEN, signingSecret: SLACK_SIGNING_SECRET });
    expect(config.routes.map((route) => route.to)).toEqual([["slack:C0123ABCD"]]);
  });

  it("or just an incoming webhook", () => {
    const config = configOf(configFromEnvironment({ ...registry, SLACK_WEBHOOK_URL: url }));
    expect(config.slack).toBeUndefined();
    expect(config.slackWebhooks).toEqual({ default: url });
    expect(config.routes.map((route) => route.to)).toEqual([["slack-webhook:default"]]);
  });

  it("or just a workflow of Teams, or both", () => {
    const workflow = "https://prod-12.westeurope.logic.azure.com:443/workflows/0a/x?sig=abc";
    const alone = configFromEnvironment({ ...registry, TEAMS_WORKFLOW_URL: workflow });
    const config = configOf(alone);
    expect(linesOf(alone)).toEqual([]);
    expect([config.slack, config.teams]).toEqual([undefined, undefined]);
    expect(config.teamsWorkflows).toEqual({ default: workflow });
    expect(config.routes.map((route) => route.to)).toEqual([["teams-workflow:default"]]);
    const beside = (variables: Readonly<Record<string, string>>) =>
      configOf(configFromEnvironment({ ...variables, TEAMS_WORKFLOW_URL: workflow })).routes[0]?.to;
    expect(beside({ ...registry, SLACK_WEBHOOK_URL: url })).toEqual([
      "slack-webhook:default",
      "teams-workflow:default",
    ]);
    expect(beside(app)).toEqual(["slack:C0123ABCD", "teams-workflow:default"]);
  });

  it.each([
    ["https://contoso.webhook.office.com/webhookb2/x", "is an Office 365 connector (webhook.office.com)"],
    ["https://outlook.office.com/webhook/x", "is an Office 365 connector (webhook.office.com)"],
    ["http://prod-12.westeurope.logic.azure.com/x", "is http; use https"],
    ["https://u:p@prod-12.westeurope.logic.azure.com/x", "holds a user or a password"],
    ["nonsense", "is not a URL"],
  ])("takes no TEAMS_WORKFLOW_URL such as %s", (value, message) => {
    const lines = linesOf(configFromEnvironment({ ...registry, TEAMS_WORKFLOW_URL: value }));
    expect(lines).toEqual([expect.stringContaining(`TEAMS_WORKFLOW_URL: ${message}`)]);
  });

  it("says all that is wrong beside a workflow", () => {
    const lines = linesOf(
      configFromEnvironment({ TEAMS_WORKFLOW_URL: "nonsense", SLACK_BOT_TOKEN, ACR_WEBHOOK_SECRET: "short" }),
    );
    expect(lines.map((line) => line.slice(0, line.indexOf(":")))).toEqual([
      "ACR_LOGIN_SERVER",
      "SLACK_SIGNING_SECRET",
      "SLACK_CHANNEL",
      "ACR_WEBHOOK_SECRET",
      "TEAMS_WORKFLOW_URL",
    ]);
  });

  it("takes an incoming webhook on loopback, the ports and the store", () => {
    const config = configOf(
      configFromEnvironment({
        ...registry,
        ACR_LOGIN_SERVER: "contoso-a1b2c3.azurecr.io",
        SLACK_WEBHOOK_URL: "http://127.0.0.1:4000/hook",
        HOST: "127.0.0.1",
        PORT: "8080",
        INTERNAL_PORT: "8081",
        ACR_CHATOPS_STORE_URL: "sqlite:/data/x.db",
        ACR_CHATOPS_STORE_EPHEMERAL: "true",
      }),
    );
    expect(Object.keys(config.registries)).toEqual(["contoso-a1b2c3"]);
    expect(config.server).toMatchObject({ host: "127.0.0.1", port: 8080, internalPort: 8081 });
    expect(config.store).toEqual({ url: "sqlite:/data/x.db", ephemeral: true });
  });

  it("says at once which variables to set", () => {
    expect(linesOf(configFromEnvironment({}))).toEqual([
      "ACR_LOGIN_SERVER: is not set; set it to the registry's login server, such as contoso.azurecr.io",
      "ACR_WEBHOOK_SECRET: is not set; set it to a long random text, for example from: openssl rand -hex 32",
      "SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET, SLACK_CHANNEL: are not set; set these three, or SLACK_WEBHOOK_URL or TEAMS_WORKFLOW_URL alone",
    ]);
    expect(linesOf(configFromEnvironment({ ...registry, SLACK_BOT_TOKEN, SLACK_CHANNEL: "" }))).toEqual([
      "SLACK_SIGNING_SECRET: is not set; copy it from the Slack app's page Basic Information",
      "SLACK_CHANNEL: is not set; set it to the id of the channel, such as C0123ABCD",
    ]);
    expect(linesOf(configFromEnvironment({ ...app, SLACK_WEBHOOK_URL: url }))).toEqual([
      "SLACK_WEBHOOK_URL: is set beside SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET, SLACK_CHANNEL; set it alone, or those three without it",
    ]);
  });

  it.each([
    [
      "ACR_LOGIN_SERVER",
      "https://contoso.azurecr.io",
      "does not fit; must be the registry's login server in lower case, such as contoso.azurecr.io, without https:// and port",
    ],
    [
      "ACR_WEBHOOK_SECRET",
      "short",
      "has fewer than 16 characters; make a long random one, for example with: openssl rand -hex 32",
    ],
    [
      "SLACK_BOT_TOKEN",
      "xoxp-1-2",
      "is no bot token; must begin with xoxb- (Slack: OAuth & Permissions, Bot User OAuth Token)",
    ],
    ["SLACK_CHANNEL", "#releases", `"#releases" is a channel's name, which may change; use the channel's id`],
    ["SLACK_CHANNEL", "U012ABCDE", '"U012ABCDE" is a person; must be a channel'],
    ["SLACK_CHANNEL", app.SLACK_BOT_TOKEN, `"slack:\${SLACK_CHANNEL}" is no channel of Slack`],
    ["PORT", "http", "does not fit; must be a port, 0 to 65535"],
    ["HOST", "a b", "does not fit; must be an address or a host name to listen on"],
    ["ACR_CHATOPS_STORE_URL", "data.db", "is no store; must be sqlite:<path of a file>"],
    ["ACR_CHATOPS_STORE_EPHEMERAL", "yes", "is a text; must be true or false"],
  ])("says what is wrong with %s", (name, value, message) => {
    const result = configFromEnvironment({ ...app, [name]: value });
    expect(result.ok).toBe(false);
    expect(linesOf(result)).toHaveLength(1);
    expect(linesOf(result)[0]?.startsWith(`${name}: `)).toBe(true);
    expect(linesOf(result)[0]).toContain(message);
  });

  it.each([
    ["https://example.com/x", "is not on hooks.slack.com or hooks.slack-gov.com"],
    ["http://hooks.slack.com/x", "is http; use https"],
    ["https://contoso.webhook.office.com/x", "is an Office 365 connector (webhook.office.com)"],
    ["https://hooks.slack.com.evil.example/x", "is not on hooks.slack.com"],
    ["https://hooks.slack.com:8443/x", "is not on hooks.slack.com"],
    ["https://u:p@hooks.slack.com/x", "holds a user or a password"],
    ["nonsense", "is not a URL"],
  ])("takes no SLACK_WEBHOOK_URL such as %s", (value, message) => {
    const lines = linesOf(configFromEnvironment({ ...registry, SLACK_WEBHOOK_URL: value }));
    expect(lines).toEqual([expect.stringContaining(`SLACK_WEBHOOK_URL: ${message}`)]);
  });

  it("takes Slack's government workspaces", () => {
    const gov = "https://hooks.slack-gov.com/services/T0/B0/abcdef";
    expect(
      configOf(configFromEnvironment({ ...registry, SLACK_WEBHOOK_URL: gov })).slackWebhooks.default,
    ).toBe(gov);
  });
});
