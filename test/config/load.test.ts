import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readTextFile } from "../../src/config/read/read-file.ts";
import { configOf, environment, linesOf, load, minimal } from "./support.ts";

/** The example of the design, with its placeholders filled in and without its scanner. */
const design = `
mode: act
server:   { host: 0.0.0.0, port: 3000, internalPort: 9090, publicUrl: https://chatops.contoso.com,
            tokens: [{ name: dashboards, secret: "\${API_TOKEN}", scopes: [status, audit] }] }
store:    { url: sqlite:./data/acr-chatops.db }
credentials:
  reader:   { type: workload-identity, clientId: 11111111-1111-1111-1111-111111111111 }
  deployer: { type: managed-identity, clientId: 22222222-2222-2222-2222-222222222222 }
registries:
  contoso:
    loginServer: contoso.azurecr.io
    resourceId: /subscriptions/0000/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/contoso
    credentials: { read: reader, write: deployer, quarantine: deployer, webhooks: reader }
    webhook:   { names: [chatops], secrets: ["\${ACR_WEBHOOK_SECRET}"] }
    eventGrid: { secrets: ["\${EG_SECRET}"] }
azure:    { cloud: public }
slack:    { botToken: "\${SLACK_BOT_TOKEN}", signingSecret: "\${SLACK_SIGNING_SECRET}" }
teams:    { appId: B07C0DE0-1111-4222-8333-ACC0FFEE0001, tenantId: 72f988bf-0000-4000-8000-2d7cd011db47, auth: managed-identity }
people:   [{ name: Maya Lindqvist, slack: U012ABCDE, teams: A11CE000-0000-4000-8000-0000000000A1 }]
roles:
  deployer:        { slack: [U012ABCDE, S0614TZR7], teams: [A11CE000-0000-4000-8000-0000000000B2], notify: { slack: S0614TZR7 } }
  release-manager: { slack: [S0614TZR8] }
targets:
  staging:    { type: retag, registry: contoso, repositories: ["shop/*"], tag: staging, allow: { deploy: [deployer] } }
  production: { type: kubernetes, registry: contoso, repositories: ["shop/checkout"], cluster: { aks: /subscriptions/0000/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/aks }, credential: deployer,
                namespace: shop, workload: deployment/checkout, container: app,
                allow: { deploy: [deployer], rollback: [deployer] }, approvals: { count: 2, from: [release-manager] },
                after: { target: staging, soak: 1h } }
routes:
  - { repositories: ["shop/**"], tags: ["v*", "!*-rc*"], actions: [push, delete, quarantine], to: ["slack:C0123ABCD", "teams:19:releases@thread.tacv2"] }
`;

const unsaid = {
  freeze: [],
  rollbackInFreeze: "allow",
  timeoutMs: 600_000,
  rollbackOnFailure: false,
  replaces: [],
  logs: "link",
  revision: expect.stringMatching(/^[0-9a-f]{12}$/),
};

