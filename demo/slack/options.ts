/** A person or app of the workspace, or of another one that shares a channel with it (`team_id`). */
export type SlackUser = {
  readonly id: string;
  readonly name: string;
  readonly real_name?: string;
  readonly team_id?: string;
  /** Their organization on Enterprise Grid and its workspaces that they are in; `team_id` is one of these for ever. */
  readonly enterprise?: { readonly id: string; readonly teams: readonly string[] };
  /** A multi-channel guest; with `is_ultra_restricted` a single-channel guest. */
  readonly is_restricted?: boolean;
  readonly is_ultra_restricted?: boolean;
  readonly is_bot?: boolean;
  readonly deleted?: boolean;
};

/** A channel as it is when the workspace starts. */
export type SlackChannelOption = {
  readonly id: string;
  readonly name: string;
  readonly is_private?: boolean;
  readonly is_archived?: boolean;
  /** Shared with another workspace by Slack Connect. */
  readonly is_ext_shared?: boolean;
  /** The workspace of the company that shared it with ours: events from there name it in their envelope. */
  readonly hostTeam?: string;
  /** False: the bot was not invited. */
  readonly botIsMember?: boolean;
  /** Absent: all users of the workspace; those of other workspaces too where the channel is shared. */
  readonly members?: readonly string[];
};

/** A token that the Web API takes; a kind other than `bot` is refused with `not_allowed_token_type`. */
export type SlackToken = {
  readonly token: string;
  readonly kind?: "bot" | "user" | "app";
  readonly scopes: readonly string[];
};

/** What the workspace is made of. All but tokens, users and channels has a default. */
export type SlackWorkspaceOptions = {
  readonly port?: number;
  readonly team?: { readonly id: string; readonly name: string; readonly domain: string };
  /** The organization of the workspace, on Enterprise Grid. */
  readonly enterprise?: { readonly id: string; readonly name: string };
  /** True: the app is installed in the whole organization, and the token is of no workspace. */
  readonly isOrgInstall?: boolean;
  readonly bot?: {
    readonly userId: string;
    readonly botId: string;
    readonly appId: string;
    readonly name: string;
  };
  readonly tokens: readonly SlackToken[];
  readonly users: readonly SlackUser[];
  readonly channels: readonly SlackChannelOption[];
  readonly groups?: readonly {
    readonly id: string;
    readonly handle: string;
    readonly users: readonly string[];
  }[];
  /** False: a free plan, where user groups answer `plan_upgrade_required`. */
  readonly paidPlan?: boolean;
  /** Messages older than this cannot be edited (`edit_window_closed`); absent: always editable. */
  readonly editWindowSeconds?: number;
  /** False: never 429 by itself; ordered faults still work. */
  readonly rates?: boolean;
  /** Milliseconds; drives rates, timestamps, trigger ids and response_urls. */
  readonly now?: () => number;
  /** Milliseconds; what signatures are dated with, since the bot checks them by the machine's clock. */
  readonly wallClock?: () => number;
  /** Slack waits 3 s for an answer; only tests about lateness shorten it. */
  readonly answerTimeoutMs?: number;
};

/** The options with every default filled in. */
export type SlackWorld = Required<Omit<SlackWorkspaceOptions, "editWindowSeconds" | "enterprise">> &
  Pick<SlackWorkspaceOptions, "enterprise"> & {
    readonly editWindowSeconds: number | undefined;
  };

// Slack shows "operation_timeout" to the person when an answer takes longer than this.
const answerTimeoutMs = 3000;

/** Fills the defaults in: the demo's own team and bot, a paid plan, rates on, the machine's clock. */
export function withDefaults(options: SlackWorkspaceOptions): SlackWorld {
  return {
    port: 0,
    team: { id: "T0DEMO0001", name: "Contoso", domain: "contoso-demo" },
    bot: { userId: "U0ACRBOT01", botId: "B0ACRBOT01", appId: "A0ACRAPP01", name: "acr" },
    groups: [],
    isOrgInstall: false,
    paidPlan: true,
    rates: true,
    now: Date.now,
    wallClock: Date.now,
    answerTimeoutMs,
    ...options,
    editWindowSeconds: options.editWindowSeconds,
  };
}
