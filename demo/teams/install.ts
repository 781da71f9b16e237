import type { JsonObject } from "../shared/json-object.ts";
import { VerbError } from "../shared/verb-error.ts";
import { baseActivity, teamEvent, teamInstallation } from "./activities.ts";
import type { PeopleDeps } from "./click.ts";
import { getPerson, openPersonal } from "./find-place.ts";
import type { TeamsPerson } from "./options.ts";
import type { Delivery } from "./send-to-bot.ts";
import type { TeamsPlace, TeamsState } from "./state.ts";

/** Where the app is added or removed: a team, a group chat, or a person's own chat with the bot. */
export type Installation =
  | { readonly scope: "team"; readonly team?: string; readonly user?: string }
  | { readonly scope: "group"; readonly conversation: string; readonly user?: string }
  | { readonly scope: "personal"; readonly user: string };

type Site = {
  readonly place: TeamsPlace;
  readonly person: TeamsPerson;
  /** What remembers it: the team, or the chat itself. */
  readonly holder: { isInstalled: boolean };
};

/** Adds and removes the app; the bot hears `installationUpdate` and `conversationUpdate`, if one is connected. */
export function createInstalls({ state, bot, serviceUrl }: PeopleDeps) {
  async function change(installation: Installation, action: "add" | "remove"): Promise<readonly Delivery[]> {
    const site = getSite(state, installation);
    site.holder.isInstalled = action === "add";
    state.changed();
    if (!bot.connected()) return [];
    const deliveries: Delivery[] = [];
    // Teams promises no order; here it is always the same, so that a test can count on it.
    for (const activity of updates(state, serviceUrl(), site, action))
      deliveries.push(await bot.send(activity));
    return deliveries;
  }

  return {
    /** Adds the app; `team` absent: the first team. */
    install: (installation: Installation) => change(installation, "add"),
    /** Removes it; the bot is still told, and can write no more. */
    uninstall: (installation: Installation) => change(installation, "remove"),
  };
}

function getSite(state: TeamsState, installation: Installation): Site {
  const [first] = state.people.values();
  const person = getPerson(state, installation.user ?? first?.id ?? "");
  if (installation.scope === "personal") {
    const place = openPersonal(state, person);
    return { place, person, holder: place };
  }
  if (installation.scope === "group") {
    const place = state.places.get(installation.conversation);
    if (place?.kind !== "group") throw new VerbError("no_such_conversation", installation.conversation);
    return { place, person, holder: place };
  }
  const [firstTeam] = state.teams.values();
  const team = installation.team === undefined ? firstTeam : state.teams.get(installation.team);
  const place = team === undefined ? undefined : state.places.get(team.general);
  if (team === undefined || place === undefined) {
    throw new VerbError("no_such_conversation", `team ${installation.team ?? ""}`);
  }
  return { place, person, holder: team };
}

function updates(
  state: TeamsState,
  serviceUrl: string,
  { place, person }: Site,
  action: "add" | "remove",
): readonly JsonObject[] {
  const scene = { person, place };
  const account = [{ id: state.facts.botId }];
  const members = action === "add" ? { membersAdded: account } : { membersRemoved: account };
  if (place.team === undefined) {
    return [
      { ...baseActivity(state, serviceUrl, scene), type: "installationUpdate", action },
      { ...baseActivity(state, serviceUrl, scene), type: "conversationUpdate", ...members },
    ];
  }
  const eventType = action === "add" ? "teamMemberAdded" : "teamMemberRemoved";
  return [
    teamInstallation(state, serviceUrl, scene, action),
    teamEvent(state, serviceUrl, scene, { eventType, more: members }),
  ];
}
