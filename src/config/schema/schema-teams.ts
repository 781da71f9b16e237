import * as grammar from "../parts/grammar.ts";
import * as part from "../parts/schema-parts.ts";

/** An Entra object id of a person or a group; the id does not show which of the two it is. */
export const entraObjectId = part.entraId("the object id of a person or group in Entra");

const shownName = part.boundedText(
  "must be a name of at most 80 letters, digits, spaces, . ' and -",
  80,
  /^[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N} .'-]*$/u,
);

export const teams = part
  .mapping(
    {
      appId: part
        .entraId("the Microsoft App ID of the Azure Bot")
        .optional()
        .describe("Microsoft App ID of the Azure Bot."),
      tenantId: part
        .entraId("the tenant's id")
        .optional()
        .describe("The only Entra tenant that may use the bot."),
      organization: shownName
        .optional()
        .describe("What people call the tenant's organization: only its members can use the bot."),
      auth: part
        .oneOf(["managed-identity", "certificate", "secret"])
        .default("managed-identity")
        .describe("How the bot proves that it is the app."),
      clientId: part
        .entraId("an identity's client id")
        .optional()
        .describe("Of the user-assigned managed identity; appId by default."),
      certificate: part.pemFile
        .optional()
        .describe("Path of a PEM file with certificate and key, for auth: certificate."),
      secret: part.secret.optional().describe("Client secret, for auth: secret."),
      groups: part.yesOrNo
        .default(true)
        .describe("Whether Microsoft Graph is asked which ids of roles are groups, and for their members."),
      actions: part
        .oneOf(["execute", "submit"])
        .default("execute")
        .describe(
          "Buttons that act at one click: Action.Execute, or Action.Submit for clients without that.",
        ),
      workflows: part
        .named(part.secret, "must be addresses of Teams workflows by name")
        .default({})
        .describe(
          "Notify-only destinations by name: teams-workflow:<name> in routes. The addresses are secrets.",
        ),
      openIdMetadataUrl: part.address
        .optional()
        .describe("Where the Bot Framework publishes its keys; by cloud."),
      tokenIssuer: part.address.optional().describe("Issuer of the Bot Framework's tokens; by cloud."),
      loginUrl: part.address.optional().describe("Where the bot's tokens come from; azure.authorityHost."),
      scope: part
        .audience("must be the scope of a token, such as https://api.botframework.com/.default")
        .optional()
        .describe("Scope of the bot's tokens; by cloud."),
    },
    "must be { appId, tenantId, auth } or { workflows }",
  )
  .optional();

const person = part.mapping(
  {
    name: shownName.describe("Shown name."),
    slack: part
      .boundedText("must be a Slack id of a person (U…, W…)", 31, grammar.slackPerson)
      .optional()
      .describe("Slack id (U…, W…)."),
    teams: part.entraId("the object id of a person in Entra").optional().describe("Entra object id."),
  },
  "must be { name, slack: U…, teams: <entra object id> }",
);

export const people = part.list(person, "must be a list of { name, slack, teams }", 5000).default([]);
