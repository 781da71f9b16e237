import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AksOptions, KubernetesWorldOptions } from "../../../demo/kubernetes/options.ts";
import { createKubernetesWorld, type KubernetesWorld } from "../../../demo/kubernetes/world.ts";
import { azureOf } from "../../../src/config/clouds.ts";
import { createInClusterAccess } from "../../../src/operations/targets/kubernetes/access/in-cluster-access.ts";
import { createKubeconfigAccess } from "../../../src/operations/targets/kubernetes/access/kubeconfig-access.ts";
import { createKubernetesTarget } from "../../../src/operations/targets/kubernetes.ts";
import { run } from "../../contract/target-contract.ts";
import {
  depsOf,
  jobOf,
  leastRights,
  newImage,
  oldImage,
  openStage,
  targetOf,
  token,
} from "./kubernetes-stage.ts";

const never = new AbortController().signal;
const resourceId =
  "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/shop/providers/Microsoft.ContainerService/managedClusters/shop";
let folder = "";
let world: KubernetesWorld | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "cluster-access-"));
});
afterEach(async () => {
  await world?.close();
  world = undefined;
  await rm(folder, { recursive: true });
});

async function openWorld(more: KubernetesWorldOptions = {}): Promise<KubernetesWorld> {
  world = await createKubernetesWorld({
    tls: true,
    users: [{ token, name: "bot", rules: leastRights }],
    workloads: [
      {
        kind: "deployment",
        namespace: "shop",
        name: "checkout",
        containers: [{ name: "app", image: oldImage }],
      },
    ],
    ...more,
  });
  return world;
}

const imageIn = (one: KubernetesWorld) => one.snapshot().workloads[0]?.images.app;
const file = async (name: string, text: string): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
};

describe("a cluster by kubeconfig", () => {
  it("is reached over TLS with the CA that stands there", async () => {
    const shop = await openWorld();
    const path = await file("config", shop.kubeconfig(token));
    const port = createKubernetesTarget(
      targetOf("deployment", { cluster: { kind: "kubeconfig", path } }),
      depsOf(),
    );
    const { effect } = await run({ port, advance: () => shop.advance() }, jobOf());
    expect(effect).toMatchObject({ kind: "done" });
    expect(imageIn(shop)).toBe(newImage);
  });

  it("is not spoken to if somebody else signed its certificate", async () => {
    const shop = await openWorld();
    const other = await createKubernetesWorld({ tls: true });
    const forged = shop
      .kubeconfig(token)
      .replace(Buffer.from(shop.ca).toString("base64"), Buffer.from(other.ca).toString("base64"));
    await other.close();
    const path = await file("config", forged);
    const port = createKubernetesTarget(
      targetOf("deployment", { cluster: { kind: "kubeconfig", path } }),
      depsOf(),
    );
    await expect(port.plan(jobOf(), never)).rejects.toMatchObject({ code: "target-unavailable" });
    expect(shop.calls()).toEqual([]);
  });

  const user = (text: string, cluster = "server: https://127.0.0.1:1") => `
current-context: shop
clusters: [{ name: c, cluster: { ${cluster} } }]
contexts: [{ name: shop, context: { cluster: c, user: u } }]
users: [{ name: u, user: { ${text} } }]`;
  const refusals: readonly (readonly [what: string, text: string, said: RegExp])[] = [
    [
      "starts a program",
      user("exec: { command: kubelogin }"),
      /\(exec\), and the bot starts none\. For AKS use cluster\.aks/,
    ],
    ["uses an auth-provider", user("auth-provider: { name: azure }"), /auth-provider/],
    ["uses a password", user("username: a, password: b"), /password/],
    ["impersonates", user("token: t, as: admin"), /impersonates/],
    ["has no credentials", user(""), /no credentials/],
    ["has a certificate without its key", user("client-certificate-data: YQ=="), /without its key/],
    [
      "does not check the server",
      user("token: t", "server: https://127.0.0.1:1, insecure-skip-tls-verify: true"),
      /certificate-authority/,
    ],
    ["goes through a proxy", user("token: t", "server: https://127.0.0.1:1, proxy-url: http://p"), /proxy/],
    ["speaks plain http beyond loopback", user("token: t", "server: http://10.0.0.1"), /must be https/],
    ["has no such context", "contexts: []\ncurrent-context: shop", /no context "shop"/],
    ["is no kubeconfig", "- a\n- b", /is not a kubeconfig/],
    ["is hostile", "a: &a [x]\nb: {}\nclusters: *nothing", /is not a kubeconfig/],
  ];
  for (const [what, text, said] of refusals) {
    it(`is refused if it ${what}, and no secret is quoted`, async () => {
      const path = await file("config", text);
      await expect(createKubeconfigAccess({ path })(never)).rejects.toThrow(said);
    });
  }

  it("may have its token and certificates in files beside it, which are read again each time", async () => {
    const path = await file(
      "config",
      user("tokenFile: token", "server: https://127.0.0.1:1, certificate-authority: ca"),
    );
    await file("ca", "PEM");
    await file("token", "first\n");
    const open = createKubeconfigAccess({ path });
    expect(await open(never)).toMatchObject({
      token: "first",
      ca: "PEM",
      who: 'the user "u" of the kubeconfig',
    });
    await file("token", "second");
    expect(await open(never)).toMatchObject({ token: "second" });
  });
});

