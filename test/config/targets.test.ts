import { describe, expect, it } from "vitest";
import { secretsOf } from "../../src/config/secrets.ts";
import { targetDefaults } from "../support/a-target.ts";
import { configOf, linesOf, load } from "./support.ts";
import { arm, examples, ground, loadTargets, privateKey, variables } from "./target-support.ts";

const base = {
  ...targetDefaults,
  repositories: ["shop/checkout"],
  allow: { deploy: [], rollback: [], lock: [], breakGlass: [] },
  revision: expect.stringMatching(/^[0-9a-f]{12}$/),
};
const hourMs = 3_600_000;

const resolved = {
  retag: {
    ...base,
    repositories: ["shop/*"],
    tag: "staging",
    allow: { deploy: ["deployer"], rollback: [], lock: ["deployer"], breakGlass: [] },
  },
  import: {
    ...base,
    credential: "deployer",
    into: { registry: "prod", repository: "prod/{name}", tag: "{tag}-signed" },
  },
  "web-app": {
    ...base,
    credential: "deployer",
    app: `${arm}/providers/Microsoft.Web/sites/shop`,
    slot: "blue",
    container: "main",
    startLimitMs: 230_000,
  },
  "container-app": {
    ...base,
    credential: "deployer",
    app: `${arm}/providers/Microsoft.App/containerApps/shop`,
  },
  kubernetes: {
    ...base,
    cluster: {
      kind: "aks",
      resourceId: `${arm}/providers/Microsoft.ContainerService/managedClusters/aks`,
      credential: "deployer",
    },
    namespace: "shop",
    workload: { kind: "deployment", name: "checkout" },
    container: "app",
    force: false,
  },
  template: {
    ...base,
    repositories: ["shop/job"],
    timeoutMs: hourMs,
    credential: "deployer",
    templateSpec: `${arm}/providers/Microsoft.Resources/templateSpecs/job/versions/1.0`,
    resourceGroup: arm,
    imageParameter: "image",
    parameters: { cpu: 2, location: "westeurope", spot: true },
  },
  "azure-pipelines": {
    ...base,
    timeoutMs: hourMs,
    credential: "deployer",
    organization: "https://dev.azure.com/contoso",
    project: "Shop Floor",
    pipeline: 42,
    ref: "refs/heads/main",
    parameters: { image: "{image}", operation: "{operation}" },
  },
  github: {
    ...base,
    timeoutMs: hourMs,
    repository: "contoso/deploy",
    workflow: "deploy.yml",
    ref: "main",
    inputs: { image: "{digest}", run: "chatops-{operation}" },
    // A mounted file comes without the line break at its end.
    auth: { kind: "app", appId: "12345", installationId: "678", privateKey: privateKey.trimEnd() },
    apiUrl: "https://api.github.com",
  },
  http: {
    ...base,
    timeoutMs: hourMs,
    url: "https://deploy.contoso.com/hook?code=abcdefghijklmnop",
    secret: variables.DEPLOY_KEY,
    privateNetwork: true,
  },
} as const;

const targetOf = async (text: string, more = "") =>
  configOf(await loadTargets({ one: text }, more)).targets.one;

