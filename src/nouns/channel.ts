/** The chat systems. `slack-webhook` and `teams-workflow` are notify-only destinations: nothing comes back from them. */
export type Platform = "slack" | "teams";
export type ChannelKind = "slack" | "teams" | "slack-webhook" | "teams-workflow";

/** A place where cards go, as text: `slack:C0123ABCD`, `slack-webhook:default`. The text is its key everywhere. */
export type ChannelId = `${ChannelKind}:${string}`;

/** The kind of a channel, read from its id. */
export function kindOfChannel(channel: ChannelId): ChannelKind {
  const kind = channel.slice(0, channel.indexOf(":"));
  if (kind === "slack" || kind === "teams" || kind === "slack-webhook" || kind === "teams-workflow")
    return kind;
  throw new RangeError(`not a channel: ${channel}`);
}

/** The platform's own name of the place: `C0123ABCD` of `slack:C0123ABCD`. */
export function addressOf(channel: ChannelId): string {
  return channel.slice(channel.indexOf(":") + 1);
}

/** Whether people can answer in a channel: nothing comes back from an incoming webhook or a workflow. */
export function isTwoWay(channel: ChannelId): boolean {
  const kind = kindOfChannel(channel);
  return kind === "slack" || kind === "teams";
}

/** The platform that a channel is on, whichever kind it is of. */
export function platformOf(channel: ChannelId): Platform {
  return channel.startsWith("slack") ? "slack" : "teams";
}
