import { describe, expect, it } from "vitest";
import { secretsOf } from "../../src/config/secrets.ts";
import { configOf, environment, linesOf, load, minimal } from "./support.ts";

const appId = "b07c0de0-1111-4222-8333-acc0ffee0001";
const tenantId = "72f988bf-0000-4000-8000-2d7cd011db47";
const maya = "a11ce000-0000-4000-8000-0000000000a1";
const priya = "a11ce000-0000-4000-8000-0000000000b2";
const workflow = "https://prod-12.westeurope.logic.azure.com:443/workflows/0a/x?api-version=1&sig=";
const app = `appId: ${appId}, tenantId: ${tenantId}`;
const channelHint =
  "use the id of a channel (19:…@thread.tacv2) or of a group chat (19:…@thread.v2); it stands in the link that Teams copies";
const pem = "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n-----BEGIN CERTIFICATE-----\nx\n";

/** The minimal configuration with line 9 added, and what was found in it, without the file's name. */
async function found(line: string, files: Readonly<Record<string, string>> = {}, text = minimal) {
  const result = await load(`${text}${line}\n`, environment, files);
  return { ok: result.ok, lines: linesOf(result).map((one) => one.replace("chatops.yaml:", "")) };
}

describe("the section teams", () => {
  it.each([
    ["teams: {}", ["9:8 teams: has nothing to post with; set appId and tenantId, or workflows"]],
    [
      "teams: { workflows: {} }",
      ["9:8 teams: has nothing to post with; set appId and tenantId, or workflows"],
    ],
    [
      `teams: { appId: ${appId} }`,
      ["9:8 teams: lacks tenantId; both are needed, from the Azure Bot's page Configuration"],
    ],
    [
      "teams: { auth: secret }",
      [
        "9:8 teams: lacks appId and tenantId; both are needed, from the Azure Bot's page Configuration",
        "9:16 teams.auth: is secret and needs teams.secret; set it",
      ],
    ],
    [
      "teams: { appId: x, tenantId: contoso.com, auth: password, clientid: x }",
      [
        '9:17 teams.appId: "x" does not fit; must be the Microsoft App ID of the Azure Bot (a GUID)',
        '9:30 teams.tenantId: "contoso.com" does not fit; must be the tenant\'s id (a GUID)',
        '9:49 teams.auth: "password" does not fit; must be managed-identity, certificate or secret',
        "9:59 teams.clientid: is not known here; did you mean clientId?",
      ],
    ],
    [
      `teams: { ${app}, certificate: /run/bot.pem, secret: "a-secret-of-24-characters" }`,
      [
        "9:103 teams.certificate: is used only with auth: certificate; set that, or leave it out",
        "9:130 teams.secret: is used only with auth: secret; set that, or leave it out",
      ],
    ],
    [
      `teams: { ${app}, auth: secret, secret: hunter2, clientId: ${appId} }`,
      [
        "9:125 teams.secret: is too short; copy the client secret's value from Entra",
        "9:134 teams.clientId: is used only with auth: managed-identity; leave it out",
      ],
    ],
    [
      `teams: { ${app}, openIdMetadataUrl: "http://login.example.com/x", tokenIssuer: x, loginUrl: "https://u:p@x", scope: "a b" }`,
      [
        "9:122 teams.openIdMetadataUrl: is http; use https (http is taken only on loopback)",
        "9:165 teams.tokenIssuer: is not a URL; must be https://…",
        "9:178 teams.loginUrl: holds a user or a password; leave them out",
        '9:202 teams.scope: "a b" does not fit; must be the scope of a token, such as https://api.botframework.com/.default',
      ],
    ],
    [
      `teams: { ${app} }\nazure: { cloud: china }`,
      [
        "9:8 teams: lacks openIdMetadataUrl, tokenIssuer, scope, which have no default in the cloud china; set them",
      ],
    ],
  ])("%s", async (line, lines) => {
    expect(await found(line)).toEqual({ ok: false, lines });
  });

  it("tells a client secret's id from its value, and quotes neither", async () => {
    expect(await found(`teams: { ${app}, auth: secret, secret: ${maya} }`)).toEqual({
      ok: false,
      lines: ["9:125 teams.secret: is the id of a client secret; copy its value from Entra"],
    });
  });

  it("takes a certificate that can be read and has what it must, and no other", async () => {
    const line = `teams: { ${app}, auth: certificate, certificate: /run/bot.pem }`;
    const at = "9:135 teams.certificate: names a file";
    expect(await found(line)).toEqual({ ok: false, lines: [`${at} that does not exist`] });
    expect(await found(line, { "/run/bot.pem": "-----BEGIN CERTIFICATE-----\nabc\n" })).toEqual({
      ok: false,
      lines: [`${at} without PRIVATE KEY; must be a PEM file with certificate and key`],
    });
    const config = configOf(await load(`${minimal}${line}\n`, environment, { "/run/bot.pem": pem }));
    expect(config.teams?.auth).toEqual({ type: "certificate", path: "/run/bot.pem" });
  });

  it("takes a secret, which changes no revision and is known as one", async () => {
    const line = `teams: { ${app}, auth: secret, secret: "\${TEAMS_SECRET}", workflows: { audit: "\${FLOW}" } }`;
    const signature = "abcdefghijklmnop%2Bqrstuvwxyz0123456789ABCD";
    const read = async (TEAMS_SECRET: string, FLOW: string) =>
      configOf(await load(`${minimal}${line}\n`, { ...environment, TEAMS_SECRET, FLOW }));
    const config = await read("a-client-secret-of-30-letters.", `${workflow}${signature}`);
    expect(config.teams?.auth).toEqual({ type: "secret", secret: "a-client-secret-of-30-letters." });
    expect(secretsOf(config)).toEqual(
      expect.arrayContaining([
        "a-client-secret-of-30-letters.",
        `${workflow}${signature}`,
        signature,
        signature.replace("%2B", "+"),
      ]),
    );
    const rotated = await read("another-secret-of-30-letters..", `${workflow}x`);
    expect(rotated.revision).toBe(config.revision);
    const other = configOf(await load(`${minimal}teams: { ${app} }\n`));
    expect(other.revision).not.toBe(config.revision);
  });

  it("takes tests' own addresses on loopback, and those of the government's cloud", async () => {
    const local = `teams: { ${app}, openIdMetadataUrl: "http://127.0.0.1:4/openid", tokenIssuer: "http://127.0.0.1:4", loginUrl: "http://127.0.0.1:5/", scope: api://x/.default, groups: false }`;
    expect(configOf(await load(`${minimal}${local}\n`)).teams).toMatchObject({
      openIdMetadataUrl: "http://127.0.0.1:4/openid",
      tokenIssuer: "http://127.0.0.1:4",
      loginUrl: "http://127.0.0.1:5",
      scope: "api://x/.default",
      groups: false,
    });
    const government = `teams: { ${app} }\nazure: { cloud: usgovernment }\n`;
    expect(configOf(await load(minimal + government)).teams).toMatchObject({
      tokenIssuer: "https://api.botframework.us",
      loginUrl: "https://login.microsoftonline.us",
    });
  });

  it("warns of another identity, of roles without an app, and of an unknown host", async () => {
    expect((await found(`teams: { ${app}, clientId: ${tenantId} }`)).lines).toEqual([
      "9:113 teams.clientId: is another identity than teams.appId; Teams takes messages only from the bot's own",
    ]);
    const flow = `teams: { workflows: { a: "https://flows.example.com/x" } }\nroles: { deployer: { teams: [${maya}] } }`;
    expect(await found(flow)).toEqual({
      ok: true,
      lines: [
        "9:26 teams.workflows.a: is not on logic.azure.com or api.powerplatform.com; cards will be sent there",
        "10:22 roles.deployer.teams: is not used: there is no Teams app; set teams.appId and teams.tenantId",
      ],
    });
    const http = minimal.replace("mode: notify", "mode: notify\nserver: { publicUrl: http://localhost:1 }");
    expect((await found(`teams: { ${app} }`, {}, http)).lines).toEqual([
      "2:22 server.publicUrl: is http; Slack and Teams call only https addresses",
    ]);
  });

  it.each([
    [
      "https://contoso.webhook.office.com/webhookb2/x",
      "is an Office 365 connector (webhook.office.com), which Microsoft has retired; make a workflow in Teams",
    ],
    ["http://prod-1.logic.azure.com/x", "is http; use https (http is taken only on loopback)"],
    ["https://prod-1.logic.azure.com/x#y", "must not have a #"],
  ])("refuses the workflow %s", async (address, message) => {
    expect(await found(`teams: { workflows: { audit: "${address}" } }`)).toEqual({
      ok: false,
      lines: [`9:30 teams.workflows.audit: ${message}`],
    });
  });
});

