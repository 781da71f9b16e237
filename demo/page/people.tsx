import { createContext, useContext } from "react";
import type { Setup, User } from "./world.ts";

/** The bot's user in the demo's workspace. */
export const botUserId = "U0ACRBOT01";
/** Slack's own voice in every workspace. */
export const slackbotId = "USLACKBOT";

const nameless = (id: string): string => (id === botUserId ? "acr" : id === slackbotId ? "Slackbot" : id);

export const SetupContext = createContext<Setup | undefined>(undefined);

/** Says who and where an id is; an id that nobody has is its own name. */
export function useNames(): {
  readonly userOf: (id: string) => User;
  readonly channelNameOf: (id: string) => string;
  readonly isBot: (id: string) => boolean;
} {
  const setup = useContext(SetupContext);
  const userOf = (id: string): User =>
    setup?.users.find((user) => user.id === id) ?? { platform: "slack", id, name: nameless(id), roles: [] };
  const channelNameOf = (id: string): string =>
    setup?.channels.find((channel) => channel.id === id)?.name ?? id;
  return { userOf, channelNameOf, isBot: (id) => id === botUserId };
}

/** A name without the `#` that some set-ups write before a channel's. */
export function withoutHash(name: string): string {
  return name.replace(/^#/, "");
}