describe("the cluster that the bot runs in", () => {
  it("is reached by the service account, whose token is read for each call", async () => {
    const shop = await openWorld();
    await file("ca.crt", shop.ca);
    await file("token", "run-out");
    const open = createInClusterAccess({ server: shop.url, folder });
    const port = createKubernetesTarget(targetOf("deployment"), depsOf(), open);
    await expect(port.plan(jobOf(), never)).rejects.toMatchObject({ code: "target-unauthorized" });
    await file("token", token);
    expect(await port.plan(jobOf(), never)).toMatchObject({ kind: "change" });
  });

  it("is said not to be there, outside of one", async () => {
    await expect(createInClusterAccess({ folder })(never)).rejects.toThrow(
      /does not run in a Kubernetes pod/,
    );
  });
});

describe("an AKS cluster", () => {
  async function openAks(
    aks: Partial<AksOptions> = {},
    given: { readonly armToken?: string; readonly aksToken?: string } = {},
  ) {
    const shop = await openWorld({ aks: { resourceId, armToken: "arm-token", ...aks } });
    const getToken = async (scopes: string | string[]) => {
      const isAks = [scopes].flat().includes("6dae42f8-4368-4678-94ff-3960e28e3630/.default");
      const { armToken = "arm-token", aksToken = token } = given;
      return { token: isAks ? aksToken : armToken, expiresOnTimestamp: Date.now() + 3_600_000 };
    };
    const target = targetOf("deployment", { cluster: { kind: "aks", resourceId, credential: "deployer" } });
    const azure = azureOf({ cloud: "public", armEndpoint: shop.armUrl });
    const port = createKubernetesTarget(target, {
      azure,
      credentials: { get: () => ({ getToken }) },
      now: Date.now,
    });
    return { shop, port };
  }

  it("is found by ARM and takes the token of our own identity", async () => {
    const { shop, port } = await openAks();
    const { effect } = await run({ port, advance: () => shop.advance() }, jobOf());
    expect(effect).toMatchObject({ kind: "done" });
    expect(imageIn(shop)).toBe(newImage);
    const arm = shop.calls().filter(({ path }) => path.startsWith("/subscriptions/"));
    expect(arm.map(({ method }) => method)).toEqual(["GET", "POST"]);
  });

  const refusals: readonly (readonly [string, Partial<AksOptions>, Parameters<typeof openAks>[1], object])[] =
    [
      [
        "is stopped",
        { powerState: "Stopped" },
        {},
        { code: "target-refused", message: expect.stringMatching(/az aks start/) },
      ],
      [
        "does not know Entra",
        { entra: false },
        {},
        { code: "target-refused", message: expect.stringMatching(/does not use Entra/) },
      ],
      [
        "has another server than its kubeconfig names",
        { fqdn: "shop.hcp.westeurope.azmk8s.io" },
        {},
        { code: "target-answer-unusable" },
      ],
      [
        "is not there",
        { resourceId: `${resourceId}-other` },
        {},
        { code: "arm-not-found", message: expect.stringMatching(/AKS cluster shop/) },
      ],
      [
        "is not ours to see",
        {},
        { armToken: "wrong" },
        {
          code: "arm-unauthorized",
          message: expect.stringMatching(/Azure Kubernetes Service Cluster User Role/),
        },
      ],
      [
        "does not know our identity",
        {},
        { aksToken: "wrong" },
        { code: "target-unauthorized", message: expect.stringMatching(/identity "deployer"/) },
      ],
    ];
  for (const [what, aks, given, error] of refusals) {
    it(`gives a reason when it ${what}, and nothing is sent to the cluster without need`, async () => {
      const { shop, port } = await openAks(aks, given);
      const image = { registry: "contoso", loginServer: "contoso.azurecr.io", repository: "shop/checkout" };
      await expect(port.observe(image, never)).rejects.toMatchObject(error);
      expect(shop.calls().filter(({ path, status }) => path.startsWith("/apis/") && status === 200)).toEqual(
        [],
      );
    });
  }
});

describe("an API server that misbehaves", () => {
  const cases: readonly (readonly [string, Parameters<KubernetesWorld["fault"]>[0], object])[] = [
    [
      "is overloaded",
      { match: "GET /", status: 429, retryAfter: 7 },
      { code: "target-unavailable", retryable: true, retryAfterMs: 7_000 },
    ],
    ["fails", { match: "GET /", status: 500 }, { code: "target-unavailable", retryable: true }],
    ["hangs up", { match: "GET /", status: 0 }, { code: "target-unavailable", retryable: true }],
    [
      "talks nonsense",
      { match: "GET /", status: 200, body: "<html>not Kubernetes</html>" },
      { code: "target-answer-unusable", retryable: false },
    ],
    ["redirects", { match: "GET /", status: 307 }, { code: "target-refused", retryable: false }],
  ];
  for (const [what, fault, error] of cases) {
    it(`gives an error that says whether to try again, when it ${what}`, async () => {
      const stage = await openStage();
      try {
        stage.world.fault(fault);
        await expect(
          stage.port.observe({ registry: "contoso", loginServer: "x", repository: "y" }, never),
        ).rejects.toMatchObject(error);
      } finally {
        await stage.close();
      }
    });
  }

  it("is told apart from one that lacks a right: the rule that is missing is named", async () => {
    const reader = leastRights.map((rule) => ({
      ...rule,
      verbs: rule.verbs.filter((verb) => verb !== "patch"),
    }));
    const stage = await openStage({ world: { users: [{ token, name: "bot", rules: reader }] } });
    try {
      const said =
        /Give the user "bot" of the kubeconfig a Role with: patch on deployments \(apiGroup "apps"\) in the namespace shop\./;
      await expect(stage.port.plan(jobOf(), never)).rejects.toThrow(said);
      const { effect } = await run(stage, jobOf());
      expect(effect).toMatchObject({ kind: "failed", changed: "no", outcome: expect.stringMatching(said) });
      expect(JSON.stringify(effect)).not.toContain(token);
    } finally {
      await stage.close();
    }
  });
});
