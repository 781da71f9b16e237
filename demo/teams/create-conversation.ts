import type { JsonObject } from "../shared/json-object.ts";
import { isObject, listIn } from "../shared/json-object.ts";
import { getWritablePlace, sendActivity } from "./activity-calls.ts";
import { ConnectorError } from "./connector-error.ts";
import { findPerson, isReachable, openPersonal, tenantOf } from "./find-place.ts";
import { badSyntax } from "./read-message.ts";
import type { TeamsState } from "./state.ts";
import { complain } from "./state.ts";

/** The answer to `POST /v3/conversations`. */
export type Created = { readonly id: string; readonly activityId?: string; readonly serviceUrl: string };

/**
 * Opens a personal chat (`members` of one, `tenantId`) or a new thread in a channel (`channelData.channel.id` and
 * an `activity`). Throws 403 `ForbiddenOperationException` for a person whom the app cannot reach.
 */
export function createConversation(state: TeamsState, body: JsonObject, serviceUrl: string): Created {
  const channelData = isObject(body.channelData) ? body.channelData : {};
  if (isObject(channelData.channel)) {
    return newThread(state, String(channelData.channel.id), body, serviceUrl);
  }
  const tenant = isObject(channelData.tenant) ? channelData.tenant.id : body.tenantId;
  if (typeof tenant !== "string") throw badSyntax("The tenant is missing.");
  return personalChat(state, tenant, body, serviceUrl);
}

function newThread(state: TeamsState, channel: string, body: JsonObject, serviceUrl: string): Created {
  const place = getWritablePlace(state, channel);
  if (place.kind !== "channel") throw badSyntax("New threads exist in channels only.");
  if (!isObject(body.activity)) throw badSyntax("The activity that begins the thread is missing.");
  const activityId = sendActivity(state, place.id, body.activity);
  return { id: `${place.id};messageid=${activityId}`, activityId, serviceUrl };
}

function personalChat(state: TeamsState, tenant: string, body: JsonObject, serviceUrl: string): Created {
  const members = listIn(body, "members");
  const [member] = members;
  if (members.length !== 1 || !isObject(member) || body.isGroup === true) {
    throw badSyntax("A bot can open chats with one person only.");
  }
  const person = findPerson(state, String(member.id));
  if (person === undefined || tenantOf(state, person) !== tenant || tenant !== state.facts.tenantId) {
    throw badSyntax("Invalid user identity in provided tenant.");
  }
  // An Entra object id reaches who has the app themselves; Teams' own id whoever is in a team that has it.
  const isPersonal = openPersonal(state, person).isInstalled;
  if (!(isPersonal || (member.id === person.id && isReachable(state, person.id)))) {
    const message = "The bot is not installed in the user's personal scope.";
    throw new ConnectorError(403, "ForbiddenOperationException", message);
  }
  // Teams opens the chat and leaves an activity that came along unsent.
  if (body.activity !== undefined)
    complain(state, "The activity of a new personal chat is not sent by Teams.");
  const place = openPersonal(state, person);
  state.changed();
  return { id: place.id, serviceUrl };
}
