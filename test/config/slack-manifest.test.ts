import { readdir, readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { z } from "zod";

const root = new URL("../../", import.meta.url);
const file: unknown = JSON.parse(await readFile(new URL("manifest/slack.json", root), "utf8"));
const eventsUrl = "https://chatops.example.com/slack/events";

// docs.slack.dev, reference/app-manifest: fields and their limits. Strict, because Slack refuses what it does not know.
const httpsUrl = z.url({ protocol: /^https$/ });
const Manifest = z.strictObject({
  _metadata: z.strictObject({ major_version: z.literal([1, 2]), minor_version: z.int() }),
  display_information: z.strictObject({
    name: z.string().min(1).max(35),
    description: z.string().max(140),
    // Slack's settings pages refuse a long description of fewer than 174 characters.
    long_description: z.string().min(174).max(4000),
    background_color: z.string().regex(/^#([0-9a-f]{3}|[0-9a-f]{6})$/i),
  }),
  features: z.strictObject({
    app_home: z.strictObject({
      home_tab_enabled: z.boolean(),
      messages_tab_enabled: z.boolean(),
      messages_tab_read_only_enabled: z.boolean(),
    }),
    bot_user: z.strictObject({
      display_name: z.string().regex(/^[a-z0-9._-]{1,80}$/),
      always_online: z.boolean(),
    }),
    slash_commands: z
      .array(
        z.strictObject({
          command: z.string().regex(/^\/\S{1,31}$/),
          url: httpsUrl,
          description: z.string().min(1).max(2000),
          usage_hint: z.string().max(1000),
          should_escape: z.boolean(),
        }),
      )
      .max(50),
  }),
  oauth_config: z.strictObject({ scopes: z.strictObject({ bot: z.array(z.string()).min(1).max(255) }) }),
  settings: z.strictObject({
    event_subscriptions: z.strictObject({
      request_url: httpsUrl,
      bot_events: z.array(z.string()).min(1).max(100),
    }),
    interactivity: z.strictObject({ is_enabled: z.boolean(), request_url: httpsUrl }),
    org_deploy_enabled: z.boolean(),
    socket_mode_enabled: z.boolean(),
    token_rotation_enabled: z.boolean(),
  }),
});

/** What each method and event needs of a bot's token: docs.slack.dev, reference/methods and reference/events. */
const scopesOf: Readonly<Record<string, readonly string[]>> = {
  "auth.test": [],
  "chat.postMessage": ["chat:write"],
  "chat.postEphemeral": ["chat:write"],
  "chat.update": ["chat:write"],
  "views.open": [],
  "views.update": [],
  "users.info": ["users:read"],
  "usergroups.users.list": ["usergroups:read"],
  "usergroups.list": ["usergroups:read"],
  "conversations.open": ["im:write"],
  // Only with slack.history, whose scopes an administrator adds by hand: docs/configuration.md.
  "conversations.history": [],
  "conversations.replies": [],
  "event app_mention": ["app_mentions:read"],
  "event message.im": ["im:history"],
  "event app_uninstalled": [],
  "event tokens_revoked": [],
  "event channel_archive": ["channels:read"],
  "event channel_unarchive": ["channels:read"],
  "event channel_left": ["channels:read"],
  "event group_archive": ["groups:read"],
  "event group_unarchive": ["groups:read"],
  "event group_left": ["groups:read"],
};

/** Every method that the code under bot/slack calls, and every event that it listens to. */
async function usedByTheCode(): Promise<{ methods: readonly string[]; events: readonly string[] }> {
  const folder = new URL("src/bot/slack/", root);
  const names = (await readdir(folder)).filter((name) => name.endsWith(".ts"));
  const code = (await Promise.all(names.map((name) => readFile(new URL(name, folder), "utf8")))).join("\n");
  const found = (pattern: RegExp) => [...new Set([...code.matchAll(pattern)].map(([, name]) => name ?? ""))];
  return {
    methods: found(/\bclient\.((?:[a-z]+\.)+[a-zA-Z]+)\(/g),
    events: found(/\bapp\.event\("([a-z_.]+)"/g).map((name) => (name === "message" ? "message.im" : name)),
  };
}

describe("manifest/slack.json", () => {
  it("is a manifest that Slack takes as it is", () => {
    expect(Manifest.safeParse(file).error?.issues ?? []).toEqual([]);
  });

  it("sends everything to one address, and has the default command", () => {
    const { features, settings } = Manifest.parse(file);
    expect(features.slash_commands.map((command) => command.command)).toEqual(["/acr"]);
    expect([
      settings.event_subscriptions.request_url,
      settings.interactivity.request_url,
      ...features.slash_commands.map((command) => command.url),
    ]).toEqual([eventsUrl, eventsUrl, eventsUrl]);
    expect(settings).toMatchObject({
      org_deploy_enabled: false,
      socket_mode_enabled: false,
      token_rotation_enabled: false,
    });
    expect(features.app_home).toMatchObject({
      messages_tab_enabled: true,
      messages_tab_read_only_enabled: false,
    });
  });

  it("asks for these scopes and no others", () => {
    expect(Manifest.parse(file).oauth_config.scopes.bot).toEqual([
      "app_mentions:read",
      "chat:write",
      "commands",
      "im:history",
      "usergroups:read",
      "users:read",
    ]);
  });

  it("asks for the scopes that the code's calls and events need, and for nothing else", async () => {
    const { methods, events } = await usedByTheCode();
    const { oauth_config, settings } = Manifest.parse(file);
    const uses = [...methods, ...events.map((name) => `event ${name}`)];
    expect(methods).toContain("chat.postMessage");
    expect(uses.filter((use) => scopesOf[use] === undefined)).toEqual([]);
    expect(settings.event_subscriptions.bot_events.toSorted()).toEqual(events.toSorted());
    const needed = new Set(["commands", ...uses.flatMap((use) => scopesOf[use] ?? [])]);
    expect(oauth_config.scopes.bot.toSorted()).toEqual([...needed].toSorted());
  });
});
