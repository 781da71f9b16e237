import type { JsonObject } from "../shared/json-object.ts";
import { keepRecent } from "../shared/keep-recent.ts";
import type { ChannelType, TeamsFacts, TeamsPerson, TeamsTeam } from "./options.ts";

/** A message as everybody in the conversation sees it. Replaced whole at each edit, never changed in place. */
export type TeamsMessage = {
  readonly id: string;
  /** The first message of the thread that this one is in; only channels have threads. */
  readonly replyToId?: string;
  /** The account: `28:<app id>`, `29:…`, or `workflow`. */
  readonly from: string;
  readonly text: string;
  /** What a toast shows; a card alone shows nothing there. */
  readonly summary?: string;
  readonly card: JsonObject | null;
  readonly edits: number;
  /** Milliseconds. */
  readonly at: number;
};

/** A channel, group chat or personal chat with the bot, with its messages oldest first. */
export type TeamsPlace = {
  readonly id: string;
  readonly kind: "channel" | "group" | "personal";
  name: string;
  /** The team of a channel. */
  readonly team?: string;
  readonly members: Set<string>;
  readonly type: ChannelType;
  /** Of a chat; a channel has the app when its team has it. */
  isInstalled: boolean;
  isDeleted: boolean;
  messages: readonly TeamsMessage[];
};

/** A team as it is now. */
export type TeamsTeamState = Omit<TeamsTeam, "channels" | "isInstalled"> & {
  readonly general: string;
  isInstalled: boolean;
  isArchived: boolean;
  isDeleted: boolean;
};

/** An open dialog (task module). */
export type TeamsDialog = {
  readonly id: string;
  readonly user: string;
  readonly title: string;
  readonly card: JsonObject;
  readonly conversation: string;
  /** The message whose button opened it. */
  readonly messageId: string;
  /** By input id: what the client itself found wrong at the last submission. */
  readonly errors?: Readonly<Record<string, string>>;
};

/** What one person alone sees after a click or a submission. */
export type TeamsNote = {
  readonly conversation: string;
  readonly messageId: string;
  readonly user: string;
  /** `failure`: Teams' own words, because the bot was late or its answer was wrong. */
  readonly kind: "message" | "error" | "failure";
  readonly text: string;
  readonly at: number;
};

/** A card that an Action.Execute put in place of the message's own, for one person alone. */
export type TeamsCardView = {
  readonly conversation: string;
  readonly messageId: string;
  readonly user: string;
  readonly card: JsonObject;
};

/** Something that Teams lets pass and its users would notice. */
export type TeamsComplaint = { readonly what: string; readonly at: number };

/** Everything that the world remembers. Only the files beside this one change it, and say so by `changed`. */
export type TeamsState = {
  readonly facts: TeamsFacts;
  readonly people: ReadonlyMap<string, TeamsPerson>;
  readonly teams: ReadonlyMap<string, TeamsTeamState>;
  readonly places: Map<string, TeamsPlace>;
  /** People who have blocked the bot. */
  readonly blocked: Set<string>;
  dialogs: readonly TeamsDialog[];
  notes: readonly TeamsNote[];
  cardViews: readonly TeamsCardView[];
  complaints: readonly TeamsComplaint[];
  /** The path under which activities say that the connector is: `teams`, until the service moves. */
  region: string;
  /** Milliseconds since 1970 as text, never the same twice: ids of messages and activities. */
  readonly nextId: () => string;
  readonly changed: () => void;
};

/** Notes something that Teams lets pass. */
export function complain(state: TeamsState, what: string): void {
  state.complaints = keepRecent(state.complaints, { what, at: state.facts.now() });
  state.changed();
}

/** The world as it is before anything happened. */
export function createState(facts: TeamsFacts, changed: () => void): TeamsState {
  let last = 0;
  const ours = facts.people.filter((one) => (one.tenantId ?? facts.tenantId) === facts.tenantId);
  const idsOf = (people: readonly TeamsPerson[]) => people.map(({ id }) => id);
  const place = (fields: Pick<TeamsPlace, "id" | "kind" | "name" | "members">): TeamsPlace => ({
    type: "standard",
    isInstalled: false,
    isDeleted: false,
    messages: [],
    ...fields,
  });
  const channels = facts.teams.flatMap((team) =>
    team.channels.map(({ id, name, type = "standard", members: own }) => {
      const everybody = team.members ?? idsOf(type === "shared" ? facts.people : ours);
      const members = new Set((type === "standard" ? undefined : own) ?? everybody);
      return { ...place({ id, name, kind: "channel", members }), team: team.id, type };
    }),
  );
  const groups = facts.groups.map(({ id, name, members, isInstalled = false }) => ({
    ...place({ id, name, kind: "group", members: new Set(members ?? idsOf(ours)) }),
    isInstalled,
  }));
  return {
    facts,
    people: new Map(facts.people.map((person) => [person.id, person])),
    teams: new Map(facts.teams.map((team) => [team.id, teamState(team)])),
    places: new Map([...channels, ...groups].map((one) => [one.id, one])),
    blocked: new Set(),
    dialogs: [],
    notes: [],
    cardViews: [],
    complaints: [],
    region: "teams",
    nextId: () => {
      last = Math.max(Math.floor(facts.now()), last + 1);
      return String(last);
    },
    changed,
  };
}

function teamState({ channels, isInstalled = false, ...team }: TeamsTeam): TeamsTeamState {
  return { ...team, general: channels[0]?.id ?? team.id, isInstalled, isArchived: false, isDeleted: false };
}
