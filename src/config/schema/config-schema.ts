import { z } from "zod";
import { actions } from "../../nouns/registry-event.ts";
import * as grammar from "../parts/grammar.ts";
import * as part from "../parts/schema-parts.ts";
import { credentials, registries } from "../parts/schema-registry.ts";
import { freezeWindows } from "../targets/schema-target-base.ts";
import { target } from "../targets/target-forms.ts";
import { entraObjectId, people, teams } from "./schema-teams.ts";

const token = part.mapping(
  {
    name: part.name.describe("Whose it is; stands in the log."),
    secret: part.secret.describe("The token, of at least 16 characters."),
    scopes: part
      .list(part.oneOf(["status", "audit"]), "must be a list of status and audit", 2)
      .min(1, { error: "must name at least one of status and audit" })
      .describe("What it may read: status, audit."),
  },
  "must be { name, secret, scopes: [status, audit] }",
);

const server = part
  .mapping(
    {
      host: part.host.default("0.0.0.0").describe("Where webhooks and Slack's requests arrive."),
      port: part.port.default(3000).describe("Port of webhooks and Slack's requests."),
      internalHost: part.host.default("127.0.0.1").describe("Where /readyz, /status and /audit are served."),
      internalPort: part.port.default(9090).describe("Port of /readyz, /status and /audit."),
      publicUrl: part.address.optional().describe("The address by which the outside reaches `port`."),
      tokens: part
        .list(token, "must be a list of { name, secret, scopes }", 50)
        .default([])
        .describe("Who may read what on the internal port."),
    },
    "must be { host, port, internalHost, internalPort, publicUrl, tokens }",
  )
  .prefault({});

const store = part
  .mapping(
    {
      url: part
        .boundedText("must be sqlite:<path of a file>", 2000)
        .default("sqlite:./data/acr-chatops.db")
        .describe("Where events, cards and operations are kept: sqlite:<path of a file>."),
      ephemeral: part.yesOrNo
        .default(false)
        .describe("Accepts a disk that is lost with the machine (tmpfs, a container's own layer)."),
    },
    "must be { url, ephemeral }",
  )
  .prefault({});

const azure = part
  .mapping(
    {
      cloud: part.oneOf(["public", "usgovernment", "china"]).default("public"),
      armEndpoint: part.address.optional().describe("Azure Resource Manager; by cloud."),
      authorityHost: part.address.optional().describe("Entra; by cloud."),
      graphEndpoint: part.address.optional().describe("Microsoft Graph; by cloud."),
      audience: part
        .audience("must be the audience of a token")
        .optional()
        .describe("Audience of tokens for the registry; https://containerregistry.azure.net by default."),
    },
    "must be { cloud, armEndpoint, authorityHost, graphEndpoint, audience }",
  )
  .prefault({});

const slack = part
  .mapping(
    {
      botToken: part.secret.optional().describe("Bot token (xoxb-…)."),
      signingSecret: part.secret.optional().describe("Signing secret of the app."),
      appToken: part.later,
      apiUrl: part.address.default("https://slack.com/api/").describe("Slack's Web API, for tests."),
      command: part
        .boundedText(
          "must begin with / and go on with a-z, 0-9, - or _, at most 32 characters",
          32,
          grammar.slackCommand,
        )
        .default("/acr")
        .describe("The slash command, as in the app's manifest."),
      history: part.yesOrNo
        .default(false)
        .describe("Whether the app may read history, to find a post whose answer was lost."),
      webhooks: part
        .named(part.secret, "must be addresses of incoming webhooks by name")
        .default({})
        .describe(
          "Notify-only destinations by name: slack-webhook:<name> in routes. The addresses are secrets.",
        ),
    },
    "must be { botToken, signingSecret } or { webhooks }",
  )
  .optional();

const slackMember = part.boundedText(
  "must be a Slack id of a person (U…, W…) or of a user group (S…)",
  31,
  grammar.slackMember,
);