describe("a route to Teams", () => {
  const routeTo = (channel: string, section = `teams: { ${app}, workflows: { audit: "${workflow}x" } }`) =>
    found(section, {}, minimal.replace("slack:C0123ABCD", channel));

  it.each([
    "teams:19:releases@thread.tacv2",
    "teams:19:Kx3aZ0-p_q1vYt5bT2mN8cRwEoU7sJ4dLhGfVnQkXyI1@thread.tacv2",
    "teams:19:0123456789abcdef0123456789abcdef@thread.skype",
    "teams:19:oncall@thread.v2",
    "teams:19:meeting_MjdhNjM4YzUtYzExZi00OTFkLTkzZTAtNTVlNmZmMDhkNGU2@thread.v2",
    "teams-workflow:audit",
  ])("may name %s", async (channel) => {
    expect(await routeTo(channel)).toEqual({ ok: true, lines: [] });
    const text = minimal.replace("slack:C0123ABCD", channel);
    const config = configOf(await load(`${text}teams: { ${app}, workflows: { audit: "${workflow}x" } }\n`));
    expect(config.routes[0]?.to).toEqual([channel]);
  });

  it.each([
    ["19:releases@thread.tacv2", '"19:releases@thread.tacv2" lacks its kind; write "teams:" before the id'],
    ["teams:releases", `"teams:releases" is no conversation of Teams; ${channelHint}`],
    [`teams:${maya}`, `"teams:${maya}" is no conversation of Teams; ${channelHint}`],
    ["teams:a:1xyz", `"teams:a:1xyz" is no conversation of Teams; ${channelHint}`],
    [
      "teams:19%3areleases%40thread.tacv2",
      "what is written here is written as in a link; write : for %3a and @ for %40",
    ],
    [
      "teams:19:releases@thread.tacv2;messageid=1700000000000",
      "what is written here is one thread; leave out ;messageid= and what follows, to name the channel",
    ],
    [
      "https://teams.microsoft.com/l/channel/19%3areleases%40thread.tacv2/releases",
      "is a link into Teams; write teams: and the id that stands in it, such as teams:19:…@thread.tacv2",
    ],
    ["teams-workflow:audti", '"teams-workflow:audti" is not there; did you mean teams-workflow:audit?'],
    ["teams-workflow:xyz", '"teams-workflow:xyz" is not there; put its address under teams.workflows'],
  ])("may not name %s", async (channel, message) => {
    expect(await routeTo(channel)).toEqual({ ok: false, lines: [`8:12 routes[0].to[0]: ${message}`] });
  });

  it("needs the app", async () => {
    expect(
      await routeTo("teams:19:releases@thread.tacv2", `teams: { workflows: { a: "${workflow}x" } }`),
    ).toEqual({
      ok: false,
      lines: [
        '8:12 routes[0].to[0]: "teams:19:releases@thread.tacv2" needs the Teams app; set teams.appId and teams.tenantId',
      ],
    });
  });
});

