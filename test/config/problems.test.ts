import { describe, expect, it } from "vitest";
import { linesOf, load, minimal } from "./support.ts";

const act = `mode: act
credentials: { reader: { type: default } }
registries:
  contoso:
    loginServer: contoso.azurecr.io
    credentials: { read: reader }
    webhook: { secrets: ["\${ACR_WEBHOOK_SECRET}"] }
roles: { deployer: { slack: [U012ABCDE] } }
`;
const channelIdHint =
  "use the channel's id: in Slack open the channel's details, at the bottom stands an id such as C0123ABCD";
const notYet = "is not supported in this version yet; leave it out";
const onHooks =
  "is not on hooks.slack.com or hooks.slack-gov.com; copy the address of the incoming webhook from Slack";

/** What is added to the minimal configuration (as line 9 and on), and every line that comes of it. */
const added: readonly (readonly [string, readonly string[]])[] = [
  ["modes: act", ["9:1 modes: is not known here; did you mean mode?"]],
  [
    "xyzzy: 1",
    [
      "9:1 xyzzy: is not known here; known keys are mode, server, store, credentials, registries, azure, slack, teams, people, roles, targets, freeze, killSwitch, audit, routes, cards",
    ],
  ],
  ["server: { port: 70000 }", ["9:17 server.port: is a number; must be a port, 0 to 65535"]],
  ["server: { port: '80000' }", ['9:17 server.port: "80000" does not fit; must be a port, 0 to 65535']],
  [
    "server: { port: 9090 }",
    ["9:17 server.port: is the port and the internal port at once; give each its own"],
  ],
  [
    "server: { publicUrl: http://chatops.contoso.com }",
    ["9:22 server.publicUrl: is http; use https (http is taken only on loopback)"],
  ],
  [
    "server: { publicUrl: https://u:p@chatops.contoso.com }",
    ["9:22 server.publicUrl: holds a user or a password; leave them out"],
  ],
  [
    "server:",
    ["9:8 server: is empty; must be { host, port, internalHost, internalPort, publicUrl, tokens }"],
  ],
  [
    "server: { tokens: { name: a } }",
    ["9:19 server.tokens: is a mapping; must be a list of { name, secret, scopes }"],
  ],
  [
    `server: { tokens: [{ name: A b, secret: short, scopes: [] }, { name: a, secret: "\${EG_SECRET}", scopes: [all] }, { name: a, secret: "\${EG_SECRET}", scopes: [audit] }] }`,
    [
      '9:28 server.tokens[0].name: "A b" does not fit; must be a name: a-z, 0-9 and -, at most 50 characters',
      "9:41 server.tokens[0].secret: has fewer than 16 characters; make a long random one, for example with: openssl rand -hex 32",
      "9:56 server.tokens[0].scopes: has too few entries; must name at least one of status and audit",
      '9:106 server.tokens[1].scopes[0]: "all" does not fit; must be status or audit',
      "9:122 server.tokens[2].name: is the name of server.tokens[1] already; give each its own",
      "9:133 server.tokens[2].secret: is the secret of server.tokens[1] already; give each its own",
    ],
  ],
  ["audit: { keep: 29d }", ["9:16 audit.keep: is shorter than 30d; must be at least 30d"]],
  ["killSwitch: true", ["9:13 killSwitch: is true or false; must be the path of a file"]],
  [
    "freeze: weekends",
    ['9:9 freeze: "weekends" does not fit; must be such as "Fri 16:00 - Mon 08:00 Europe/Berlin"'],
  ],
  [
    "roles: { a: { teams: [x], notify: { slack: C0123ABCD, teams: x, mail: x } } }",
    [
      '9:23 roles.a.teams[0]: "x" does not fit; must be the object id of a person or group in Entra (a GUID)',
      '9:44 roles.a.notify.slack: "C0123ABCD" does not fit; must be a Slack id of a person (U…, W…) or of a user group (S…)',
      '9:62 roles.a.notify.teams: "x" does not fit; must be the object id of a person or group in Entra (a GUID)',
      "9:65 roles.a.notify.mail: is not known here; known keys are slack, teams",
    ],
  ],
  [
    "roles: { a: { slack: [bob] } }",
    [
      '9:23 roles.a.slack[0]: "bob" does not fit; must be a Slack id of a person (U…, W…) or of a user group (S…)',
    ],
  ],
  [
    "roles: { A b: {} }",
    [
      "9:10 roles[?]: is no such name; must be a-z, 0-9 and -, beginning with a letter or digit, at most 50 characters",
    ],
  ],
  ["store: { url: ./data.db }", ["9:15 store.url: is no store; must be sqlite:<path of a file>"]],
  [
    "store: { url: 'sqlite:' }",
    [
      "9:15 store.url: names no file; must be sqlite: and the path of a file, such as sqlite:./data/acr-chatops.db",
    ],
  ],
  [
    "store: { url: 'sqlite::memory:' }",
    [
      "9:15 store.url: is a store in memory, which is lost with the process; name a file, or set store.ephemeral",
    ],
  ],
  [
    "store: { url: 'postgres://u:p@h/d' }",
    [
      "9:15 store.url: is PostgreSQL, which is not supported in this version yet; must be sqlite:<path of a file>",
    ],
  ],
  [
    "cards: { settle: 10 }",
    ["9:18 cards.settle: is a number; must be a length of time, such as 500ms, 10s, 4h"],
  ],
  ["cards: { settle: 1h }", ["9:18 cards.settle: is longer than 10m; must be at most 10m"]],
  [
    "credentials: { a: { type: magic } }",
    [
      '9:27 credentials.a.type: "magic" does not fit; must be managed-identity, workload-identity, certificate, secret or default',
    ],
  ],
  [
    "credentials: { a: { type: default, clientid: x } }",
    ["9:36 credentials.a.clientid: is not known here; known keys are type"],
  ],
  [
    "credentials: { a: { type: managed-identity, clientid: x } }",
    ["9:45 credentials.a.clientid: is not known here; did you mean clientId?"],
  ],
  [
    "credentials: { a: { type: managed-identity, clientId: x } }",
    ['9:55 credentials.a.clientId: "x" does not fit; must be an application\'s client id (a GUID)'],
  ],
  ["1: x", ["9:1: has a key that is not a text; put it in quotes"]],
  ["? [a]\n: x", ["9:3: has a key that is not a text; put it in quotes"]],
  ["'__proto__': { mode: act }", ["9:1: has a key that is not a text; put it in quotes"]],
  ["<<: { mode: act }", ["9:1: uses a merge key (<<), which YAML 1.2 does not have; write the keys out"]],
  ["mode: act", ["9:1 mode: is there twice; keep one of the two"]],
  [
    "cards: !!binary aGk=",
    ["9:17 cards: is of a type that is not used here; write a text, a number, true or false"],
  ],
  ["---\nmode: act", ["9:1: holds a second document; one file is one document"]],
  [
    `cards: { settle: \${X} }`,
    [`9:19: has something that YAML does not expect here; write "\${NAME}" in quotes`],
  ],
];

