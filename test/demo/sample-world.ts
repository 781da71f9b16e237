import { busyTeams, teamsUsers } from "./sample-teams.ts";

/** A Block Kit text, written short. */
const mrkdwn = (text: string) => ({ type: "mrkdwn", text }) as const;
const plain = (text: string) => ({ type: "plain_text", text }) as const;

const button = (actionId: string, text: string, more: object = {}) => ({
  type: "button",
  action_id: actionId,
  text: plain(text),
  value: "card-7f3a",
  ...more,
});

const portal = button("portal", "Portal", { url: "https://portal.azure.com/#view/registry" });

const digest = (letter: string): string =>
  `sha256:${letter.repeat(4)}91c07be2d4f68a3350e7b1c9d2aa04${letter.repeat(30)}`;

/** What `shop/checkout:1.4.2` and `staging` point to. */
export const checkoutDigest = digest("a");

type CardParts = {
  title: string;
  state: string;
  facts: readonly string[];
  context: string;
  buttons: readonly object[];
};

const card = ({ title, state, facts, context, buttons }: CardParts): readonly object[] => [
  { type: "header", block_id: "head", text: plain(title) },
  { type: "section", block_id: "state", text: mrkdwn(state) },
  { type: "section", block_id: "facts", fields: facts.map(mrkdwn) },
  { type: "context", block_id: "context", elements: [mrkdwn(context)] },
  { type: "actions", block_id: "buttons", elements: buttons },
];

const when = (unix: number): string => `<!date^${unix}^{date_short_pretty} at {time}|a while ago>`;

const quarantinedCard = (at: number) =>
  card({
    title: "shop/basket:2.0.0 · contoso",
    state: "🔒 *Quarantined* · not scanned yet",
    facts: [
      `*Digest*\n\`${digest("b").slice(7, 19)}\``,
      "*Pushed by*\n`docker/28.3.2` · <@U0MAYA0001>",
      `*When*\n${when(at)}`,
      "*Size*\n83.1 MB (+1.2 MB against `1.9.4`)",
    ],
    context: "`linux/amd64` · signature attached, not verified",
    buttons: [
      button("release", "Release…"),
      button("reject", "Reject…", {
        style: "danger",
        confirm: {
          title: plain("Reject this image?"),
          text: mrkdwn("`shop/basket:2.0.0` stays in quarantine and *nobody* can pull it."),
          confirm: plain("Reject"),
          deny: plain("Keep"),
          style: "danger",
        },
      }),
      portal,
    ],
  });

const liveCard = (at: number) =>
  card({
    title: "shop/checkout:1.4.2 · contoso",
    state: "🟢 *Live on staging*",
    facts: [
      `*Digest*\n\`${digest("a").slice(7, 19)}\``,
      "*Pushed by*\n`docker/28.3.2` · build-bot",
      `*When*\n${when(at)}`,
      "*Size*\n61.4 MB (−0.3 MB against `1.4.1`)",
      "*Source*\n<https://github.com/contoso/shop|contoso/shop@9f31c2e>",
      "*Regions*\n`westus` ✓  `eastus` ✓  `westeurope` …",
    ],
    context: "`linux/amd64` · `linux/arm64` · SBOM attached",
    buttons: [
      button("promote", "Promote…", { style: "primary" }),
      button("redeploy", "Redeploy…"),
      button("rollback", "Roll back…", { style: "danger" }),
      button("details", "Details"),
      portal,
    ],
  });

const running = (at: number): object => ({
  type: "section",
  text: mrkdwn(`*Now running*\nstaging \`1.4.2\` (this) · production \`1.4.0\` (since ${when(at - 86_400)})`),
});

type SampleUser = {
  platform: string;
  id: string;
  name: string;
  roles: string[];
  person?: string;
  note?: string;
};

const setup = {
  users: [
    {
      platform: "slack",
      id: "U0MAYA0001",
      name: "Maya Lindqvist",
      person: "maya",
      roles: ["deployer", "release-manager"],
    },
    { platform: "slack", id: "U0TOMAS001", name: "Tomás Ferreira", roles: [] },
    { platform: "slack", id: "U0GUEST001", name: "Gwen", roles: [] },
  ] as SampleUser[],
  channels: [
    { platform: "slack", id: "C0RELEASES", name: "releases" },
    { platform: "slack", id: "C0PLATFORM", name: "platform" },
    { platform: "slack", id: "D0MAYA0001", name: "", user: "U0MAYA0001" },
  ],
  registry: { name: "contoso", loginServer: "contoso.azurecr.io", address: "http://127.0.0.1:5050" },
};

/** A world in which nothing has happened yet. */
export const emptyWorld = () => ({
  setup,
  slack: {
    channels: { C0RELEASES: [], C0PLATFORM: [] } as Record<string, object[]>,
    ephemerals: [] as object[],
    views: [] as object[],
  },
  teams: { conversations: {} } as SampleTeams,
  registry: { repositories: {} as Record<string, object>, quarantinePolicy: { enabled: false } },
  deliveries: [] as object[],
  operations: [],
  audit: [],
});

