import { addressOf, kindOfChannel } from "../../nouns/channel.ts";
import type { Message } from "../../nouns/message.ts";
import type { Principal } from "../../nouns/principal.ts";

/**
 * The address of a posted message for somebody of that platform; undefined on another platform, or where it was not
 * posted. Slack's is its permalink (docs.slack.dev, chat.getPermalink), without the workspace's own name; that of Teams
 * its deep link (learn.microsoft.com, "Deep link to a chat message").
 */
export function messageLink(
  { channel, externalId }: Pick<Message, "channel" | "externalId">,
  { platform, tenant }: Pick<Principal, "platform" | "tenant">,
): string | undefined {
  if (externalId === undefined || kindOfChannel(channel) !== platform) return undefined;
  const address = encodeURIComponent(addressOf(channel));
  return platform === "slack"
    ? `https://slack.com/archives/${address}/p${encodeURIComponent(externalId.replace(".", ""))}`
    : `https://teams.microsoft.com/l/message/${address}/${encodeURIComponent(externalId)}?tenantId=${encodeURIComponent(tenant)}`;
}