describe("a configuration that is right", () => {
  it("is the design's example", async () => {
    const result = await load(design, { ...environment, API_TOKEN: "an-api-token-of-some-thirty-chars" });
    const config = configOf(result);

    expect(linesOf(result)).toEqual([expect.stringContaining("approvals: don't cover roll backs")]);
    expect(config).toEqual({
      mode: "act",
      server: {
        host: "0.0.0.0",
        port: 3000,
        internalHost: "127.0.0.1",
        internalPort: 9090,
        publicUrl: "https://chatops.contoso.com",
        tokens: [
          { name: "dashboards", secret: "an-api-token-of-some-thirty-chars", scopes: ["status", "audit"] },
        ],
      },
      store: { url: "sqlite:./data/acr-chatops.db", ephemeral: false },
      credentials: {
        reader: { type: "workload-identity", clientId: "11111111-1111-1111-1111-111111111111" },
        deployer: { type: "managed-identity", clientId: "22222222-2222-2222-2222-222222222222" },
      },
      registries: {
        contoso: {
          name: "contoso",
          loginServer: "contoso.azurecr.io",
          resourceId:
            "/subscriptions/0000/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/contoso",
          credentials: { read: "reader", write: "deployer", quarantine: "deployer", webhooks: "reader" },
          webhook: { names: ["chatops"], secrets: [environment.ACR_WEBHOOK_SECRET] },
          eventGrid: { secrets: [environment.EG_SECRET] },
          allow: { release: [], reject: [] },
          endpoint: "https://contoso.azurecr.io",
        },
      },
      azure: {
        cloud: "public",
        armEndpoint: "https://management.azure.com",
        authorityHost: "https://login.microsoftonline.com",
        graphEndpoint: "https://graph.microsoft.com",
        audience: "https://containerregistry.azure.net",
      },
      slack: {
        botToken: environment.SLACK_BOT_TOKEN,
        signingSecret: environment.SLACK_SIGNING_SECRET,
        apiUrl: "https://slack.com/api/",
        command: "/acr",
        history: false,
      },
      slackWebhooks: {},
      teams: {
        appId: "b07c0de0-1111-4222-8333-acc0ffee0001",
        tenantId: "72f988bf-0000-4000-8000-2d7cd011db47",
        auth: { type: "managed-identity", clientId: "b07c0de0-1111-4222-8333-acc0ffee0001" },
        openIdMetadataUrl: "https://login.botframework.com/v1/.well-known/openidconfiguration",
        tokenIssuer: "https://api.botframework.com",
        loginUrl: "https://login.microsoftonline.com",
        scope: "https://api.botframework.com/.default",
        groups: true,
        actions: "execute",
      },
      teamsWorkflows: {},
      people: [{ name: "Maya Lindqvist", slack: "U012ABCDE", teams: "a11ce000-0000-4000-8000-0000000000a1" }],
      roles: {
        deployer: {
          name: "deployer",
          slack: ["U012ABCDE", "S0614TZR7"],
          teams: ["a11ce000-0000-4000-8000-0000000000b2"],
          notify: { slack: "S0614TZR7" },
        },
        "release-manager": { name: "release-manager", slack: ["S0614TZR8"], teams: [], notify: {} },
      },
      targets: {
        staging: {
          name: "staging",
          type: "retag",
          registry: "contoso",
          repositories: ["shop/*"],
          tag: "staging",
          allow: { deploy: ["deployer"], rollback: [], lock: ["deployer"], breakGlass: [] },
          ...unsaid,
        },
        production: {
          name: "production",
          type: "kubernetes",
          registry: "contoso",
          repositories: ["shop/checkout"],
          cluster: {
            kind: "aks",
            resourceId:
              "/subscriptions/0000/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/aks",
            credential: "deployer",
          },
          namespace: "shop",
          workload: { kind: "deployment", name: "checkout" },
          container: "app",
          force: false,
          allow: { deploy: ["deployer"], rollback: ["deployer"], lock: ["deployer"], breakGlass: [] },
          approvals: { count: 2, from: ["release-manager"], expiresMs: 14_400_000 },
          after: { target: "staging", soakMs: 3_600_000 },
          ...unsaid,
        },
      },
      freeze: [],
      auditKeepMs: 400 * 86_400_000,
      routes: [
        {
          name: "routes[0]",
          registries: [],
          repositories: ["shop/**"],
          tags: ["v*", "!*-rc*"],
          actions: ["push", "delete", "quarantine"],
          untagged: false,
          to: ["slack:C0123ABCD", "teams:19:releases@thread.tacv2"],
        },
      ],
      cards: { settleMs: 10_000 },
      revision: expect.stringMatching(/^[0-9a-f]{12}$/),
    });
  });

  it("is the example file, without a warning", async () => {
    const text = await readFile(new URL("../../acr-chatops.example.yaml", import.meta.url), "utf8");
    expect(linesOf(await load(text))).toEqual([]);
    expect(configOf(await load(text)).slackWebhooks).toEqual({ audit: environment.SLACK_AUDIT_WEBHOOK_URL });
    expect(configOf(await load(text)).teamsWorkflows).toEqual({
      audit: environment.TEAMS_AUDIT_WORKFLOW_URL,
    });
  });

  it("takes the addresses of a cloud, and tests' own addresses in their place", async () => {
    const china = configOf(await load(`${minimal}azure: { cloud: china, audience: api://x }\n`)).azure;
    expect(china).toEqual({
      cloud: "china",
      armEndpoint: "https://management.chinacloudapi.cn",
      authorityHost: "https://login.chinacloudapi.cn",
      graphEndpoint: "https://microsoftgraph.chinacloudapi.cn",
      audience: "api://x",
    });
    const local = configOf(
      await load(
        `${minimal.replace("signingSecret", 'apiUrl: "http://127.0.0.1:9/api", signingSecret')}azure: { armEndpoint: "http://localhost:1/", authorityHost: "http://[::1]:2", graphEndpoint: "http://127.0.0.1:3/" }\n`,
      ),
    );
    expect(local.azure.armEndpoint).toBe("http://localhost:1");
    expect(local.azure.authorityHost).toBe("http://[::1]:2");
    expect(local.azure.graphEndpoint).toBe("http://127.0.0.1:3");
    expect(local.slack?.apiUrl).toBe("http://127.0.0.1:9/api/");
  });

  it("shows nothing of Object under the names that people and URLs choose", async () => {
    const { registries, roles, targets } = configOf(await load(minimal));
    expect(registries.constructor).toBeUndefined();
    expect(roles.toString).toBeUndefined();
    expect(targets.hasOwnProperty).toBeUndefined();
  });
});

