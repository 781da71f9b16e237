import type {
  TeamsCardView,
  TeamsComplaint,
  TeamsDialog,
  TeamsMessage,
  TeamsNote,
  TeamsPlace,
  TeamsState,
} from "./state.ts";

/** What can be seen in Teams: the `teams` part of `GET /demo/api/state`. */
export type TeamsSnapshot = {
  readonly conversations: Readonly<Record<string, readonly TeamsMessage[]>>;
  readonly dialogs: readonly TeamsDialog[];
  readonly places: readonly {
    readonly id: string;
    readonly name: string;
    readonly kind: TeamsPlace["kind"];
    /** The name of a channel's team. */
    readonly team?: string;
    readonly members: readonly string[];
  }[];
  /** What one person alone sees. */
  readonly notes: readonly TeamsNote[];
  readonly cardViews: readonly TeamsCardView[];
  readonly complaints: readonly TeamsComplaint[];
};

/** The world at this moment. Later changes do not show in it: messages are replaced, never altered. */
export function takeSnapshot(state: TeamsState): TeamsSnapshot {
  const places = [...state.places.values()].filter(({ isDeleted }) => !isDeleted);
  return {
    conversations: Object.fromEntries(places.map((place) => [place.id, place.messages])),
    dialogs: state.dialogs,
    places: places.map(({ id, name, kind, team, members }) => ({
      id,
      name,
      kind,
      ...(team === undefined ? {} : { team: state.teams.get(team)?.name ?? team }),
      members: [...members],
    })),
    notes: state.notes,
    cardViews: state.cardViews,
    complaints: state.complaints,
  };
}
