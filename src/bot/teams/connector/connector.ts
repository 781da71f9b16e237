import { ConnectorClient, TeamsConnectorClient } from "botframework-connector";
import { ChatopsError } from "../../../errors.ts";
import type { Installation } from "../../../nouns/installation.ts";
import { createAgents } from "../../../outgoing/proxy.ts";
import { present } from "../../../present.ts";
import type { ChatCall } from "../../chat-errors.ts";
import { ownMembersOf } from "../activity-envelope.ts";
import { isSafeServiceUrl } from "../service-url.ts";
import type { OutboundToken } from "./outbound-token.ts";
import { teamsError } from "./teams-errors.ts";
import { withoutRepetitions } from "./without-repetitions.ts";

/** Where Teams takes calls for a place, and the tenant they are about. */
export type Site = Pick<Installation, "serviceUrl" | "tenant">;
type Conversations = ConnectorClient["conversations"];
/** An activity that the bot sends. */
export type OutgoingActivity = Parameters<Conversations["sendToConversation"]>[1];
type FirstActivity = NonNullable<Parameters<Conversations["createConversation"]>[0]["activity"]>;

export interface TeamsMember {
  readonly id: string;
  readonly name?: string;
  readonly aadObjectId?: string;
  readonly tenantId?: string;
  /** `user`, `guest` or `anonymous`. */
  readonly userRole?: string;
}

interface ConnectorDeps {
  readonly token: Pick<OutboundToken, "get" | "refused" | "passed">;
  readonly appId: string;
  readonly now: () => number;
  /** Tests shorten it. */
  readonly timeoutMs?: number;
}

/** Microsoft's clients for one call, and how long it may take. */
interface Client {
  readonly conversations: () => Conversations;
  readonly teams: () => TeamsConnectorClient["teams"];
  readonly limit: { readonly abortSignal: AbortSignal };
}

type Call = <T>(what: ChatCall, site: Site, place: string, run: (client: Client) => Promise<T>) => Promise<T>;

// After this an answer of Teams counts as lost.
const connectorTimeoutMs = 10_000;

/**
 * The calls to Teams that the bot makes, by Microsoft's client with its own repetitions off: left on, it posts again after
 * a reset socket or a 502, and a message doubles (platform-facts, measured). Each throws a ChatopsError, as `ChannelPort`
 * says.
 */
export function createTeamsConnector(deps: ConnectorDeps) {
  const call = createCall(deps);
  const bot = { id: `28:${deps.appId}`, name: "" };
  return { ...conversationCalls(call, bot), ...questions(call) };
}
export type TeamsConnector = ReturnType<typeof createTeamsConnector>;

function createCall(deps: ConnectorDeps): Call {
  const agentOf = createAgents({ keepAlive: true });
  return async (what, site, place, run) => {
    if (!isSafeServiceUrl(site.serviceUrl))
      throw new ChatopsError("chat-channel-unavailable", `The address of Teams for ${place} is not https.`);
    // Before the call itself: a token that cannot be had must not put a post in doubt.
    const token = await deps.token.get();
    const credentials: ConstructorParameters<typeof ConnectorClient>[0] = {
      signRequest: async (request) => {
        request.headers.set("authorization", `Bearer ${token}`);
        return request;
      },
    };
    const options = { baseUri: site.serviceUrl };
    try {
      const answer = await run({
        conversations: () =>
          withoutRepetitions(new ConnectorClient(credentials, options), agentOf).conversations,
        teams: () => withoutRepetitions(new TeamsConnectorClient(credentials, options), agentOf).teams,
        limit: { abortSignal: AbortSignal.timeout(deps.timeoutMs ?? connectorTimeoutMs) },
      });
      deps.token.passed();
      return answer;
    } catch (error) {
      const known = teamsError(error, what, place, deps.now());
      if (known.code === "chat-unauthorized") deps.token.refused(known.message);
      throw known;
    }
  };
}

function conversationCalls(call: Call, bot: { readonly id: string; readonly name: string }) {
  return {
    /** Begins a thread in a channel and gives the id of its first message. */
    startThread: (site: Site, channel: string, activity: OutgoingActivity) =>
      call("post", site, `channel ${channel}`, async ({ conversations, limit }) => {
        const channelData = { channel: { id: channel }, tenant: { id: site.tenant } };
        // The client's type asks for what Teams fills in itself.
        const first = { activity: activity as FirstActivity, tenantId: site.tenant, channelData };
        const created = await conversations().createConversation({ isGroup: true, bot, ...first }, limit);
        return created.activityId ?? /;messageid=(\d+)$/.exec(created.id ?? "")?.[1];
      }),
    /** Posts into a conversation (a thread: `<channel>;messageid=<id>`) and gives the message's id. */
    send: (site: Site, conversation: string, activity: OutgoingActivity) =>
      call("post", site, `conversation ${conversation}`, async ({ conversations, limit }) => {
        const sent = await conversations().sendToConversation(conversation, activity, limit);
        return sent.id;
      }),
    update: (site: Site, conversation: string, activityId: string, activity: OutgoingActivity) =>
      call("edit", site, `conversation ${conversation}`, async ({ conversations, limit }) => {
        await conversations().updateActivity(conversation, activityId, activity, limit);
      }),
    /**
     * Opens the chat with a person and gives its id; it is the same one each time. By Teams' own id (`29:…`) it takes a
     * team of theirs that has the app, by an Entra object id the app in their personal scope.
     */
    openChat: (site: Site, userId: string) =>
      call("read", site, `the chat with ${userId}`, async ({ conversations, limit }) => {
        const members = [{ id: userId, name: "" }];
        const channelData = { tenant: { id: site.tenant } };
        const created = await conversations().createConversation(
          { isGroup: false, bot, members, tenantId: site.tenant, channelData },
          limit,
        );
        return created.id;
      }),
  };
}

function questions(call: Call) {
  return {
    /** A member by Teams id or Entra object id. */
    findMember: (site: Site, conversation: string, userId: string) =>
      call("read", site, `member ${userId}`, async ({ conversations, limit }) =>
        memberOf(await conversations().getConversationMember(conversation, userId, limit), userId),
      ),
    /** The channels of a team that the bot can see. */
    listChannels: (site: Site, teamId: string) =>
      call("read", site, `team ${teamId}`, async ({ teams, limit }) => {
        const { conversations = [] } = await teams().fetchChannelList(teamId, limit);
        return conversations.flatMap(({ id, name, type }) =>
          id === undefined ? [] : [present({ id, name, hasOwnMembers: ownMembersOf(type) })],
        );
      }),
  };
}

function memberOf(account: object, userId: string): TeamsMember {
  const text = (name: string): string | undefined => {
    const value: unknown = Reflect.get(account, name);
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  return present({
    id: text("id") ?? userId,
    name: text("name"),
    // `objectId` is what older services call it.
    aadObjectId: (text("aadObjectId") ?? text("objectId"))?.toLowerCase(),
    tenantId: text("tenantId")?.toLowerCase(),
    userRole: text("userRole"),
  });
}