describe(`\${…}`, () => {
  const withSecret = (secret: string) => minimal.replace(`\${ACR_WEBHOOK_SECRET}`, () => secret);

  it("never lets a secret's text become YAML", async () => {
    const hostile = 'x"]}\n_mode:_act_#*&!|>{}[],%@`';
    const result = await load(minimal, {
      ...environment,
      ACR_WEBHOOK_SECRET: `${hostile.replaceAll("\n", "-")}-long`,
    });
    expect(configOf(result).mode).toBe("notify");
    expect(configOf(result).registries.contoso?.webhook.secrets).toEqual([
      `${hostile.replaceAll("\n", "-")}-long`,
    ]);
  });

  it("reads a mounted secret without the line break at its end", async () => {
    const result = await load(withSecret(`\${file:/run/secrets/acr}`), environment, {
      "/run/secrets/acr": "a-mounted-secret-of-some-length\n",
    });
    expect(configOf(result).registries.contoso?.webhook.secrets).toEqual(["a-mounted-secret-of-some-length"]);
  });

  it(`is not filled in twice, and $\${ stands for itself`, async () => {
    const result = await load(withSecret(`$\${ACR_WEBHOOK_SECRET}-\${EG_SECRET}`), {
      ...environment,
      EG_SECRET: `\${SLACK_BOT_TOKEN}`,
    });
    expect(configOf(result).registries.contoso?.webhook.secrets).toEqual([
      `\${ACR_WEBHOOK_SECRET}-\${SLACK_BOT_TOKEN}`,
    ]);
  });

  it("gives a port as digits", async () => {
    const result = await load(`${minimal}server: { port: "\${PORT}" }\n`, { ...environment, PORT: "8080" });
    expect(configOf(result).server.port).toBe(8080);
  });

  it("does not let the bot start without a secret", async () => {
    const line = "chatops.yaml:5:26 registries.contoso.webhook.secrets[0]: ";
    const problems = async (secret: string, variables = environment, files = {}) =>
      linesOf(await load(withSecret(secret), variables, files));
    expect(await problems(`\${NOPE}`)).toEqual([
      `${line}needs the environment variable NOPE, which is not set`,
    ]);
    expect(await problems(`\${EMPTY}`, { ...environment, EMPTY: "" })).toEqual([
      `${line}needs the environment variable EMPTY, which is empty`,
    ]);
    expect(await problems(`\${file:/run/nope}`)).toEqual([
      `${line}needs the file "/run/nope", which does not exist`,
    ]);
    expect(await problems(`\${file:/run/e}`, environment, { "/run/e": "\n" })).toEqual([
      `${line}needs the file "/run/e", which is empty`,
    ]);
    expect(await problems(`\${file:relative}`)).toEqual([
      `${line}names a file without its whole path; write \${file:/path}`,
    ]);
    for (const odd of [`\${not a name}`, `\${`, `\${constructor.x}`, `\${}`])
      expect(await problems(odd)).toEqual([
        `${line}holds \${…} that is neither \${NAME} (an environment variable) nor \${file:/path} (a mounted secret); write $\${ for a plain \${`,
      ]);
    expect(await problems(`\${toString}`)).toEqual([
      `${line}needs the environment variable toString, which is not set`,
    ]);
  });
});