type SampleTeams = { conversations: Record<string, object[]> } & Partial<ReturnType<typeof busyTeams>>;

export type SampleWorld = ReturnType<typeof emptyWorld>;

const manifest = (kind: "image" | "index", quarantineState?: string) => ({
  mediaType:
    kind === "index"
      ? "application/vnd.oci.image.index.v1+json"
      : "application/vnd.oci.image.manifest.v1+json",
  ...(quarantineState ? { quarantineState } : {}),
});

/** A world an hour into a release: two cards, a thread, a refusal that only Tomás sees. `at` is in Unix seconds. */
export function busyWorld(at: number): SampleWorld {
  const ts = (ago: number): string => `${at - ago}.000100`;
  const bot = "U0ACRBOT01";
  const reply = (ago: number, text: string) => ({
    ts: ts(ago),
    thread_ts: ts(1500),
    user: bot,
    text,
    edits: 0,
  });
  return {
    ...emptyWorld(),
    slack: {
      channels: {
        C0RELEASES: [
          {
            ts: ts(1800),
            user: "U0MAYA0001",
            text: "Checkout 1.4.2 has the tax fix, on its way :rocket:",
            edits: 0,
          },
          {
            ts: ts(1500),
            user: bot,
            text: "shop/checkout:1.4.2 is live on staging",
            blocks: liveCard(at - 1500).toSpliced(3, 0, running(at)),
            edits: 4,
          },
          reply(1400, "Deploying to *staging*, asked by <@U0MAYA0001>: _tax fix_"),
          reply(1340, "✅ *staging* now runs `1.4.2`, 61 s after <@U0MAYA0001> asked."),
          {
            ts: ts(240),
            user: bot,
            text: "shop/basket:2.0.0 is quarantined",
            blocks: quarantinedCard(at - 240),
            edits: 1,
          },
        ],
        C0PLATFORM: [
          { ts: ts(900), user: "U0TOMAS001", text: "Who looks after <#C0RELEASES> today?", edits: 0 },
        ],
        D0MAYA0001: [
          { ts: ts(700), user: bot, text: "Your deploy of `shop/checkout:1.4.2` is done.", edits: 0 },
        ],
      },
      ephemerals: [
        {
          channel: "C0RELEASES",
          user: "U0TOMAS001",
          ts: ts(120),
          text: "You need `deployer` on staging. <@U0MAYA0001> has it. Nothing was changed.",
        },
      ],
      views: [],
    },
    registry: {
      quarantinePolicy: { enabled: true },
      repositories: {
        "shop/checkout": {
          tags: { "1.4.1": digest("c"), "1.4.2": digest("a"), staging: digest("a") },
          manifests: {
            [digest("a")]: manifest("index"),
            [digest("c")]: manifest("image"),
            [digest("d")]: manifest("image"),
          },
        },
        "shop/basket": {
          tags: {},
          manifests: { [digest("b")]: manifest("image", "Quarantined") },
        },
      },
    },
    deliveries: [
      { action: "push", repository: "shop/checkout", tag: "1.4.1", statusCode: 200, tookMs: 12 },
      { action: "push", repository: "shop/checkout", tag: "1.4.2", statusCode: 503, tookMs: 31 },
      { action: "push", repository: "shop/checkout", tag: "1.4.2", statusCode: 200, tookMs: 9 },
      { action: "quarantine", repository: "shop/basket", tag: "2.0.0", statusCode: 200, tookMs: 14 },
    ],
  };
}

/** The same hour on both platforms. `at` is in Unix seconds. */
export function bothWorlds(at: number): SampleWorld {
  const world = busyWorld(at);
  const users = [...world.setup.users, ...teamsUsers];
  return { ...world, setup: { ...world.setup, users }, teams: busyTeams(at) };
}

/** A card made of text that a registry may hold and that must stay text. */
export function hostileMessage(at: number): object {
  const marks =
    "&lt;!channel&gt; &lt;@U0MAYA0001&gt; <script>window.hacked=1</script> <javascript:window.hacked=2|click me>";
  return {
    ts: `${at}.000200`,
    user: "U0ACRBOT01",
    text: "hostile",
    edits: 0,
    blocks: [
      { type: "header", text: plain("<!channel> <img src=x onerror=window.hacked=3> *not bold*") },
      {
        type: "section",
        text: mrkdwn(`${marks} \`&lt;!here&gt;\` \`a\u202Eb\` 10:30:22 # heading &amp;lt;`),
      },
      { type: "context", elements: [mrkdwn("x".repeat(600)), plain("`not code` <@U0MAYA0001>")] },
      { type: "no_such_block", text: 7 },
      {
        type: "actions",
        elements: [
          button("bad-link", "Bad link", { url: "javascript:window.hacked=4" }),
          button("long", "W".repeat(75)),
        ],
      },
    ],
  };
}
