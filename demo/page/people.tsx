import { createContext, useContext } from "react";
import type { Setup, User } from "./world.ts";

/** The bot's user in the demo's workspace. */
export const botUserId = "U0ACRBOT01";
/** Slack's own voice in every workspace. */
export const slackbotId = "USLACKBOT";

/** The bot's account in either platform: Teams' ids of bots begin with `28:`. */
export function isBotId(id: string): boolean {
  return id === botUserId || id.startsWith("28:");
}

const namesOfApps: ReadonlyMap<string, string> = new Map([
  [slackbotId, "Slackbot"],
  ["workflow", "Workflows"],
]);

const nameless = (id: string): string => (isBotId(id) ? "acr" : (namesOfApps.get(id) ?? id));

export const SetupContext = createContext<Setup | undefined>(undefined);

/** Says who and where an id is; an id that nobody has is its own name. */
export function useNames(): {
  readonly userOf: (id: string) => User;
  readonly channelNameOf: (id: string) => string;
  readonly isBot: (id: string) => boolean;
  readonly allNames: readonly string[];
} {
  const setup = useContext(SetupContext);
  const userOf = (id: string): User =>
    setup?.users.find((user) => user.id === id) ?? { platform: "slack", id, name: nameless(id), roles: [] };
  const channelNameOf = (id: string): string =>
    setup?.channels.find((channel) => channel.id === id)?.name ?? id;
  const allNames = (setup?.users ?? []).map(({ name }) => name);
  return { userOf, channelNameOf, isBot: isBotId, allNames };
}

/** A name without the `#` that some set-ups write before a channel's. */
export function withoutHash(name: string): string {
  return name.replace(/^#/, "");
}
