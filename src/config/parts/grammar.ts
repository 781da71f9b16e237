/** Names that the operator chooses: registries (also in URLs and commands), credentials, roles, targets, webhooks. */
export const shortName = /^[a-z0-9][a-z0-9-]{0,49}$/;

/** Azure Container Registry: alphanumeric names of 5 to 50 characters, for registries and for their webhooks. */
export const azureName = /^[A-Za-z0-9]{5,50}$/;

// RFC 1123 labels, in lower case: the registry compares host names that way.
const hostLabel = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
export const loginServer = new RegExp(`^${hostLabel}(?:\\.${hostLabel})+$`);
export const maxLoginServerLength = 253;

/** `contoso.azurecr.io` and, with a domain name label, `contoso-a1b2c3.azurecr.io`; Azure has three clouds. */
export const azureLoginServer = /^[a-z0-9-]+\.azurecr\.(io|us|cn)$/;

/** ARM compares ids without regard to case, and gives some of them back in lower case. */
export const registryResourceId =
  /^\/subscriptions\/[^/\s]{1,100}\/resource[Gg]roups\/[^/\s]{1,100}\/providers\/[Mm]icrosoft\.[Cc]ontainer[Rr]egistry\/registries\/[A-Za-z0-9]{5,50}$/;

/** One part of a repository's name (OCI distribution specification); slashes stand between them. */
export const repositoryPart = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;

/** OCI distribution specification: `[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}`. */
export const tag = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/** Slack ids of people (U…, W…) and of user groups (S…). */
export const slackMember = /^[UWS][A-Z0-9]{2,30}$/;

/** Slack ids of channels (C…, G…) and direct messages (D…). */
export const slackChannel = /^[CGD][A-Z0-9]{2,30}$/;

/** Slack ids of people alone (U…, W…). */
export const slackPerson = /^[UW][A-Z0-9]{2,30}$/;

/**
 * Conversations of Teams in which cards may stand: channels (`19:…@thread.tacv2`, older ones `@thread.skype`) and
 * group chats (`19:…@thread.v2`). A thread's id has `;messageid=…` behind it.
 */
export const teamsConversation = /^19:[A-Za-z0-9_.-]{1,120}@thread\.(?:tacv2|skype|v2)$/;

/** What a route's channel must be, in words. */
export const channelForms =
  "must be slack:<channel id>, teams:<conversation id>, slack-webhook:<name> or teams-workflow:<name>";

/** Slack's manifest reference: a command has at most 32 characters with its slash. */
export const slackCommand = /^\/[a-z0-9_-]{1,31}$/;

// No flags here: these patterns also stand in the JSON Schema, which has none.
export const guid = /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;

/** An Entra tenant: its id or one of its domain names. */
export const tenant =
  /^(?:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+)$/;

/** `10s`, `1500ms`, `4h`. */
export const durationPattern = /^\d{1,6}(ms|s|m|h|d)$/;

export const portPattern = /^\d{1,5}$/;
