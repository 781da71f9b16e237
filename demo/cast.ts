/** Who plays in the demo, and where: people, channels, and what the configuration lets them do. */
export const cast = {
  channels: [
    { id: "C0RELEASES", name: "releases" },
    { id: "C0PLATFORM", name: "platform" },
  ],
  people: [
    {
      id: "U0MAYA0001",
      name: "maya",
      real_name: "Maya Lindqvist",
      roles: ["deployer", "release-manager", "operator"],
    },
    { id: "U0LENA0001", name: "lena", real_name: "Lena Okafor", roles: ["release-manager"] },
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
  /** Whom calls for approval name on each platform. */
  called: { slack: "lena", teams: "29:jonas" },
  teams: {
    people: [
      {
        id: "29:maya",
        name: "Maya Lindqvist",
        aadObjectId: "a11ce000-0000-4000-8000-0000000000a1",
        roles: ["deployer", "release-manager", "operator"],
      },
      { id: "29:priya", name: "Priya Nair", aadObjectId: "a11ce000-0000-4000-8000-0000000000b2", roles: [] },
      {
        id: "29:zoe",
        name: "Zoe Foreign",
        aadObjectId: "a11ce000-0000-4000-8000-0000000000c3",
        tenantId: "0f0f0f0f-0000-4000-8000-00000000beef",
        roles: [],
      },
      {
        id: "29:lena",
        name: "Lena Okafor",
        aadObjectId: "a11ce000-0000-4000-8000-0000000000d4",
        roles: ["release-manager"],
      },
      {
        id: "29:jonas",
        name: "Jonas Weber",
        aadObjectId: "a11ce000-0000-4000-8000-0000000000e5",
        roles: ["release-manager"],
      },
    ],
    team: {
      id: "19:contoso-platform@thread.tacv2",
      name: "Contoso platform",
      aadGroupId: "7e0a51b4-2f3c-4a57-9f7d-5c1b0f6a9001",
      channels: [
        { id: "19:general@thread.tacv2", name: "General" },
        { id: "19:releases@thread.tacv2", name: "releases", type: "shared" },
      ],
    },
    group: { id: "19:oncall@thread.v2", name: "On call" },
    /** The app of the simulated Azure Bot, a user-assigned managed identity. */
    appId: "b07c0de0-1111-4222-8333-acc0ffee0001",
  },
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