describe("a target that is right", () => {
  it.each(Object.entries(resolved))(
    "of type %s has everything filled in, without a warning",
    async (type, own) => {
      const result = await loadTargets({ one: examples[type as keyof typeof examples] });
      expect(configOf(result).targets.one).toEqual({ name: "one", type, ...own });
      const warnings = linesOf(result).filter((line) => !line.includes("mode: is act, but nobody"));
      expect(warnings).toEqual([]);
    },
  );

  it("has every shared key", async () => {
    const shared =
      "allow: { deploy: [deployer], rollback: [lead], lock: [lead], breakGlass: [lead] }, approvals: { count: 2, from: [lead], expires: 30m, rollback: { count: 1, from: [deployer] } }, " +
      'after: { target: two, soak: 1h }, freeze: "Fri 16:00 - Mon 08:00 Europe/Berlin", rollbackInFreeze: hold, mode: observe, timeout: 90s, rollbackOnFailure: true, ' +
      "replaces: [docker.io/shop/*, localhost:5000/**], logs: tail";
    const one = examples.kubernetes.replace("type:", `${shared}, type:`);
    const config = configOf(await loadTargets({ one, two: examples.retag }));
    expect(config.targets.one).toMatchObject({
      allow: { deploy: ["deployer"], rollback: ["lead"], lock: ["lead"], breakGlass: ["lead"] },
      approvals: {
        count: 2,
        from: ["lead"],
        expiresMs: 1_800_000,
        rollback: { count: 1, from: ["deployer"] },
      },
      after: { target: "two", soakMs: hourMs },
      freeze: ["Fri 16:00 - Mon 08:00 Europe/Berlin"],
      rollbackInFreeze: "hold",
      mode: "observe",
      timeoutMs: 90_000,
      rollbackOnFailure: true,
      replaces: ["docker.io/shop/*", "localhost:5000/**"],
      logs: "tail",
    });
  });

  it.each([
    ["", undefined],
    [", rollback: { count: 0 }", undefined],
    [", rollback: { count: 0, from: [deployer] }", undefined],
    [", rollback: { count: 1 }", { count: 1, from: ["lead"] }],
  ])("asks for approvals of roll backs only where it says so (%s)", async (rollback, needed) => {
    const approvals = `approvals: { count: 2, from: [lead]${rollback} }`;
    const one = examples.kubernetes.replace("type:", `${approvals}, type:`);
    const target = configOf(await loadTargets({ one })).targets.one;
    expect(target?.approvals?.rollback).toEqual(needed);
    expect(target?.rollbackInFreeze).toBe("allow");
  });

  it("has defaults of its own for approvals, soak, and where an import goes", async () => {
    const text = examples.import
      .replace(/into: \{.*?\} /, "into: { registry: prod }")
      .replace("type:", "approvals: { count: 1, from: [lead] }, after: { target: two }, type:");
    const two = examples.retag.replace("shop/*", "shop/**");
    const { one } = configOf(await loadTargets({ one: text, two })).targets;
    expect(one).toMatchObject({
      approvals: { expiresMs: 4 * hourMs },
      after: { soakMs: 0 },
      into: { registry: "prod", repository: "{repository}", tag: "{tag}" },
    });
  });

  it.each([
    [
      "kubeconfig: /etc/kubeconfig, context: shop",
      { kind: "kubeconfig", path: "/etc/kubeconfig", context: "shop" },
    ],
    ["kubeconfig: /etc/kubeconfig", { kind: "kubeconfig", path: "/etc/kubeconfig" }],
    ["inCluster: true", { kind: "in-cluster" }],
  ])("is on a cluster { %s }", async (cluster, kind) => {
    const text = examples.kubernetes
      .replace(/cluster: \{.*?\}/, `cluster: { ${cluster} }`)
      .replace("credential: deployer, ", "");
    expect(await targetOf(text)).toMatchObject({ cluster: kind });
  });

  it("may use a token, an enterprise server and a workflow's id", async () => {
    const text = examples.github
      .replace(/app: \{.*?\} /, `token: "\${GITHUB_TOKEN}", apiUrl: "https://git.contoso.com/api/v3/"`)
      .replace("deploy.yml", '"161335"');
    expect(await targetOf(text)).toMatchObject({
      auth: { kind: "token", token: variables.GITHUB_TOKEN },
      apiUrl: "https://git.contoso.com/api/v3",
      workflow: "161335",
    });
  });

  it("has ARM ids as ARM gives them back, in lower case too", async () => {
    const app = `${arm}/providers/Microsoft.App/containerApps/shop`;
    expect(await targetOf(examples["container-app"].replace(app, app.toLowerCase()))).toMatchObject({
      app: app.toLowerCase(),
    });
  });
});