/** What stands for a route's channel in the minimal configuration, and the line that comes of it. */
const channels: readonly (readonly [string, string])[] = [
  ["#releases", `"#releases" is a channel's name, which may change; ${channelIdHint}`],
  ["slack:#releases", `"slack:#releases" is a channel's name, which may change; ${channelIdHint}`],
  ["C0123ABCD", '"C0123ABCD" lacks its kind; write "slack:…" before the id'],
  ["slack:U0123ABCD", '"slack:U0123ABCD" is a person; must be a channel (C…, G…) or a direct message (D…)'],
  ["slack:releases", `"slack:releases" is no channel of Slack; ${channelIdHint}`],
  ["slack-webhook:audit", '"slack-webhook:audit" is not there; put its address under slack.webhooks'],
  [
    "mail:x",
    '"mail:x" is no channel; must be slack:<channel id>, teams:<conversation id>, slack-webhook:<name> or teams-workflow:<name>',
  ],
  [
    "https://hooks.slack.com/services/T/B/X",
    "is an address; put it under slack.webhooks or teams.workflows with a name, and write slack-webhook:<name> or teams-workflow:<name> here",
  ],
  [
    "https://contoso.webhook.office.com/x",
    "is an Office 365 connector (webhook.office.com), which Microsoft has retired",
  ],
];

