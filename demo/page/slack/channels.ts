import { botUserId, withoutHash } from "../people.tsx";
import type { Channel, World } from "../world.ts";

export type Place = {
  readonly id: string;
  readonly name: string;
  readonly direct: boolean;
};

const isDirect = (id: string): boolean => id.startsWith("D");

/** Whose direct message it is: the set-up says so, else whoever besides the bot wrote in it. */
function ownerOf(channel: Channel, world: World): string | undefined {
  const written = world.slack.channels[channel.id]?.find((message) => message.user !== botUserId);
  return channel.user ?? written?.user;
}

function isSeenBy(channel: Channel, world: World, userId: string | undefined): boolean {
  if (userId === undefined) return !isDirect(channel.id) && channel.members === undefined;
  if (!isDirect(channel.id)) return channel.members?.includes(userId) ?? true;
  return (ownerOf(channel, world) ?? userId) === userId;
}

/** The channels that a person sees in the sidebar: the set-up's, others that have messages, their own direct
 * message with the bot; without a person, what everybody sees. */
export function placesFor(world: World, userId: string | undefined): readonly Place[] {
  const known = world.setup.channels.filter((channel) => (channel.platform ?? "slack") === "slack");
  const knownIds = new Set(known.map((channel) => channel.id));
  const others = [
    ...Object.keys(world.slack.channels),
    ...world.slack.ephemerals.map(({ channel }) => channel),
  ]
    .filter((id) => !knownIds.has(id))
    .map((id): Channel => ({ id, name: id }));
  return [...known, ...others]
    .filter((channel) => isSeenBy(channel, world, userId))
    .map(({ id, name }) => ({
      id,
      name: isDirect(id) ? "acr" : withoutHash(name),
      direct: isDirect(id),
    }));
}
