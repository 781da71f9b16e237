import type { IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";
import { TeamsAdapter } from "@microsoft/teams-ai";
import type { TurnContext } from "botbuilder";
import { ServiceClientCredentialsFactory } from "botframework-connector";
import { cast } from "../../demo/cast.ts";
import type { TeamsWorldOptions } from "../../demo/teams/options.ts";
import { createTeamsWorld, type TeamsWorld } from "../../demo/teams/world.ts";
import { startServer } from "../support/loopback-server.ts";

const [mayaOfCast, priyaOfCast, zoeOfCast] = cast.teams.people;
const { team, group } = cast.teams;
export const releases: string = team.channels[1].id;
export const oncall = group.id;
export const maya = mayaOfCast.id;
export const priya = priyaOfCast.id;
export const zoe = zoeOfCast.id;

export const defaults = {
  people: [mayaOfCast, priyaOfCast, zoeOfCast],
  teams: [
    {
      ...team,
      channels: [
        { id: "19:general@thread.tacv2", name: "General" },
        { id: releases, name: "releases" },
        { id: "19:shared@thread.tacv2", name: "shared", type: "shared" },
      ],
      isInstalled: true,
    },
  ],
  groups: [group],
  workflows: [{ secret: "flow-secret", conversation: releases }],
  appSecret: "the-app-secret",
  rates: false,
} as const satisfies TeamsWorldOptions;

/** A card with one button of each kind. */
export const card = {
  type: "AdaptiveCard",
  version: "1.5",
  body: [{ type: "TextBlock", text: "shop/checkout:1.4.2" }],
  actions: [
    { type: "Action.Execute", title: "Cancel", verb: "cancel", data: { reference: "r1" } },
    {
      type: "Action.Submit",
      title: "Release…",
      data: { msteams: { type: "task/fetch" }, reference: "r2" },
    },
    { type: "Action.Submit", title: "Plain", data: { reference: "r3" } },
    { type: "Action.OpenUrl", title: "Portal", url: "https://portal.azure.com/" },
  ],
};

/** The card of a dialog that asks for a reason and a target. */
export const askCard = {
  type: "AdaptiveCard",
  version: "1.5",
  body: [
    {
      type: "Input.Text",
      id: "reason",
      label: "Reason",
      isRequired: true,
      errorMessage: "Say why.",
      regex: "^.{3,}$",
      maxLength: 20,
    },
    {
      type: "Input.ChoiceSet",
      id: "target",
      label: "Target",
      value: "staging",
      choices: [
        { title: "Staging", value: "staging" },
        { title: "Production", value: "production" },
      ],
    },
  ],
  actions: [{ type: "Action.Submit", title: "Release", data: { reference: "r2" } }],
};

/** What goes into `attachments`. */
export function attach(content: unknown) {
  return { contentType: "application/vnd.microsoft.card.adaptive", content };
}

/** A world that is closed at the end of the test. */
export async function startTeams(options: Partial<TeamsWorldOptions> = {}) {
  const world = await createTeamsWorld({ ...defaults, ...options });
  const token = await world.issueToken();
  const call = async (method: string, path: string, body?: unknown, as: string = token) => {
    const response = await fetch(`${world.serviceUrl()}v3/${path}`, {
      method,
      headers: { authorization: `Bearer ${as}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      json: text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : {},
      retryAfter: response.headers.get("retry-after"),
    };
  };
  return { world, token, call, [Symbol.asyncDispose]: () => world.close() };
}

/** A post of the bot's own in a conversation; gives its id. */
export async function post(
  call: Awaited<ReturnType<typeof startTeams>>["call"],
  conversation: string,
  content: unknown = card,
): Promise<string> {
  const body = { type: "message", summary: "pushed", attachments: [attach(content)] };
  const answer = await call("POST", `conversations/${encodeURIComponent(conversation)}/activities`, body);
  if (answer.status !== 201) throw new Error(JSON.stringify(answer));
  return answer.json.id;
}

/** Activities that reached a server without any check, and the answer to give. */
export async function startListener(world: TeamsWorld) {
  const heard: { authorization: string | undefined; activity: Record<string, unknown> }[] = [];
  let answer: () => unknown = () => undefined;
  let status = 200;
  const bot = await listen(async (request) => {
    const activity = Object(await json(request));
    heard.push({ authorization: request.headers.authorization, activity });
    return { status, body: await answer() };
  });
  world.connectBot({ url: bot.url, appId: world.bot.appId });
  return {
    heard,
    answer: (next: () => unknown, withStatus = 200) => {
      answer = next;
      status = withStatus;
    },
    [Symbol.asyncDispose]: bot.close,
  };
}

class WorldCredentials extends ServiceClientCredentialsFactory {
  readonly world: TeamsWorld;

  constructor(world: TeamsWorld) {
    super();
    this.world = world;
  }

  override async isValidAppId(appId: string) {
    return appId === this.world.bot.appId;
  }

  override async isAuthenticationDisabled() {
    return false;
  }

  override async createCredentials() {
    const { world } = this;
    return {
      async signRequest<R extends { headers: { set(name: string, value: string): void } }>(request: R) {
        request.headers.set("authorization", `Bearer ${await world.issueToken()}`);
        return request;
      },
    };
  }
}

/** Microsoft's own adapter with authentication on, and the logic that a test gives it. */
export async function startAdapter(world: TeamsWorld, logic: (context: TurnContext) => Promise<void>) {
  const adapter = new TeamsAdapter(
    {
      MicrosoftAppId: world.bot.appId,
      MicrosoftAppTenantId: world.tenantId,
      ToBotFromChannelOpenIdMetadataUrl: world.openIdMetadataUrl,
      ToBotFromEmulatorOpenIdMetadataUrl: world.openIdMetadataUrl,
      ToBotFromChannelTokenIssuer: "https://api.botframework.com",
      ToChannelFromBotLoginUrl: world.tokenUrl,
      ToChannelFromBotOAuthScope: "https://api.botframework.com",
      OAuthUrl: world.address,
      CallerId: "",
      ValidateAuthority: false,
    },
    new WorldCredentials(world),
  );
  adapter.onTurnError = async (_context, error) => {
    throw error;
  };
  const bot = await listen(async (request) => {
    const answer: { status: number; body: unknown } = { status: 200, body: undefined };
    const response = {
      socket: undefined,
      header() {},
      status(code: number) {
        answer.status = code;
      },
      send(body: unknown) {
        answer.body = body;
      },
      end() {},
    };
    const body = Object(await json(request));
    await adapter.process({ body, headers: request.headers, method: "POST" }, response, logic);
    return answer;
  });
  world.connectBot({ url: bot.url, appId: world.bot.appId });
  return { adapter, [Symbol.asyncDispose]: bot.close };
}

async function listen(answer: (request: IncomingMessage) => Promise<{ status: number; body: unknown }>) {
  return startServer((request, response) => {
    answer(request).then(
      ({ status, body }) => {
        response.writeHead(status, { "content-type": "application/json" });
        response.end(typeof body === "string" ? body : JSON.stringify(body));
      },
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
}