/** What stands for the Slack section, and every line that comes of it. */
const slacks: readonly (readonly [string, readonly string[]])[] = [
  [
    "slack: { botToken: xoxb-1-2 }",
    ["6:8 slack: lacks signingSecret; both are needed, from the app's pages in Slack"],
  ],
  ["slack: {}", ["6:8 slack: has nothing to post with; set botToken and signingSecret, or webhooks"]],
  [
    `slack: { botToken: xoxp-1-2, signingSecret: "\${SLACK_SIGNING_SECRET}" }`,
    [
      "6:20 slack.botToken: is no bot token; must begin with xoxb- (Slack: OAuth & Permissions, Bot User OAuth Token)",
    ],
  ],
  [
    "slack: { botToken: xoxb-1-2, signingSecret: short }",
    [
      "6:45 slack.signingSecret: is no signing secret of Slack; copy it from the app's page Basic Information",
    ],
  ],
  [
    `slack: { botToken: xoxb-1-2, signingSecret: "\${SLACK_SIGNING_SECRET}", command: acr, appToken: x }`,
    [
      '6:81 slack.command: "acr" does not fit; must begin with / and go on with a-z, 0-9, - or _, at most 32 characters',
      `6:96 slack.appToken: ${notYet}`,
    ],
  ],
  [
    `slack: { botToken: xoxb-1-2, signingSecret: "\${SLACK_SIGNING_SECRET}", webhooks: { a: "https://example.com/x" } }`,
    [`6:87 slack.webhooks.a: ${onHooks}`],
  ],
  [
    `slack: { botToken: xoxb-1-2, signingSecret: "\${SLACK_SIGNING_SECRET}", webhooks: { a: "http://hooks.slack.com/x" } }`,
    ["6:87 slack.webhooks.a: is http; use https (http is taken only on loopback)"],
  ],
  [
    `slack: { botToken: xoxb-1-2, signingSecret: "\${SLACK_SIGNING_SECRET}", webhooks: { a: "https://x.webhook.office.com/x" } }`,
    [
      "6:87 slack.webhooks.a: is an Office 365 connector (webhook.office.com), which Microsoft has retired; use an incoming webhook of Slack",
    ],
  ],
];

const inFile = (lines: readonly string[]) => lines.map((line) => `chatops.yaml:${line}`);

