import { ConnectorClient, TeamsConnectorClient } from "botframework-connector";
import { ChatopsError } from "../../../errors.ts";
import type { Installation } from "../../../nouns/installation.ts";
import { isSafeServiceUrl } from "../service-url.ts";
import type { OutboundToken } from "./outbound-token.ts";
import { type TeamsCall, teamsError } from "./teams-errors.ts";
import { withoutRepetitions } from "./without-repetitions.ts";

/** Where Teams takes calls for a place, and the tenant they are about. */
export type Site = Pick<Installation, "serviceUrl" | "tenant">;
/** An activity that the bot sends. */
export type OutgoingActivity = Parameters<ConnectorClient["conversations"]["sendToConversation"]>[1];
type FirstActivity = NonNullable<
  Parameters<ConnectorClient["conversations"]["createConversation"]>[0]["activity"]
>;

export interface TeamsMember {
  readonly id: string;
  readonly name?: string;
  readonly aadObjectId?: string;
  readonly tenantId?: string;
  /** `user`, `guest` or `anonymous`. */
  readonly userRole?: string;
}

/** The calls to Teams that the bot makes. Each throws a ChatopsError, as `ChannelPort` says. */
export interface TeamsConnector {
  /** Begins a thread in a channel and gives the id of its first message. */
  startThread(site: Site, channel: string, activity: OutgoingActivity): Promise<string | undefined>;
  /** Posts into a conversation (a thread: `<channel>;messageid=<id>`) and gives the message's id. */
  send(site: Site, conversation: string, activity: OutgoingActivity): Promise<string | undefined>;
  update(site: Site, conversation: string, activityId: string, activity: OutgoingActivity): Promise<void>;
  /** Opens the chat with a person by Entra object id and gives its id; it is the same one each time. */
  openChat(site: Site, userId: string): Promise<string>;
  /** A member by Teams id or Entra object id. */
  findMember(site: Site, conversation: string, userId: string): Promise<TeamsMember>;
  /** The channels of a team that the bot can see. */
  listChannels(
    site: Site,
    teamId: string,
  ): Promise<readonly { readonly id: string; readonly name?: string }[]>;
}

/** After this an answer of Teams counts as lost. */
export const connectorTimeoutMs = 10_000;

/**
 * The Bot Connector by Microsoft's client, with its own repetitions off: left on, it posts again after a reset socket or
 * a 502, and a message doubles (platform-facts, measured).
 */
export function createTeamsConnector(deps: {
  readonly token: OutboundToken;
  readonly appId: string;
  readonly now: () => number;
  /** Tests shorten it. */
  readonly timeoutMs?: number;
}): TeamsConnector {
  const timeLimit = () => ({ abortSignal: AbortSignal.timeout(deps.timeoutMs ?? connectorTimeoutMs) });
  const bot = { id: `28:${deps.appId}`, name: "" };

  // Before the call itself: a token that cannot be had must not put a post in doubt.
  const open = async (site: Site, place: string) => {
    if (!isSafeServiceUrl(site.serviceUrl))
      throw new ChatopsError("chat-channel-unavailable", `The address of Teams for ${place} is not https.`);
    const token = await deps.token.get();
    const credentials: ConstructorParameters<typeof ConnectorClient>[0] = {
      signRequest: async (request) => {
        request.headers.set("authorization", `Bearer ${token}`);
        return request;
      },
    };
    const options = { baseUri: site.serviceUrl };
    return {
      conversations: () => withoutRepetitions(new ConnectorClient(credentials, options)).conversations,
      teams: () => withoutRepetitions(new TeamsConnectorClient(credentials, options)).teams,
    };
  };

  const call = async <T>(
    what: TeamsCall,
    site: Site,
    place: string,
    run: (client: Awaited<ReturnType<typeof open>>) => Promise<T>,
  ): Promise<T> => {
    const client = await open(site, place);
    try {
      return await run(client);
    } catch (error) {
      const known = teamsError(error, what, place, deps.now());
      if (known.code === "chat-unauthorized") deps.token.forget();
      throw known;
    }
  };

  return {
    startThread: (site, channel, activity) =>
      call("post", site, `channel ${channel}`, async (client) => {
        const created = await client.conversations().createConversation(
          {
            isGroup: true,
            bot,
            tenantId: site.tenant,
            channelData: { channel: { id: channel }, tenant: { id: site.tenant } },
            // The client's type asks for what Teams fills in itself.
            activity: activity as FirstActivity,
          },
          timeLimit(),
        );
        return created.activityId ?? /;messageid=(\d+)$/.exec(created.id ?? "")?.[1];
      }),
    send: (site, conversation, activity) =>
      call("post", site, `conversation ${conversation}`, async (client) => {
        const sent = await client.conversations().sendToConversation(conversation, activity, timeLimit());
        return sent.id;
      }),
    update: (site, conversation, activityId, activity) =>
      call("edit", site, `conversation ${conversation}`, async (client) => {
        await client.conversations().updateActivity(conversation, activityId, activity, timeLimit());
      }),
    openChat: (site, userId) =>
      call("read", site, `the chat with ${userId}`, async (client) => {
        const created = await client.conversations().createConversation(
          {
            isGroup: false,
            bot,
            members: [{ id: userId, name: "" }],
            tenantId: site.tenant,
            channelData: { tenant: { id: site.tenant } },
          },
          timeLimit(),
        );
        return created.id;
      }),
    findMember: (site, conversation, userId) =>
      call("read", site, `member ${userId}`, async (client) =>
        memberOf(
          await client.conversations().getConversationMember(conversation, userId, timeLimit()),
          userId,
        ),
      ),
    listChannels: (site, teamId) =>
      call("read", site, `team ${teamId}`, async (client) => {
        const { conversations = [] } = await client.teams().fetchChannelList(teamId, timeLimit());
        return conversations.flatMap(({ id, name }) =>
          id === undefined ? [] : [{ id, ...(typeof name === "string" ? { name } : {}) }],
        );
      }),
  };
}

function memberOf(account: object, userId: string): TeamsMember {
  const text = (name: string): string | undefined => {
    const value: unknown = Reflect.get(account, name);
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const [name, aadObjectId, tenantId, userRole] = ["name", "aadObjectId", "tenantId", "userRole"].map(text);
  // `objectId` is what older services call it.
  const objectId = aadObjectId ?? text("objectId");
  return {
    id: text("id") ?? userId,
    ...(name === undefined ? {} : { name }),
    ...(objectId === undefined ? {} : { aadObjectId: objectId.toLowerCase() }),
    ...(tenantId === undefined ? {} : { tenantId: tenantId.toLowerCase() }),
    ...(userRole === undefined ? {} : { userRole }),
  };
}