describe("people", () => {
  it.each([
    ["people: {}", ["9:9 people: is a mapping; must be a list of { name, slack, teams }"]],
    [
      "people: [{ name: Maya, slack: U012ABCDE }, { slack: S012ABCDE, teams: maya@contoso.com }]",
      [
        "9:10 people[0]: lacks teams; a person is listed for having both accounts",
        "9:44 people[1].name: is missing; must be a name of at most 80 letters, digits, spaces, . ' and -",
        '9:53 people[1].slack: "S012ABCDE" does not fit; must be a Slack id of a person (U…, W…)',
        '9:71 people[1].teams: "maya@contoso.com" does not fit; must be the object id of a person in Entra (a GUID)',
      ],
    ],
    [
      `people:\n  - { name: Maya, slack: U012ABCDE, teams: ${maya} }\n  - { name: maya, slack: U012ABCDE, teams: ${maya.toUpperCase()} }`,
      [
        "11:13 people[1].name: is the name of people[0] already; list each person once",
        "11:26 people[1].slack: is the account of people[0] already; list each person once",
        "11:44 people[1].teams: is the account of people[0] already; list each person once",
      ],
    ],
    [
      `people: [{ name: "a:b", slack: U012ABCDE, teams: ${maya} }]`,
      [
        '9:18 people[0].name: "a:b" does not fit; must be a name of at most 80 letters, digits, spaces, . \' and -',
      ],
    ],
  ])("%s", async (line, lines) => {
    expect(await found(line)).toEqual({ ok: false, lines });
  });

  it("are taken as they are, with ids in lower case", async () => {
    const text = `${minimal}people:\n  - { name: Maya Lindqvist, slack: U012ABCDE, teams: ${maya.toUpperCase()} }\n  - { name: Seán O'Hara, slack: W0123, teams: ${priya} }\n`;
    expect(configOf(await load(text)).people).toEqual([
      { name: "Maya Lindqvist", slack: "U012ABCDE", teams: maya },
      { name: "Seán O'Hara", slack: "W0123", teams: priya },
    ]);
  });
});