describe("every problem, with its place and what would be right", () => {
  it.each(added)("%s", async (text, lines) => {
    const result = await load(`${minimal}${text}\n`);
    expect(result.ok).toBe(false);
    expect(linesOf(result)).toEqual(inFile(lines));
  });

  it.each(channels)("a route to %s", async (channel, message) => {
    const result = await load(minimal.replace("slack:C0123ABCD", channel));
    expect(linesOf(result)).toEqual([`chatops.yaml:8:12 routes[0].to[0]: ${message}`]);
  });

  it.each(slacks)("%s", async (text, lines) => {
    const result = await load(minimal.replace(/slack: .*/, text));
    const others = linesOf(result).filter((line) => !line.includes("routes[0].to[0]"));
    expect(result.ok).toBe(false);
    expect(others).toEqual(inFile(lines));
  });

  it.each([
    ["https://contoso.azurecr.io", "does not fit"],
    ["Contoso.azurecr.io", '"Contoso.azurecr.io" does not fit'],
    ["contoso", '"contoso" does not fit'],
    ["contoso.azurecr.io:443", '"contoso.azurecr.io:443" does not fit'],
    ["-a.azurecr.io", '"-a.azurecr.io" does not fit'],
  ])("the login server %s", async (server, wrong) => {
    const result = await load(minimal.replace("contoso.azurecr.io", server));
    expect(linesOf(result)).toEqual([
      `chatops.yaml:4:18 registries.contoso.loginServer: ${wrong}; must be the registry's login server in lower case, such as contoso.azurecr.io, without https:// and port`,
    ]);
  });

  it("says that one registry has two names", async () => {
    const second = `  other: { loginServer: contoso.azurecr.io, webhook: { secrets: ["\${EG_SECRET}"] } }\n`;
    expect(linesOf(await load(minimal.replace("slack:", `${second}slack:`)))).toEqual([
      "chatops.yaml:6:25 registries.other.loginServer: is the login server of registries.contoso already; one registry has one name",
    ]);
  });

  it("says that a registry has no secret, and that its secrets are weak", async () => {
    const without = await load(minimal.replace(/ {4}webhook: .*\n/, ""));
    expect(linesOf(without)).toEqual([
      "chatops.yaml:3:3 registries.contoso: has nothing to recognise its events by; set webhook.secrets, eventGrid.secrets or eventGrid.entra",
    ]);
    const weak = await load(minimal.replace(`\${ACR_WEBHOOK_SECRET}`, "hunter2"));
    expect(linesOf(weak)).toEqual([
      "chatops.yaml:5:26 registries.contoso.webhook.secrets[0]: has fewer than 16 characters; make a long random one, for example with: openssl rand -hex 32",
    ]);
    const spaced = await load(minimal.replace(`\${ACR_WEBHOOK_SECRET}`, "correct horse battery staple"));
    expect(linesOf(spaced)).toEqual([
      "chatops.yaml:5:26 registries.contoso.webhook.secrets[0]: holds a space, a line break or a letter beyond ASCII, which a header cannot carry; make a new one",
    ]);
  });

  it("in mode act says which rights a target and a review lack", async () => {
    const target =
      "targets: { staging: { type: retag, registry: contoso, repositories: [a], tag: s, allow: { deploy: [deployer] } } }";
    const review = act.replace("    webhook:", "    allow: { release: [deployer] }\n    webhook:");
    expect(linesOf(await load(`${act}${target}\n`))).toEqual([
      "chatops.yaml:9:46 targets.staging.registry: names a registry that the bot may not write; set registries.contoso.credentials.write",
    ]);
    expect(linesOf(await load(review))).toEqual([
      "chatops.yaml:7:12 registries.contoso.allow: lets people review images, for which the bot has no rights; set registries.contoso.credentials.quarantine",
    ]);
    expect((await load(`${act}${target}\n`.replace("mode: act", "mode: observe"))).ok).toBe(true);
  });

  it("says that a route names what is not there, in the order of the file", async () => {
    const route =
      "  - { name: x, registries: [contosso], actions: [push, ping], repositories: ['+(a)'], tags: ['*a*b*c*d*e*'], mode: once }\n";
    expect(linesOf(await load(minimal + route))).toEqual(
      inFile([
        "9:5 routes[1].to: is missing; must be a list of channels",
        '9:29 routes[1].registries[0]: "contosso" is no registry; did you mean contoso?',
        '9:56 routes[1].actions[1]: "ping" does not fit; must be one of push, delete, quarantine, chart_push, chart_delete',
        "9:78 routes[1].repositories[0]: does not fit; a pattern is made of letters, digits, . _ / - and * ** ? [abc] {a,b}, with a leading ! to exclude",
        '9:94 routes[1].tags[0]: "*a*b*c*d*e*" has more than 5 stars; use fewer',
        `9:116 routes[1].mode: ${notYet}`,
      ]),
    );
  });
});