describe("settings beside targets", () => {
  it("are a freeze, a kill switch, how long the audit is kept, tokens, and who is called", async () => {
    const more = `freeze: ["Mon-Fri 18:00 - 08:00 UTC", "Sat 00:00 - Sun 24:00 UTC"]
killSwitch: /run/chatops/stop
audit: { keep: 60d }
server: { tokens: [{ name: dashboards, secret: "\${API_TOKEN}", scopes: [status, audit] }] }
teams: { appId: b07c0de0-1111-4222-8333-acc0ffee0001, tenantId: 72f988bf-0000-4000-8000-2d7cd011db47 }
`;
    const notify =
      "notify: { slack: S0614TZR8, teams: A11CE000-0000-4000-8000-0000000000A1 }, slack: [U012ABCDF";
    const result = await loadTargets({ one: examples.retag }, more);
    const config = configOf(result);
    expect(config).toMatchObject({
      freeze: ["Mon-Fri 18:00 - 08:00 UTC", "Sat 00:00 - Sun 24:00 UTC"],
      killSwitch: "/run/chatops/stop",
      auditKeepMs: 60 * 24 * hourMs,
      server: { tokens: [{ name: "dashboards", secret: variables.API_TOKEN, scopes: ["status", "audit"] }] },
    });
    expect(config.roles.lead?.notify).toEqual({});
    const called = configOf(await load(ground.replace("slack: [U012ABCDF", notify), variables));
    expect(called.roles.lead?.notify).toEqual({
      slack: "S0614TZR8",
      teams: "a11ce000-0000-4000-8000-0000000000a1",
    });
    expect(called).toMatchObject({ freeze: [], auditKeepMs: 400 * 24 * hourMs, server: { tokens: [] } });
    expect("killSwitch" in called).toBe(false);
  });
});

describe("the revision of a target", () => {
  const revisionsOf = async (text: string, more = "") => {
    const config = configOf(await loadTargets({ one: text, two: examples.retag }, more));
    return { one: config.targets.one?.revision, two: config.targets.two?.revision, all: config.revision };
  };

  it("changes with what the target says, and not with other targets", async () => {
    const first = await revisionsOf(examples.kubernetes);
    expect(await revisionsOf(examples.kubernetes)).toEqual(first);
    const other = await revisionsOf(examples.kubernetes.replace("container: app", "container: web"));
    expect(other.one).not.toBe(first.one);
    expect(other.two).toBe(first.two);
    expect(other.all).not.toBe(first.all);
  });

  it("is the same after a rotation, as that of the whole configuration", async () => {
    const withKey = async (key: string) =>
      configOf(
        await load(`${ground}targets:\n  one: ${examples.http.replace("abcdefghijklmnop", key)}\n`, {
          ...variables,
          DEPLOY_KEY: key,
        }),
      );
    const [first, second] = [await withKey("a".repeat(32)), await withKey("b".repeat(32))];
    expect(second.targets.one).not.toEqual(first.targets.one);
    expect(second.targets.one?.revision).toBe(first.targets.one?.revision);
    expect(second.revision).toBe(first.revision);
    const rotated = await load(
      `${ground}server: { tokens: [{ name: a, secret: "\${API_TOKEN}", scopes: [audit] }] }\n`,
      variables,
    );
    const again = await load(
      `${ground}server: { tokens: [{ name: a, secret: "\${API_TOKEN}", scopes: [audit] }] }\n`,
      { ...variables, API_TOKEN: "another-api-token-of-some-length" },
    );
    expect(configOf(again).revision).toBe(configOf(rotated).revision);
  });

  it("changes when its registry lies elsewhere under the same name", async () => {
    const at = async (from: string, to: string) =>
      configOf(await load(`${ground.replaceAll(from, to)}targets:\n  one: ${examples.import}\n`, variables))
        .targets.one?.revision;
    const first = await at("x", "x");
    expect(await at("contosoprod", "contosotest")).not.toBe(first);
    expect(await at("loginServer: contoso.azurecr.io", "loginServer: contoso-a1.azurecr.io")).not.toBe(first);
  });
});

describe("what the logger keeps out of every line", () => {
  it("has the secrets of targets and tokens", async () => {
    const config = configOf(
      await loadTargets(
        {
          one: examples.github,
          two: examples.http,
          three: examples.github.replace(/app: \{.*?\} /, `token: "\${GITHUB_TOKEN}"`),
        },
        `server: { tokens: [{ name: a, secret: "\${API_TOKEN}", scopes: [audit] }] }\n`,
      ),
    );
    const secrets = secretsOf(config);
    for (const secret of [
      privateKey.trimEnd(),
      privateKey.split("\n")[1],
      variables.DEPLOY_KEY,
      "abcdefghijklmnop",
      variables.GITHUB_TOKEN,
      variables.API_TOKEN,
    ])
      expect(secrets).toContain(secret);
    expect(secrets.some((text) => text.startsWith("-----") && !text.includes("\n"))).toBe(false);
  });
});
