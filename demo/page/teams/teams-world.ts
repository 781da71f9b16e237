/** Microsoft Teams in the demo's state: what was posted where, open dialogs, and what only one person sees. */
export type TeamsWorld = {
  readonly conversations: Readonly<Record<string, readonly TeamsMessage[]>>;
  readonly places?: readonly TeamsPlace[];
  readonly dialogs?: readonly TeamsDialog[];
  readonly notes?: readonly TeamsNote[];
  readonly cardViews?: readonly TeamsCardView[];
};

export type TeamsMessage = {
  readonly id: string;
  /** The root post of the thread that this answers; channels only. */
  readonly replyToId?: string;
  /** Whose message: a person's Teams id, or the bot's (`28:…`). */
  readonly from?: string;
  readonly text?: string;
  readonly summary?: string;
  readonly card?: object | null;
  readonly edits?: number;
  /** Milliseconds, or ISO 8601. */
  readonly at?: number | string;
};

/** Where people talk. Without `members` everybody of the tenant sees it. */
export type TeamsPlace = {
  readonly id: string;
  readonly name: string;
  readonly kind: "channel" | "group" | "personal";
  readonly team?: string;
  readonly members?: readonly string[];
};

/** An open dialog (task module); `errors` by input id are what the bot's last answer said is wrong. */
export type TeamsDialog = {
  readonly id: string;
  readonly user: string;
  readonly title: string;
  readonly card: object;
  readonly conversation?: string;
  readonly errors?: Readonly<Record<string, string>> | string;
};

/** The bot's answer to one person's click, which nobody else sees; under the message `messageId`. */
export type TeamsNote = {
  readonly user: string;
  readonly conversation: string;
  readonly messageId?: string;
  readonly id?: string;
  readonly text: string;
  readonly at?: number | string;
};

/** A card that the bot's answer put in the place of a message's own, for one person alone. */
export type TeamsCardView = {
  readonly conversation: string;
  readonly messageId: string;
  readonly user: string;
  readonly card: object;
};

/** Whether anything of Teams is in this demo at all. */
export function hasTeams(teams: TeamsWorld): boolean {
  return (teams.places ?? []).length > 0 || Object.keys(teams.conversations).length > 0;
}

/** The moment in milliseconds; 0 for one that is missing or not understood. */
export function momentOf(at: number | string | undefined): number {
  const moment = typeof at === "string" ? Date.parse(at) : (at ?? 0);
  return Number.isFinite(moment) ? moment : 0;
}