const role = part.mapping(
  {
    slack: part
      .list(slackMember, "must be a list of Slack ids of people (U…, W…) and user groups (S…)", 1000)
      .default([])
      .describe("Slack ids of people (U…, W…) and user groups (S…)."),
    teams: part
      .list(entraObjectId, "must be a list of object ids of people and groups in Entra", 1000)
      .default([])
      .describe("Entra object ids of people and groups."),
    notify: part
      .mapping(
        {
          slack: slackMember.optional().describe("Slack id of a person or user group."),
          teams: entraObjectId.optional().describe("Entra object id of a person."),
        },
        "must be { slack: S…, teams: <entra object id> }",
      )
      .prefault({})
      .describe("Who is called by name when an approval of this role is wanted."),
  },
  "must be { slack: [U…, S…], teams: [<entra object id>], notify: { slack, teams } }",
);

const audit = part
  .mapping(
    { keep: part.duration.default("400d").describe("How long sealed entries are kept, at least 30d.") },
    "must be { keep: 400d }",
  )
  .prefault({});

export const routableActions = actions.filter((action) => action !== "ping");
const action = z.enum(routableActions, { error: `must be one of ${routableActions.join(", ")}` });
const patterns = part.list(part.glob, "must be a list of patterns such as shop/** or v*").default([]);

const route = part.mapping(
  {
    name: part
      .boundedText(
        "must be a name of at most 80 letters, digits, spaces, . _ and -",
        80,
        /^[\p{L}\p{N} ._-]+$/u,
      )
      .optional()
      .describe("For `why` and error messages; routes[<index>] by default."),
    registries: part.list(part.name, "must be a list of registries").default([]).describe("Empty: all."),
    repositories: patterns.describe("Patterns; a leading ! excludes. Empty: all."),
    tags: patterns.describe("Patterns; a leading ! excludes. Empty: all."),
    actions: part
      .list(action, "must be a list of actions")
      .min(1, { error: "must name at least one action, or be left out for all of them" })
      .optional()
      .describe("Left out: all."),
    mode: part.later,
    quiet: part.later,
    mute: part.later,
    untagged: part.yesOrNo
      .default(false)
      .describe("Whether pushes without a tag that no index claims are announced."),
    to: part
      .list(part.boundedText(grammar.channelForms, 200), "must be a list of channels", 50)
      .min(1, { error: "must name at least one channel" })
      .describe("slack:<id>, teams:<conversation id>, slack-webhook:<name> or teams-workflow:<name>."),
  },
  "must be a route: { repositories, tags, actions, to }",
);

/** `acr-chatops.yaml` as it is written, after `${…}` has been filled in. Unknown keys are errors. */
export const ConfigFile = part.mapping(
  {
    mode: part
      .oneOf(["notify", "observe", "act"])
      .default("notify")
      .describe('notify: posts only · observe: decides and says "would have" · act: acts.'),
    server: server.describe("Where the bot listens."),
    store: store.describe("Where the bot keeps what it knows."),
    credentials: credentials.describe("Ways to get Entra tokens, by name."),
    registries,
    azure: azure.describe("The Azure cloud, and addresses for tests."),
    slack: slack.describe("The Slack app, and incoming webhooks."),
    teams: teams.describe("The Teams app, and workflows."),
    people: people.describe("Who is the same person on both platforms; never guessed."),
    roles: part.named(role, "must be roles by name").default({}).describe("Who is what, by role."),
    targets: part
      .named(target, "must be targets by name")
      .default({})
      .describe("Where images are deployed to."),
    freeze: freezeWindows.default([]).describe("Weekly windows in which no target is deployed to."),
    killSwitch: part
      .boundedText("must be the path of a file", 1000)
      .optional()
      .describe("While a file of this name exists, nothing is deployed, rolled back, released or rejected."),
    audit: audit.describe("How long the audit is kept."),
    routes: part
      .list(route, "must be a list of routes", 500)
      .default([])
      .describe("Which events are shown where."),
    cards: part
      .mapping(
        {
          burst: part.later,
          settle: part.duration
            .default("10s")
            .describe("How long a push without a tag waits to be claimed by an index, at most 10m."),
        },
        "must be { settle: 10s }",
      )
      .prefault({})
      .describe("How cards behave."),
  },
  "must be a mapping of settings",
);
export type ConfigFile = z.infer<typeof ConfigFile>;