describe("a reference without quotes in {…} or […]", () => {
  const inQuotes = `has something that YAML does not expect here; write "\${NAME}" in quotes`;
  const inFlow = (token: string, secret: string) =>
    minimal
      .replace(`"\${SLACK_BOT_TOKEN}"`, token)
      .replace(`["\${ACR_WEBHOOK_SECRET}"]`, secret)
      .concat("freeze: []\nroles: {}\n");

  it("is one problem, whatever stands behind it", async () => {
    const result = await load(inFlow(`\${SLACK_BOT_TOKEN}`, `["\${ACR_WEBHOOK_SECRET}"]`));
    expect(linesOf(result)).toEqual([`chatops.yaml:6:21: ${inQuotes}`]);
  });

  it("is one problem for each, beside what else is wrong", async () => {
    const text = inFlow(`\${SLACK_BOT_TOKEN}`, `[\${ACR_WEBHOOK_SECRET}]`);
    const lines = linesOf(await load(`${text}cards: @x\n`));
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^chatops\.yaml:5:\d+: .*; write "\$\{NAME\}" in quotes$/);
    expect(lines[1]).toBe(`chatops.yaml:6:20: ${inQuotes}`);
    expect(lines[2]).toMatch(/^chatops\.yaml:11:8: begins with a character/);
  });

  it("is none outside of these", async () => {
    const block = minimal
      .replace(`["\${ACR_WEBHOOK_SECRET}"]`, `[x]`)
      .replace(
        "    webhook: { secrets: [x] }",
        `    webhook:\n      secrets:\n        - \${ACR_WEBHOOK_SECRET}`,
      );
    expect(linesOf(await load(block))).toEqual([]);
  });
});

describe("what later versions bring", () => {
  it("is refused key by key", async () => {
    const later = `${minimal.replace("  - { ", "  - { quiet: night, ")}cards: { burst: 5 }\n`;
    const found = linesOf(await load(later));
    expect(found).toHaveLength(2);
    expect(found[0]).toContain(`routes[0].quiet: ${notYet}`);
    expect(found[1]).toContain(`cards.burst: ${notYet}`);
  });
});

describe("a hostile file", () => {
  const bomb = `a: &a [x, x, x, x, x, x, x, x, x, x]\n${Array.from({ length: 8 }, (_, index) => {
    const name = String.fromCharCode(98 + index);
    const before = String.fromCharCode(97 + index);
    return `${name}: &${name} [${Array(10).fill(`*${before}`).join(", ")}]`;
  }).join("\n")}\n`;

  it.each([
    ["is empty", "", "is empty"],
    ["is only a comment", "# hello\n", "is empty"],
    ["is a list", "[1, 2]", "is a list; must be a mapping of settings"],
    ["is a text", "hello", "is a text; must be a mapping of settings"],
    ["is nested deeply", "[".repeat(20_000), "is nested too deeply to be read"],
    [
      "is nested rather deeply",
      `a: ${"[".repeat(40)}${"]".repeat(40)}`,
      "is nested too deeply, or has too many values",
    ],
    ["is an alias bomb", bomb, "refers to an anchor (*name) that is not there, or one too many"],
    ["refers to itself", "a: &a [*a]", "is nested too deeply, or has too many values"],
    ["refers to nothing", "mode: *nothing", "refers to an anchor (*name) that is not there, or one too many"],
    ["has control characters", 'mode: "a\\u0000\\u001b[31m"', "must be notify, observe or act"],
    ["is unclosed", 'mode: "act', "lacks a closing quote or bracket, a comma or a colon"],
    ["has tabs", "server:\n\tport: 1", "is indented with a tab; use spaces"],
  ])("that %s is refused in words", async (_, text, message) => {
    const started = process.hrtime.bigint();
    const result = await load(text);
    expect(result.ok).toBe(false);
    expect(linesOf(result).join("\n")).toContain(message);
    expect(linesOf(result).join("\n")).not.toContain("\u001b");
    expect(linesOf(result).length).toBeLessThan(60);
    expect(Number(process.hrtime.bigint() - started) / 1e6).toBeLessThan(5_000);
  });
});