describe("a file that cannot be read", () => {
  it("is one problem", async () => {
    const { loadConfig } = await import("../../src/config/load.ts");
    const missing = await loadConfig("/nonexistent/chatops.yaml", environment);
    expect(linesOf(missing)).toEqual(["/nonexistent/chatops.yaml: does not exist"]);
    const folder = await loadConfig("/", environment);
    expect(linesOf(folder)).toEqual(["/: is not a regular file"]);
  });

  it("is refused when it is larger than allowed, a device, or not UTF-8", async () => {
    await expect(readTextFile(import.meta.filename, 10)).rejects.toMatchObject({ code: "EFBIG" });
    await expect(readTextFile("/dev/zero", 10)).rejects.toMatchObject({ code: "ENOTREG" });
    const folder = await mkdtemp(join(tmpdir(), "chatops-"));
    await writeFile(join(folder, "bytes"), Buffer.from([0xff, 0xfe, 0x00]));
    await expect(readTextFile(join(folder, "bytes"), 10)).rejects.toMatchObject({ code: "EILSEQ" });
    await rm(folder, { recursive: true });
  });
});

describe("warnings", () => {
  it.each([
    [
      "mode: act",
      "chatops.yaml:1:7 mode: is act, but nobody may do anything: no target and no registry names a role under allow",
    ],
    ["routes: []", "chatops.yaml:7:1 routes: are empty: nothing will be posted"],
    [
      "contoso.azurecr.cn",
      "chatops.yaml:4:18 registries.contoso.loginServer: belongs to another cloud than azure.cloud (public)",
    ],
    [
      "registry.example.com",
      "chatops.yaml:4:18 registries.contoso.loginServer: is not an Azure Container Registry by its name; tokens for Azure will be sent there",
    ],
    ["credentials", "chatops.yaml:9:16 credentials.dev: is used by no registry and no target"],
  ])("say what is probably not meant: %s", async (what, line) => {
    const text = {
      "mode: act": minimal.replace("mode: notify", "mode: act"),
      "routes: []": minimal.replace(/routes:[\s\S]*/, "routes: []\n"),
      credentials: `${minimal}credentials: { dev: { type: default } }\n`,
    }[what];
    const result = await load(text ?? minimal.replace("contoso.azurecr.io", what));
    expect(result.ok).toBe(true);
    expect(linesOf(result)).toContain(line);
  });

  it("say when two registries share a secret, without the secret", async () => {
    const second = `  other:\n    loginServer: other.azurecr.io\n    webhook: { secrets: ["\${ACR_WEBHOOK_SECRET}"] }\n`;
    const result = await load(minimal.replace("slack:", `${second}slack:`));
    expect(linesOf(result)).toEqual([
      "chatops.yaml:8:5 registries.other.webhook: shares a secret with registries.contoso: whoever knows it can speak for both",
    ]);
  });
});

describe("the revision", () => {
  it("stays after a rotation and a reordering, and changes with the configuration", async () => {
    const revision = async (text: string, variables = environment) =>
      configOf(await load(text, variables)).revision;
    const first = await revision(minimal);
    expect(await revision(minimal, { ...environment, SLACK_BOT_TOKEN: "xoxb-9999-8888-zzz" })).toBe(first);
    expect(await revision(`${minimal.replace("mode: notify\n", "")}mode: notify\n`)).toBe(first);
    expect(await revision(minimal.replace("mode: notify", "mode: observe"))).not.toBe(first);
    expect(await revision(minimal.replace("C0123ABCD", "C0123ABCE"))).not.toBe(first);
  });
});
