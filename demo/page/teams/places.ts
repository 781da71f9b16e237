import type { TeamsPlace, TeamsWorld } from "./teams-world.ts";

/** The channels of one team, or the chats when `team` is undefined. */
export type PlaceGroup = { readonly team: string | undefined; readonly places: readonly TeamsPlace[] };

/** The places that a person sees; without a person, those that everybody sees. A conversation that has no place yet is
 * a place by its id: Teams' ids end in `@thread.tacv2` for channels and `@thread.v2` for group chats. */
export function placesFor(teams: TeamsWorld, user: string | undefined): readonly TeamsPlace[] {
  const known = teams.places ?? [];
  const knownIds = new Set(known.map(({ id }) => id));
  const others = Object.keys(teams.conversations)
    .filter((id) => !knownIds.has(id))
    .map((id): TeamsPlace => ({ id, name: id, kind: kindOf(id) }));
  return [...known, ...others].filter((place) => isSeenBy(place, user));
}

function kindOf(id: string): TeamsPlace["kind"] {
  if (id.endsWith("@thread.tacv2")) return "channel";
  return id.endsWith("@thread.v2") ? "group" : "personal";
}

function isSeenBy({ kind, members }: TeamsPlace, user: string | undefined): boolean {
  if (user === undefined) return kind === "channel";
  return members?.includes(user) ?? true;
}

/** A team's name; its id, where the set-up gives no more, as far as people can read it. */
function teamName(team: string | undefined): string {
  return /^19:([^@]+)@/.exec(team ?? "")?.[1] ?? team ?? "Teams";
}

/** Chats first, then each team with its channels, as Teams lists them. */
export function groupsOf(places: readonly TeamsPlace[]): readonly PlaceGroup[] {
  const teams = [
    ...new Set(places.filter(({ kind }) => kind === "channel").map(({ team }) => teamName(team))),
  ];
  const chats = places.filter(({ kind }) => kind !== "channel");
  return [
    ...(chats.length > 0 ? [{ team: undefined, places: chats }] : []),
    ...teams.map((team) => ({
      team,
      places: places.filter((place) => place.kind === "channel" && teamName(place.team) === team),
    })),
  ];
}
