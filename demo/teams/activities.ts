import { randomUUID } from "node:crypto";
import type { JsonObject } from "../shared/json-object.ts";
import { tenantOf } from "./find-place.ts";
import type { TeamsPerson } from "./options.ts";
import type { TeamsPlace, TeamsState } from "./state.ts";

/** Where an activity happens: a place, and in a channel the thread. */
export type Scene = {
  readonly person: TeamsPerson;
  readonly place: TeamsPlace;
  /** The first message of the thread. */
  readonly root?: string | undefined;
};

/** The fields that every activity from Teams has; `serviceUrl` ends with a slash, as Teams' own do. */
export function baseActivity(state: TeamsState, serviceUrl: string, scene: Scene): JsonObject {
  const { person } = scene;
  const timestamp = new Date(state.facts.now()).toISOString();
  return {
    id: state.nextId(),
    timestamp,
    localTimestamp: timestamp,
    localTimezone: "Europe/Stockholm",
    channelId: "msteams",
    serviceUrl,
    from: { id: person.id, name: person.name, aadObjectId: person.aadObjectId },
    conversation: conversationOf(state, scene),
    recipient: { id: state.facts.botId, name: state.facts.bot.name },
    channelData: channelDataOf(state, scene),
    entities: [
      { type: "clientInfo", locale: "en-US", country: "SE", platform: "Web", timezone: "Europe/Stockholm" },
    ],
    locale: "en-US",
  };
}

/** An invoke: something that Teams wants an answer to in the HTTP response. */
export function invokeActivity(
  state: TeamsState,
  serviceUrl: string,
  scene: Scene,
  invoke: { readonly name: string; readonly value: JsonObject; readonly replyToId: string },
): JsonObject {
  const base = baseActivity(state, serviceUrl, scene);
  return {
    ...base,
    ...invoke,
    type: "invoke",
    id: `f:${randomUUID()}`,
    channelData: {
      ...channelDataOf(state, scene),
      source: { name: "message" },
      legacy: { replyToId: invoke.replyToId },
    },
  };
}

// The host's tenant, whoever speaks.
function conversationOf(state: TeamsState, { place, root }: Scene): JsonObject {
  const { tenantId } = state.facts;
  if (place.kind === "personal") return { conversationType: "personal", tenantId, id: place.id };
  if (place.kind === "group") {
    return { isGroup: true, conversationType: "groupChat", tenantId, id: place.id, name: place.name };
  }
  const id = root === undefined ? place.id : `${place.id};messageid=${root}`;
  return { isGroup: true, conversationType: "channel", tenantId, id };
}

// The speaker's tenant: this is where a guest of a shared channel can be told from one of ours.
function channelDataOf(state: TeamsState, { person, place }: Scene): JsonObject {
  const tenant = { id: tenantOf(state, person) };
  if (place.team === undefined) return { tenant };
  return {
    teamsChannelId: place.id,
    teamsTeamId: place.team,
    channel: { id: place.id },
    team: { id: place.team },
    tenant,
  };
}

/** What happens to a team or one of its channels, as `conversationUpdate`; `eventType` is Teams' own word. */
export function teamEvent(
  state: TeamsState,
  serviceUrl: string,
  scene: Scene,
  event: { readonly eventType: string; readonly more?: JsonObject },
): JsonObject {
  const { place } = scene;
  const channel = event.eventType.startsWith("channel")
    ? { channel: { id: place.id, name: place.name, type: place.type } }
    : {};
  const team = teamOf(state, place);
  return {
    ...baseActivity(state, serviceUrl, scene),
    type: "conversationUpdate",
    conversation: teamConversation(state, place),
    channelData: { ...channel, team, eventType: event.eventType, tenant: { id: state.facts.tenantId } },
    ...event.more,
  };
}

/** The app added to a team or removed from it. */
export function teamInstallation(
  state: TeamsState,
  serviceUrl: string,
  scene: Scene,
  action: "add" | "remove",
): JsonObject {
  const { place } = scene;
  return {
    ...baseActivity(state, serviceUrl, scene),
    type: "installationUpdate",
    action,
    conversation: teamConversation(state, place),
    channelData: {
      settings: { selectedChannel: { id: place.id } },
      team: teamOf(state, place),
      tenant: { id: state.facts.tenantId },
      source: { name: "message" },
    },
  };
}

// Events of a team come from the team's own conversation, whatever channel they are about.
function teamConversation(state: TeamsState, { team }: TeamsPlace): JsonObject {
  return { isGroup: true, conversationType: "channel", tenantId: state.facts.tenantId, id: team };
}

function teamOf(state: TeamsState, place: TeamsPlace): JsonObject {
  const team = state.teams.get(place.team ?? "");
  return { id: team?.id, name: team?.name, aadGroupId: team?.aadGroupId };
}
