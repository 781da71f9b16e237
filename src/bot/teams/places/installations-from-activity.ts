import type { Installation } from "../../../nouns/installation.ts";
import { present } from "../../../present.ts";
import { type ActivityEnvelope, ownMembersOf, placeOfConversation } from "../activity-envelope.ts";
import { effectOf } from "./installation-effect.ts";

/** A place as an activity names it. */
type Place = Pick<Installation, "id" | "kind"> &
  Partial<Pick<Installation, "name" | "teamId" | "hasOwnMembers" | "userId">>;

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
  const tenant = activity.channelData?.tenant?.id.toLowerCase();
  if (tenant === undefined) return [];
  return [...changedPlaces(activity, known, now), ...newPlaces(activity, known, tenant, now)];
}

function changedPlaces(
  activity: ActivityEnvelope,
  known: readonly Installation[],
  now: number,
): readonly Installation[] {
  const { about, from, to } = effectOf(activity);
  const named = placesIn(activity);
  const teamId = activity.channelData?.team?.id;
  return known.flatMap((before) => {
    const byName = named.find(({ id }) => id === before.id);
    const isOfTeam = teamId !== undefined && before.teamId === teamId;
    if (byName === undefined && !isOfTeam) return [];
    const isMeant = about === "team" || isAbout(about, before.id, activity);
    const state = isMeant && from.includes(before.state) ? to : before.state;
    const { serviceUrl } = activity;
    const after = present({
      ...before,
      name: byName?.name ?? before.name,
      hasOwnMembers: byName?.hasOwnMembers ?? before.hasOwnMembers,
      serviceUrl,
      state,
      updatedAt: now,
    });
    return isSame(before, after) ? [] : [after];
  });
}

function newPlaces(
  activity: ActivityEnvelope,
  known: readonly Installation[],
  tenant: string,
  now: number,
): readonly Installation[] {
  const { about, makes } = effectOf(activity);
  if (!makes) return [];
  const { serviceUrl } = activity;
  return placesIn(activity)
    .filter(({ id }) => known.every((one) => one.id !== id))
    .filter(({ id }) => about !== "channel" || isAbout("channel", id, activity))
    .map((place) => ({
      platform: "teams",
      ...place,
      tenant,
      serviceUrl,
      state: "installed",
      updatedAt: now,
    }));
}

/**
 * The places that an activity names. A team's own id stands for its General channel, whose conversation has that id.
 */
export function placesIn({ conversation, channelData, from }: ActivityEnvelope): readonly Place[] {
  const id = placeOfConversation(conversation.id);
  const team = channelData?.team;
  if (team === undefined || team === null) {
    const { conversationType: type, name } = conversation;
    if (type === "personal")
      return [present({ id, kind: "person" as const, userId: from?.aadObjectId?.toLowerCase() })];
    return type === "groupChat" ? [present({ id, kind: "chat" as const, name: nameOf(name) })] : [];
  }
  const here = { id, name: undefined, type: undefined };
  const places = new Map<string, Place>();
  for (const channel of [team, channelData?.channel, channelData?.settings?.selectedChannel, here]) {
    if (channel === undefined || channel === null) continue;
    const known = { name: nameOf(channel.name), hasOwnMembers: ownMembersOf(channel.type) };
    const place = { id: channel.id, kind: "channel" as const, teamId: team.id, ...known };
    places.set(channel.id, { ...present(place), ...places.get(channel.id) });
  }
  return [...places.values()];
}

function isAbout(about: "place" | "channel", id: string, activity: ActivityEnvelope): boolean {
  return about === "channel"
    ? activity.channelData?.channel?.id === id
    : placeOfConversation(activity.conversation.id) === id;
}

function nameOf(name: string | null | undefined): string | undefined {
  return name?.slice(0, longestName).toWellFormed() || undefined;
}

function isSame(before: Installation, after: Installation): boolean {
  return (["state", "serviceUrl", "name", "hasOwnMembers"] as const).every(
    (fact) => before[fact] === after[fact],
  );
}
