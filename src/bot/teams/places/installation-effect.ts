import type { Installation } from "../../../nouns/installation.ts";
import type { ActivityEnvelope } from "../activity-envelope.ts";

type State = Installation["state"];

/** What an activity does to the places it is about. */
export interface InstallationEffect {
  /** `place`: the conversation it came from · `channel`: the one in channelData · `team`: every place of the team. */
  readonly about: "place" | "channel" | "team";
  /** Places in these states get into `to`. */
  readonly from: readonly State[];
  readonly to: State;
  /** Whether places that it names and nobody knew come to be. */
  readonly makes: boolean;
}

const everything: readonly State[] = ["installed", "archived", "removed"];
const none: InstallationEffect = { about: "place", from: [], to: "installed", makes: false };
const added: InstallationEffect = { about: "team", from: everything, to: "installed", makes: true };
const removed: InstallationEffect = { about: "team", from: everything, to: "removed", makes: false };

// `channelData.eventType` of conversationUpdate (learn.microsoft.com, "Conversation events in your Teams bot").
const events: Readonly<Record<string, InstallationEffect>> = {
  channelCreated: { about: "channel", from: everything, to: "installed", makes: true },
  channelRestored: { about: "channel", from: everything, to: "installed", makes: true },
  channelDeleted: { about: "channel", from: everything, to: "removed", makes: false },
  // A new name is taken from whatever names the place.
  channelRenamed: none,
  teamRenamed: none,
  teamArchived: { about: "team", from: ["installed"], to: "archived", makes: false },
  teamUnarchived: { about: "team", from: ["archived"], to: "installed", makes: false },
  teamDeleted: removed,
  teamHardDeleted: removed,
  teamRestored: { about: "team", from: ["removed"], to: "installed", makes: false },
};

// Whoever can speak to the bot in one channel has its app in the whole team, even if its return was never told.
const spoken: InstallationEffect = { about: "team", from: ["removed"], to: "installed", makes: true };

/** What an activity says about where the bot is; whoever speaks with it shows that it is there. */
export function effectOf(activity: ActivityEnvelope): InstallationEffect {
  const { type, action, channelData, recipient, membersAdded, membersRemoved } = activity;
  if (type === "installationUpdate") {
    if (action === "add" || action === "add-upgrade") return added;
    // `remove-upgrade` comes when a new version takes the old one's place.
    return action === "remove" ? removed : none;
  }
  if (type !== "conversationUpdate") return spoken;
  const isUs = (member: { readonly id: string }) => member.id === recipient?.id;
  if (membersAdded?.some(isUs) === true) return added;
  if (membersRemoved?.some(isUs) === true) return removed;
  const event = channelData?.eventType ?? "";
  return Object.hasOwn(events, event) ? (events[event] ?? none) : none;
}
