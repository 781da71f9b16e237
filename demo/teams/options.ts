/** A person, of our tenant unless `tenantId` says otherwise. */
export type TeamsPerson = {
  /** Teams' own id, such as `29:maya`. */
  readonly id: string;
  readonly name: string;
  readonly aadObjectId: string;
  readonly tenantId?: string;
  /** A guest in our tenant: their account's tenant is ours, their role is not. */
  readonly isGuest?: boolean;
};

export type ChannelType = "standard" | "private" | "shared";

/** A team with its channels; the first channel stands for General. */
export type TeamsTeam = {
  /** A thread id; calls that name it mean the first channel, as in Teams. */
  readonly id: string;
  readonly name: string;
  readonly aadGroupId: string;
  readonly channels: readonly {
    readonly id: string;
    readonly name: string;
    /** `standard` if absent; in a shared channel are people of other tenants too. */
    readonly type?: ChannelType;
    /** Of a private or shared channel, which has members of its own. */
    readonly members?: readonly string[];
  }[];
  /** Absent: everybody of our tenant. */
  readonly members?: readonly string[];
  /** True: the app is in the team from the start, and the bot is not told. */
  readonly isInstalled?: boolean;
};

/** A group chat. */
export type TeamsGroup = {
  readonly id: string;
  readonly name: string;
  readonly members?: readonly string[];
  readonly isInstalled?: boolean;
};

/** Where a Teams Workflows URL posts to; its address is `/workflows/<secret>`. */
export type TeamsWorkflow = { readonly secret: string; readonly conversation: string };

/** What the world is made of. All but people and teams has a default. */
export type TeamsWorldOptions = {
  readonly port?: number;
  /** Where the bot finds this world, if not on loopback: `https://smba.trafficmanager.net`, behind something that leads here. */
  readonly publicOrigin?: string;
  readonly tenantId?: string;
  readonly bot?: { readonly appId: string; readonly name: string };
  /** The app's client secret, for the world's own token endpoint; absent: it gives no tokens. */
  readonly appSecret?: string;
  /** True for bearer tokens that somebody else issued for the bot, such as a managed identity endpoint. */
  readonly acceptToken?: (jwt: string) => boolean | Promise<boolean>;
  readonly people: readonly TeamsPerson[];
  readonly teams: readonly TeamsTeam[];
  readonly groups?: readonly TeamsGroup[];
  readonly workflows?: readonly TeamsWorkflow[];
  /** The resource-specific permissions that teams gave the app; absent: those of its manifest. */
  readonly consents?: readonly string[];
  /** False: never 429 by itself; ordered faults still work. */
  readonly rates?: boolean;
  /** Milliseconds; drives rates and message ids. */
  readonly now?: () => number;
  /** Milliseconds; what tokens are dated with, since the bot checks them by the machine's clock. */
  readonly wallClock?: () => number;
  /** Teams waits 5 s for an invoke; only tests about lateness shorten it. */
  readonly answerTimeoutMs?: number;
};

/** The options with every default filled in. */
export type TeamsFacts = Required<Omit<TeamsWorldOptions, "appSecret" | "acceptToken" | "publicOrigin">> & {
  readonly publicOrigin: string | undefined;
  readonly appSecret: string | undefined;
  readonly acceptToken: (jwt: string) => boolean | Promise<boolean>;
  /** The bot's account: `28:<app id>`. */
  readonly botId: string;
};

// Invokes must be answered within 5 s. For messages the Bot Framework really waits 15 s; a bot that answers
// them in 5 s is right in both cases, so the world holds it to the shorter one.
const answerTimeoutMs = 5000;

/** Fills the defaults in: the demo's own tenant and bot, rates on, the machine's clock. */
export function withDefaults(options: TeamsWorldOptions): TeamsFacts {
  const bot = options.bot ?? { appId: "b07c0de0-1111-4222-8333-acc0ffee0001", name: "acr" };
  return {
    port: 0,
    tenantId: "72f988bf-0000-4000-8000-2d7cd011db47",
    groups: [],
    workflows: [],
    consents: ["ChannelMember.Read.Group"],
    rates: true,
    now: Date.now,
    wallClock: Date.now,
    answerTimeoutMs,
    ...options,
    bot,
    botId: `28:${bot.appId}`,
    publicOrigin: options.publicOrigin,
    appSecret: options.appSecret,
    acceptToken: options.acceptToken ?? (() => false),
  };
}
