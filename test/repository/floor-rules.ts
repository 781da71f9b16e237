/** The floors of src/, ground up: a file imports from its own room and from the floors below it, nothing else. */
export const floors: readonly (readonly string[])[] = [
  ["present", "remember", "seldom"],
  ["nouns", "errors", "log", "line-writer"],
  ["config", "store", "work"],
  ["outgoing"],
  ["azure"],
  ["registry", "cards", "policy"],
  ["artifacts"],
  ["operations"],
  ["http"],
  ["webhook", "bot"],
  ["open-platforms", "reload"],
  ["app"],
  ["serve", "audit-command", "purge-command"],
  ["main"],
];

/**
 * The floors inside a room, ground up, by the names of its folders and files; `*` are all files that are not named. Every
 * folder of these rooms has its floor.
 */
export const floorsInside: Readonly<Record<string, readonly (readonly string[])[]>> = {
  "src/config": [
    ["parts"],
    ["read", "*"],
    ["targets"],
    ["schema"],
    ["check", "resolve", "secrets"],
    ["load", "running"],
    ["check-command", "from-environment"],
    ["package"],
  ],
  "src/store": [
    ["store"],
    ["tables"],
    ["engine"],
    ["due-work"],
    ["audit"],
    ["*"],
    ["operations"],
    ["decision-facts", "work-verbs"],
    ["requests"],
    ["open-store"],
  ],
  "src/registry": [["registry-port"], ["manifest"], ["acr"], ["*"]],
  "src/cards": [["text"], ["facets"], ["buttons"], ["*", "notices"], ["slack", "teams"]],
  "src/operations": [["target-port", "target-deps"], ["targets"], ["*"]],
  "src/operations/targets/kubernetes": [["access", "objects"], ["api"], ["rollout"], ["change"]],
  "src/webhook": [
    ["*"],
    ["callers"],
    ["delivery-route"],
    ["event-grid", "internal", "native-route"],
    ["server"],
  ],
  "src/bot": [
    ["people", "pace", "background", "chat-errors"],
    ["patient-call", "people-work"],
    ["deliver"],
    ["converse"],
    ["commands"],
    ["platform"],
    ["slack", "teams"],
  ],
  "src/bot/teams": [
    ["activity-envelope", "service-url"],
    ["connector", "gate"],
    ["places"],
    ["*"],
    ["talk"],
    ["open-teams"],
  ],
};

export interface PackageRule {
  readonly packages: RegExp;
  /** Files whose path begins so may import it. */
  readonly where: readonly string[];
  /** Files whose path begins so may take its types. */
  readonly types?: readonly string[];
  readonly instead: string;
}

/** Who may import which package. One that stands in no row may be imported anywhere. */
export const packageRules: readonly PackageRule[] = [
  {
    packages: /^@slack\/types$/,
    where: [],
    types: ["src/cards/slack/"],
    instead: "Take the types of Block Kit in src/cards/slack with `import type`.",
  },
  {
    packages: /^@slack\/(?!types$)/,
    where: ["src/bot/slack/"],
    instead: "Put the call behind the channel port in src/bot/deliver/channel-port.ts.",
  },
  {
    packages: /^@microsoft\/teams\.cards$/,
    where: ["src/bot/teams/"],
    types: ["src/cards/"],
    instead: "Take its types in src/cards with `import type`.",
  },
  {
    packages: /^(@microsoft\/(?!teams\.cards$)|botbuilder|botframework-)/,
    where: ["src/bot/teams/"],
    instead: "Put the call behind the channel port in src/bot/deliver/channel-port.ts.",
  },
  {
    packages: /^@azure\//,
    where: ["src/azure/", "src/registry/", "src/operations/targets/"],
    instead: "Use a port of src/registry/registry-port.ts or of src/operations/target-port.ts.",
  },
  {
    packages: /^(kysely|pg|node:sqlite)(\/|$)/,
    where: ["src/store/"],
    instead: "Give the store a verb in src/store/store.ts.",
  },
  {
    packages: /^fastify$/,
    where: ["src/http/"],
    types: ["src/webhook/", "src/bot/slack/", "src/bot/teams/", "src/bot/platform.ts", "src/app.ts"],
    instead: "Take the server as an argument with `import type`.",
  },
  { packages: /^pino$/, where: ["src/log.ts", "src/main.ts"], instead: "Take a Log of src/log.ts." },
  { packages: /^commander$/, where: ["src/main.ts"], instead: "The command line is read in src/main.ts." },
  { packages: /^yaml$/, where: ["src/config/"], instead: "The configuration is read in src/config." },
  {
    packages: /^jose$/,
    where: ["src/webhook/", "src/bot/teams/", "src/outgoing/"],
    instead:
      "Tokens are checked in src/webhook, those of Teams by the gate in src/bot/teams; keys are read and GitHub's tokens made in src/outgoing.",
  },
  { packages: /^node:child_process$/, where: [], instead: "The bot starts no other program." },
];

export interface RoomRule {
  readonly rooms: readonly string[];
  readonly of: RegExp;
  /** `types`: type imports only. `nothing`: not even those. `later`: types, and `import()` at run time. */
  readonly allows: "types" | "nothing" | "later";
  /** Names that the rule does not mean. */
  readonly except?: RegExp;
  readonly instead: string;
}

/** What some rooms may not take from others, although these are below them. */
export const roomRules: readonly RoomRule[] = [
  {
    rooms: ["policy", "cards"],
    of: /^src\/(config|store)\//,
    allows: "types",
    instead: "Policy and cards are pure: take values as arguments, types with `import type`.",
  },
  {
    rooms: ["nouns", "policy", "cards"],
    of: /^node:/,
    except: /^node:crypto$/,
    allows: "nothing",
    instead: "Nouns, policy and cards do no I/O: take what was read as an argument.",
  },
  {
    rooms: ["policy", "cards"],
    of: /^src\/(log\.ts|work\/)/,
    allows: "nothing",
    instead: "Policy and cards are pure: time comes in as an argument, the caller logs.",
  },
  {
    rooms: [
      "outgoing",
      "azure",
      "registry",
      "artifacts",
      "operations",
      "http",
      "webhook",
      "bot",
      "open-platforms",
      "reload",
      "app",
      "main",
    ],
    of: /^src\/store\//,
    allows: "types",
    instead: "Take the Store as an argument; only src/serve.ts opens one.",
  },
  {
    rooms: ["http", "webhook"],
    of: /^src\/(azure|registry|cards|policy|artifacts|operations)\//,
    allows: "nothing",
    instead:
      "The answer lane records and answers; what comes of an event is found by the loops in src/app.ts.",
  },
  {
    rooms: ["bot"],
    of: /^src\/(azure|registry)\//,
    allows: "types",
    instead: "Take a registry port as an argument.",
  },
  {
    rooms: ["open-platforms", "app"],
    of: /^src\/bot\/(slack|teams)\//,
    allows: "later",
    instead: "Load a platform with `import()` when it is configured.",
  },
];

/** What the simulated platforms are made of; it knows none of them. */
export const sharedRoom = "demo/shared";

/** Rooms of the demo that stand for the outside world, and so know nothing of the bot. */
export const worldRooms: readonly string[] = [
  sharedRoom,
  "demo/registry",
  "demo/azure",
  "demo/kubernetes",
  "demo/pipelines",
  "demo/slack",
  "demo/teams",
  "demo/page",
];

/** Packages that cost memory and start-up time: never reached from the start by imports that load at once. */
export const heavyPackages = /^(@azure\/(?!core-auth$)|@slack\/|@microsoft\/|botbuilder|botframework-|pg$)/;
