import type { JsonObject } from "../shared/json-object.ts";
import { VerbError } from "../shared/verb-error.ts";
import { teamEvent } from "./activities.ts";
import { removeMessage } from "./activity-calls.ts";
import type { PeopleDeps } from "./click.ts";
import { getPerson } from "./find-place.ts";
import type { Delivery } from "./send-to-bot.ts";
import type { TeamsPlace, TeamsTeamState } from "./state.ts";

/** What owners do to channels and teams; each tells the bot by its event, where the app is in the team. */
export function createLifecycle({ state, bot, serviceUrl }: PeopleDeps) {
  function getChannel(id: string): TeamsPlace {
    const place = state.places.get(id);
    if (place?.kind !== "channel") throw new VerbError("no_such_conversation", id);
    return place;
  }

  function getTeam(id: string | undefined): TeamsTeamState {
    const [first] = state.teams.values();
    const team = id === undefined ? first : state.teams.get(id);
    if (team === undefined) throw new VerbError("no_such_conversation", `team ${id ?? ""}`);
    return team;
  }

  async function tell(
    place: TeamsPlace,
    eventType: string,
    more: JsonObject = {},
  ): Promise<Delivery | undefined> {
    state.changed();
    const team = getTeam(place.team);
    if (!bot.connected() || !team.isInstalled) return undefined;
    const [first] = place.members;
    const scene = { person: getPerson(state, first ?? ""), place };
    return bot.send(teamEvent(state, serviceUrl(), scene, { eventType, more }));
  }

  const tellTeam = (team: TeamsTeamState, eventType: string) => tell(getChannel(team.general), eventType);

  return {
    renameChannel(id: string, name: string) {
      const place = getChannel(id);
      place.name = name;
      return tell(place, "channelRenamed");
    },
    deleteChannel(id: string) {
      const place = getChannel(id);
      place.isDeleted = true;
      return tell(place, "channelDeleted");
    },
    restoreChannel(id: string) {
      const place = getChannel(id);
      place.isDeleted = false;
      return tell(place, "channelRestored");
    },
    archiveTeam(id?: string) {
      const team = getTeam(id);
      team.isArchived = true;
      return tellTeam(team, "teamArchived");
    },
    unarchiveTeam(id?: string) {
      const team = getTeam(id);
      team.isArchived = false;
      return tellTeam(team, "teamUnarchived");
    },
    deleteTeam(id?: string) {
      const team = getTeam(id);
      team.isDeleted = true;
      return tellTeam(team, "teamDeleted");
    },
    restoreTeam(id?: string) {
      const team = getTeam(id);
      team.isDeleted = false;
      return tellTeam(team, "teamRestored");
    },
    /** Somebody deletes a message, the bot's own too; the bot hears nothing of that. */
    deleteMessage(conversation: string, id: string): void {
      const place = state.places.get(conversation);
      if (place === undefined) throw new VerbError("no_such_conversation", conversation);
      removeMessage(state, place, id);
    },
    /** A person blocks the bot, or lets it write again; the bot hears nothing of either. */
    block(user: string, isBlocked = true): void {
      const { id } = getPerson(state, user);
      if (isBlocked) state.blocked.add(id);
      else state.blocked.delete(id);
    },
    /** From now on activities name another service URL; the connector answers under the old one too. */
    moveService(region: string): void {
      if (!/^[a-z]+$/.test(region)) throw new VerbError("bad_values", "a region is a word in small letters");
      state.region = region;
    },
  };
}
