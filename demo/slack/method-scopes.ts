import type { Arguments } from "./read-arguments.ts";
import { findText } from "./read-arguments.ts";
import type { SlackState } from "./state.ts";

const kindsOfScope = { channel: "channels", group: "groups", im: "im" } as const;

// docs.slack.dev/reference/methods: the bot scope that each method asks for.
const fixedScopes: Readonly<Record<string, readonly string[]>> = {
  "auth.test": [],
  "chat.postMessage": ["chat:write"],
  "chat.postEphemeral": ["chat:write"],
  "chat.update": ["chat:write"],
  "chat.delete": ["chat:write"],
  "chat.getPermalink": [],
  "views.open": [],
  "views.update": [],
  "views.push": [],
  "users.info": ["users:read"],
  "users.list": ["users:read"],
  "usergroups.list": ["usergroups:read"],
  "usergroups.users.list": ["usergroups:read"],
  "conversations.open": ["im:write"],
};

const listedTypes: Readonly<Record<string, string>> = {
  public_channel: "channels:read",
  private_channel: "groups:read",
  im: "im:read",
  mpim: "mpim:read",
};

/** The scopes that this call needs, all of them; reading depends on the kind of the channel. */
export function neededScopes(state: SlackState, method: string, args: Arguments): readonly string[] {
  const fixed = fixedScopes[method];
  if (fixed !== undefined) return fixed;
  if (method === "conversations.list") {
    const types = (findText(args, "types") ?? "public_channel").split(",");
    return types.map((type) => listedTypes[type.trim()] ?? "channels:read");
  }
  const kind = state.channels.get(findText(args, "channel") ?? "")?.kind ?? "channel";
  const verb = /history|replies/.test(method) ? "history" : "read";
  return [`${kindsOfScope[kind]}:${verb}`];
}
