/** Who plays in the demo, and where: people, channels, and what the configuration lets them do. */
export const cast = {
  channels: [
    { id: "C0RELEASES", name: "releases" },
    { id: "C0PLATFORM", name: "platform" },
  ],
  people: [
    { id: "U0MAYA0001", name: "maya", real_name: "Maya Lindqvist", roles: ["deployer", "release-manager"] },
    { id: "U0TOMAS001", name: "tomas", real_name: "Tomás Ferreira", roles: [] },
    {
      id: "U0GUEST001",
      name: "gwen",
      real_name: "Gwen Adeyemi",
      roles: [],
      is_restricted: true,
      is_ultra_restricted: true,
    },
  ],
} as const;

/** What the bot's token may do: manifest/slack.json, and reading history, so that no lost post is sent twice. */
export const botScopes = [
  "app_mentions:read",
  "channels:history",
  "chat:write",
  "commands",
  "im:history",
  "users:read",
  "usergroups:read",
] as const;
