import type { Installation } from "../../../nouns/installation.ts";
import { type ActivityEnvelope, placeOfConversation } from "../activity-envelope.ts";
import { effectOf } from "./installation-effect.ts";

/** A place as an activity names it. */
type Place = Pick<Installation, "id" | "kind"> & Partial<Pick<Installation, "name" | "teamId" | "userId">>;

const longestName = 200;

/**
 * What an activity that passed the gate changes of the places that are known: those that are new or different now.
 * `known` holds the places that it names and, where it is about a team, all known places of that team.
 */
export function installationsFrom(
  activity: ActivityEnvelope,
  known: readonly Installation[],
  now: number,
): readonly Installation[] {
  const effect = effectOf(activity);
  const tenant = activity.channelData?.tenant?.id.toLowerCase();
  if (tenant === undefined) return [];
  const { serviceUrl } = activity;
  const named = placesIn(activity);
  const teamId = activity.channelData?.team?.id;
  const changed = new Map<string, Installation>();
  const change = (before: Installation | undefined, after: Installation) => {
    if (before === undefined || !isSame(before, after)) changed.set(after.id, after);
  };

  for (const before of known) {
    const isNamed = named.some(({ id }) => id === before.id);
    const isOfTeam = teamId !== undefined && before.teamId === teamId;
    if (!isNamed && !isOfTeam) continue;
    const isMeant = effect.about === "team" || isAbout(effect.about, before.id, activity);
    const state = isMeant && effect.from.includes(before.state) ? effect.to : before.state;
    const name = nameOf(named.find(({ id }) => id === before.id)) ?? before.name;
    change(before, {
      ...before,
      ...(name === undefined ? {} : { name }),
      serviceUrl,
      state,
      updatedAt: now,
    });
  }
  for (const place of effect.makes ? named : []) {
    if (known.some(({ id }) => id === place.id)) continue;
    if (effect.about === "channel" && !isAbout("channel", place.id, activity)) continue;
    const { name: _name, ...rest } = place;
    const name = nameOf(place);
    change(undefined, {
      platform: "teams",
      ...rest,
      tenant,
      serviceUrl,
      ...(name === undefined ? {} : { name }),
      state: "installed",
      updatedAt: now,
    });
  }
  return [...changed.values()];
}

/**
 * The places that an activity names. A team's own id stands for its General channel, whose conversation has that id.
 */
export function placesIn({ conversation, channelData, from }: ActivityEnvelope): readonly Place[] {
  const id = placeOfConversation(conversation.id);
  const team = channelData?.team;
  if (team === undefined || team === null) {
    if (conversation.conversationType === "personal") {
      const userId = from?.aadObjectId?.toLowerCase();
      return [{ id, kind: "person", ...(userId === undefined ? {} : { userId }) }];
    }
    if (conversation.conversationType !== "groupChat") return [];
    return [{ id, kind: "chat", ...named(conversation.name) }];
  }
  const channels = [channelData?.channel, channelData?.settings?.selectedChannel, { id, name: undefined }];
  const places = new Map<string, Place>();
  for (const channel of [team, ...channels]) {
    if (channel === undefined || channel === null) continue;
    const place = { id: channel.id, kind: "channel", teamId: team.id, ...named(channel.name) } as const;
    places.set(channel.id, { ...place, ...places.get(channel.id) });
  }
  return [...places.values()];
}

function isAbout(about: "place" | "channel", id: string, activity: ActivityEnvelope): boolean {
  return about === "channel"
    ? activity.channelData?.channel?.id === id
    : placeOfConversation(activity.conversation.id) === id;
}

function named(name: string | null | undefined): { readonly name?: string } {
  return name === undefined || name === null || name === "" ? {} : { name };
}

function nameOf(place: Place | undefined): string | undefined {
  return place?.name?.slice(0, longestName).toWellFormed();
}

function isSame(before: Installation, after: Installation): boolean {
  return before.state === after.state && before.serviceUrl === after.serviceUrl && before.name === after.name;
}
