import { createHash } from "node:crypto";
import { VerbError } from "../shared/verb-error.ts";
import type { TeamsPerson } from "./options.ts";
import type { TeamsPlace, TeamsState } from "./state.ts";

/** A conversation id in its parts: `19:…@thread.tacv2;messageid=1763…` is a thread of a channel. */
export type ConversationId = { readonly place: string; readonly root?: string };

/** Reads a conversation id; a chat has no threads, so its id has one part. */
export function splitConversationId(id: string): ConversationId {
  const [place = "", root] = id.split(";messageid=");
  return root === undefined || root === "" ? { place } : { place, root };
}

/** The person with this Teams id or Entra object id. */
export function findPerson(state: TeamsState, id: string): TeamsPerson | undefined {
  const objectId = id.replace(/^8:orgid:/, "").toLowerCase();
  return state.people.get(id) ?? [...state.people.values()].find((one) => one.aadObjectId === objectId);
}

/** The person, or a `no such user` error. */
export function getPerson(state: TeamsState, id: string): TeamsPerson {
  const person = findPerson(state, id);
  if (person === undefined) throw new VerbError("no_such_user", id);
  return person;
}

/** The tenant that a person belongs to. */
export function tenantOf(state: TeamsState, person: TeamsPerson): string {
  return person.tenantId ?? state.facts.tenantId;
}

/** The place of a conversation id, threads left aside; a team's id means its first channel. */
export function findPlace(state: TeamsState, conversation: string): TeamsPlace | undefined {
  const { place } = splitConversationId(conversation);
  return state.places.get(state.teams.get(place)?.general ?? place);
}

/** The place, when this person is in it and it is not deleted. */
export function getSeenPlace(state: TeamsState, conversation: string, person: TeamsPerson): TeamsPlace {
  const place = findPlace(state, conversation);
  if (place === undefined || place.isDeleted || !place.members.has(person.id)) {
    throw new VerbError("no_such_conversation", `${conversation} for ${person.id}`);
  }
  return place;
}

/** The personal chat of a person with the bot, made if there was none. */
export function openPersonal(state: TeamsState, person: TeamsPerson): TeamsPlace {
  // Opaque, as in Teams, and the same at each start, so that an installation kept on disk stays right.
  const digest = createHash("sha256").update(`${state.facts.bot.appId} ${person.id}`).digest("base64url");
  const id = `a:1${digest}`;
  const known = state.places.get(id);
  if (known !== undefined) return known;
  const opened: TeamsPlace = {
    id,
    kind: "personal",
    name: person.name,
    members: new Set([person.id]),
    type: "standard",
    isInstalled: false,
    isDeleted: false,
    messages: [],
  };
  state.places.set(id, opened);
  return opened;
}

/** Whether the app is there: in the team of a channel, in a chat itself. */
export function hasBot(state: TeamsState, place: TeamsPlace): boolean {
  if (place.team !== undefined) return state.teams.get(place.team)?.isInstalled === true;
  if (place.kind === "personal") return [...place.members].some((id) => isReachable(state, id));
  return place.isInstalled;
}

/** Whether the bot may write to a person: the app is installed for them, or where they are a member. */
export function isReachable(state: TeamsState, id: string): boolean {
  return [...state.places.values()].some((place) => {
    if (!place.members.has(id) || place.isDeleted) return false;
    return place.kind === "channel" ? hasBot(state, place) : place.isInstalled;
  });
}
