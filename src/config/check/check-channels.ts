import { isRetiredConnector } from "../address.ts";
import { nearestName } from "../nearest-name.ts";
import * as grammar from "../parts/grammar.ts";
import { placeholderProblem } from "../parts/placeholder.ts";
import { type Finding, ofText, ofValue, type Tree } from "../read/finding.ts";
import { entryPathsAt, namesAt, textsAt, valueAt } from "../read/tree.ts";
import { teamsChannelProblem } from "./check-teams.ts";
import { quotedUnlessSecret } from "./secret-places.ts";

const channelIdHint =
  "use the channel's id: in Slack open the channel's details, at the bottom stands an id such as C0123ABCD";

/** Channels of routes: well formed, and reachable with what is configured. */
export function checkChannels(tree: Tree): readonly Finding[] {
  return entryPathsAt(tree.value, ["routes"]).flatMap((route) => {
    const to = textsAt(tree.value, [...route, "to"]);
    return to.flatMap(({ path, text }, place) => {
      if (to.findIndex((other) => other.text === text) < place)
        return ofValue(path, "is named twice in this route; leave one out");
      const written = quotedUnlessSecret(path, valueAt(tree.written, path)) ?? "what is written here";
      return ofValue(path, channelProblem(tree, text, written));
    });
  });
}

function channelProblem(tree: Tree, text: string, written: string): string | undefined {
  if (isRetiredConnector(text))
    return "is an Office 365 connector (webhook.office.com), which Microsoft has retired";
  if (text.startsWith("https://teams.microsoft.com/"))
    return "is a link into Teams; write teams: and the id that stands in it, such as teams:19:…@thread.tacv2";
  if (text.includes("://"))
    return "is an address; put it under slack.webhooks or teams.workflows with a name, and write slack-webhook:<name> or teams-workflow:<name> here";
  const colon = text.indexOf(":");
  const kind = colon === -1 ? "" : text.slice(0, colon);
  const address = text.slice(colon + 1);
  if (address.startsWith("#")) return `${written} is a channel's name, which may change; ${channelIdHint}`;
  if (kind === "" && grammar.slackChannel.test(text))
    return `${written} lacks its kind; write "slack:…" before the id`;
  if (kind === "19") return `${written} lacks its kind; write "teams:" before the id`;
  if (kind === "teams") return teamsChannelProblem(tree, address, written);
  if (kind === "teams-workflow" || kind === "slack-webhook")
    return destinationProblem(tree, kind, address, written);
  if (kind !== "slack") return `${written} is no channel; ${grammar.channelForms}`;
  return slackProblem(tree, address, written);
}

function slackProblem(tree: Tree, address: string, written: string): string | undefined {
  if (/^[UW][A-Z0-9]+$/.test(address))
    return `${written} is a person; must be a channel (C…, G…) or a direct message (D…)`;
  if (!grammar.slackChannel.test(address)) return `${written} is no channel of Slack; ${channelIdHint}`;
  const known = ["botToken", "signingSecret"].every(
    (key) => valueAt(tree.written, ["slack", key]) !== undefined,
  );
  return known ? undefined : `${written} needs the Slack app; set slack.botToken and slack.signingSecret`;
}

const destinations = { "slack-webhook": ["slack", "webhooks"], "teams-workflow": ["teams", "workflows"] };

function destinationProblem(
  { value }: Tree,
  kind: keyof typeof destinations,
  name: string,
  written: string,
): string | undefined {
  const known = namesAt(value, destinations[kind]);
  if (known.includes(name)) return undefined;
  const near = nearestName(name, known);
  const place = destinations[kind].join(".");
  const help = near === undefined ? `put its address under ${place}` : `did you mean ${kind}:${near}?`;
  return `${written} is not there; ${help}`;
}

/** The Slack app's two secrets go together, and one of the two kinds of Slack must be there if `slack` is. */
export function checkSlack({ value, written }: Tree): readonly Finding[] {
  const slack = valueAt(value, ["slack"]);
  if (typeof slack !== "object" || slack === null) return [];
  const has = (key: string) => valueAt(written, ["slack", key]) !== undefined;
  const lacking = has("botToken") ? "signingSecret" : "botToken";
  const hasNothing = !has("botToken") && !has("signingSecret");
  return [
    ...ofValue(
      ["slack"],
      has("botToken") !== has("signingSecret") &&
        `lacks ${lacking}; both are needed, from the app's pages in Slack`,
    ),
    ...ofValue(
      ["slack"],
      hasNothing &&
        namesAt(value, ["slack", "webhooks"]).length === 0 &&
        "has nothing to post with; set botToken and signingSecret, or webhooks",
    ),
    ...ofText(value, ["slack", "botToken"], tokenProblem),
  ];
}

function tokenProblem(token: string): string | undefined {
  if (/^xoxb-[A-Za-z0-9-]+$/.test(token)) return undefined;
  return (
    placeholderProblem(token) ??
    "is no bot token; must begin with xoxb- (Slack: OAuth & Permissions, Bot User OAuth Token)"
  );
}
