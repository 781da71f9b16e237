import type { JsonObject } from "../shared/json-object.ts";
import { getPlace } from "./activity-calls.ts";
import { ConnectorError } from "./connector-error.ts";
import { findPerson, splitConversationId, tenantOf } from "./find-place.ts";
import type { TeamsPerson } from "./options.ts";
import type { TeamsState, TeamsTeamState } from "./state.ts";

// learn.microsoft.com, "Get Teams specific context": pages of 50 to 500 members, 200 when none is named.
const smallestPage = 50;
const largestPage = 500;
const usualPage = 200;

/** Everybody in a conversation, as one list. */
export function listMembers(state: TeamsState, conversation: string): readonly JsonObject[] {
  return peopleIn(state, conversation).map((person) => toMember(state, person));
}

/** A page of the members; `continuationToken` is there while there are more. */
export function pageMembers(state: TeamsState, conversation: string, query: URLSearchParams): JsonObject {
  const asked = Number(query.get("pageSize") ?? usualPage);
  const size = Math.min(largestPage, Math.max(smallestPage, Number.isInteger(asked) ? asked : usualPage));
  const from = Number(query.get("continuationToken") ?? 0);
  const all = listMembers(state, conversation);
  const members = all.slice(from, from + size);
  const next = from + size;
  return { members, ...(next < all.length ? { continuationToken: String(next) } : {}) };
}

/** One member, by Teams id or Entra object id. Throws 404 `MemberNotFoundInConversation`. */
export function getMember(state: TeamsState, conversation: string, id: string): JsonObject {
  const wanted = findPerson(state, id);
  const found = peopleIn(state, conversation).find((person) => person.id === wanted?.id);
  if (found === undefined) {
    throw new ConnectorError(404, "MemberNotFoundInConversation", "Member not found in the conversation.");
  }
  return toMember(state, found);
}

/** What `GET /v3/teams/{id}` answers. */
export function teamDetails(state: TeamsState, id: string): JsonObject {
  const team = getTeam(state, id);
  const channelCount = channelsOf(state, id).length;
  return { id, name: team.name, aadGroupId: team.aadGroupId, tenantId: state.facts.tenantId, channelCount };
}

/** What `GET /v3/teams/{id}/conversations` answers: the channels; General has no name there. */
export function teamChannels(state: TeamsState, id: string): JsonObject {
  const { general } = getTeam(state, id);
  const conversations = channelsOf(state, id).map(({ id, name, type }) =>
    id === general ? { id, type } : { id, name, type },
  );
  return { conversations };
}

function channelsOf(state: TeamsState, team: string) {
  return [...state.places.values()].filter((place) => place.team === team && !place.isDeleted);
}

function getTeam(state: TeamsState, id: string): TeamsTeamState {
  const team = state.teams.get(id);
  if (team === undefined || team.isDeleted) {
    throw new ConnectorError(404, "ConversationNotFound", "Conversation not found.");
  }
  if (!team.isInstalled) {
    const message = "The bot is not part of the conversation roster.";
    throw new ConnectorError(403, "BotNotInConversationRoster", message);
  }
  return team;
}

/** A standard channel has no roster but its team's; one with members of its own shows it to who has the permission. */
function peopleIn(state: TeamsState, conversation: string): readonly TeamsPerson[] {
  const { kind, type, members } = getPlace(state, conversation);
  const isTeam = state.teams.has(splitConversationId(conversation).place);
  if (kind === "channel" && !isTeam && type === "standard") {
    const message = "The bot is not part of the conversation roster.";
    throw new ConnectorError(403, "BotNotInConversationRoster", message);
  }
  if (type !== "standard" && !state.facts.consents.includes("ChannelMember.Read.Group"))
    throw new ConnectorError(403, "Forbidden", "The app has no permission to read the channel's members.");
  return [...members].flatMap((id) => state.people.get(id) ?? []);
}

function toMember(state: TeamsState, person: TeamsPerson): JsonObject {
  const [givenName = "", ...rest] = person.name.split(" ");
  const address = `${givenName.toLowerCase()}@${tenantOf(state, person)}.example`;
  const isForeign = tenantOf(state, person) !== state.facts.tenantId;
  return {
    id: person.id,
    name: person.name,
    aadObjectId: person.aadObjectId,
    objectId: person.aadObjectId,
    givenName,
    surname: rest.join(" "),
    email: address,
    userPrincipalName: address,
    tenantId: tenantOf(state, person),
    userRole: person.isGuest === true ? "guest" : isForeign ? "anonymous" : "user",
  };
}
