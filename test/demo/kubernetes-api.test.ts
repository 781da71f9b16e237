import { describe, expect, it } from "vitest";
import { everything, type KubernetesWorldOptions } from "../../demo/kubernetes/options.ts";
import { createKubernetesWorld, type KubernetesWorld } from "../../demo/kubernetes/world.ts";

const place = { kind: "deployment", namespace: "shop", name: "checkout" } as const;
const path = "/apis/apps/v1/namespaces/shop/deployments/checkout";
const strategic = "application/strategic-merge-patch+json";
const toImage = (image: string, metadata: object = {}) => ({
  metadata,
  spec: { template: { spec: { containers: [{ name: "app", image }] } } },
});

type Ask = (
  method: string,
  path: string,
  more?: { body?: unknown; type?: string; token?: string },
) => Promise<Response>;

async function inCluster(
  options: KubernetesWorldOptions,
  test: (ask: Ask, world: KubernetesWorld) => Promise<void>,
): Promise<void> {
  const world = await createKubernetesWorld({
    users: [{ token: "all", name: "maya", rules: [everything] }],
    workloads: [
      {
        ...place,
        replicas: 2,
        containers: [
          { name: "app", image: "app:1" },
          { name: "proxy", image: "proxy:1" },
        ],
      },
    ],
    ...options,
  });
  const ask: Ask = (method, target, { body, type = strategic, token = "all" } = {}) =>
    fetch(world.url + target, {
      method,
      headers: { Authorization: `Bearer ${token}`, "Content-Type": type },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
  try {
    await test(ask, world);
  } finally {
    await world.close();
  }
}

describe("the simulated Kubernetes API", () => {
  it("merges containers by name, counts a generation, and tells who owns what", () =>
    inCluster({}, async (ask, world) => {
      const answer = await ask("PATCH", `${path}?fieldManager=bot`, { body: toImage("app:2") });
      const object = (await answer.json()) as {
        metadata: { generation: number; managedFields: { manager: string }[] };
      };
      expect(object).toMatchObject({
        metadata: { generation: 2 },
        spec: {
          template: {
            spec: {
              containers: [
                { name: "app", image: "app:2" },
                { name: "proxy", image: "proxy:1" },
              ],
            },
          },
        },
      });
      expect(object.metadata.managedFields.map(({ manager }) => manager)).toEqual(["kubectl-create", "bot"]);
      expect(object.metadata.managedFields[1]).toMatchObject({
        fieldsV1: {
          "f:spec": {
            "f:template": { "f:spec": { "f:containers": { 'k:{"name":"app"}': { "f:image": {} } } } },
          },
        },
      });
      expect(world.workload(place).changes).toBe(1);
    }));

  it("writes nothing for a patch that changes nothing, and nothing for one that is only tried", () =>
    inCluster({}, async (ask, world) => {
      const before = (await (await ask("GET", path)).json()) as { metadata: { resourceVersion: string } };
      await ask("PATCH", path, { body: toImage("app:1") });
      const tried = await ask("PATCH", `${path}?dryRun=All`, { body: toImage("app:2") });
      expect(JSON.stringify(await tried.json())).toContain('"image":"app:2"');
      const after = (await (await ask("GET", path)).json()) as typeof before;
      expect(after.metadata.resourceVersion).toBe(before.metadata.resourceVersion);
      expect(world.changes()).toEqual([]);
    }));

  const refusals: readonly (readonly [
    what: string,
    ask: (ask: Ask) => Promise<Response>,
    code: number,
    reason: string,
  ])[] = [
    ["a token that it does not know", (ask) => ask("GET", path, { token: "none" }), 401, "Unauthorized"],
    ["what no rule allows", (ask) => ask("GET", path, { token: "nothing" }), 403, "Forbidden"],
    ["an object that is not there", (ask) => ask("GET", `${path}-2`), 404, "NotFound"],
    [
      "an older version",
      (ask) => ask("PATCH", path, { body: toImage("app:2", { resourceVersion: "1" }) }),
      409,
      "Conflict",
    ],
    [
      "a patch of another type",
      (ask) => ask("PATCH", path, { body: [], type: "application/apply-patch+yaml" }),
      400,
      "BadRequest",
    ],
    [
      "JSON patches",
      (ask) => ask("PATCH", path, { body: {}, type: "application/json-patch+json" }),
      415,
      "UnsupportedMediaType",
    ],
    ["a body that is no JSON", (ask) => ask("PATCH", path, { body: "{" }), 400, "BadRequest"],
    [
      "a container without an image",
      (ask) =>
        ask("PATCH", path, { body: { spec: { template: { spec: { containers: [{ name: "new" }] } } } } }),
      422,
      "Invalid",
    ],
    ["a policy's denial", (ask) => ask("PATCH", path, { body: toImage("evil:1") }), 403, "Forbidden"],
    [
      "a field selector that it does not know",
      (ask) => ask("GET", "/api/v1/pods?fieldSelector=spec.foo=1"),
      400,
      "BadRequest",
    ],
  ];
  for (const [what, send, code, reason] of refusals) {
    it(`refuses ${what} with a Status`, () =>
      inCluster(
        {
          users: [
            { token: "all", name: "maya", rules: [everything] },
            { token: "nothing", name: "gwen", rules: [{ ...everything, namespace: "other" }] },
          ],
          denies: (image) => (image === "evil:1" ? "it is evil" : undefined),
        },
        async (ask, world) => {
          const answer = await send(ask);
          expect(answer.status).toBe(code);
          expect(await answer.json()).toMatchObject({ kind: "Status", status: "Failure", reason, code });
          expect(world.changes()).toEqual([]);
        },
      ));
  }

  it("rolls out step by step: pods come and go within what the strategy lets be missing", () =>
    inCluster({}, async (ask, world) => {
      await ask("PATCH", path, { body: toImage("app:2") });
      const seen = new Set<string>();
      for (let step = 0; step < 12; step += 1) {
        world.advance();
        const { pods } = world.workload(place);
        expect(pods.filter(({ isReady }) => isReady).length).toBeGreaterThanOrEqual(2);
        expect(pods.length).toBeLessThanOrEqual(3);
        seen.add(
          pods
            .map(({ images }) => images.app)
            .sort()
            .join(" "),
        );
      }
      expect([...seen]).toContain("app:1 app:1 app:2");
      expect([...seen].at(-1)).toBe("app:2 app:2");
      expect(world.workload(place)).toMatchObject({ isSettled: true, images: { app: "app:2" } });
    }));

  it("gives up a rollout at its deadline, and goes on once the image can be pulled", () => {
    const pushed = new Set<string>();
    return inCluster({ canPull: (image) => pushed.has(image) }, async (ask, world) => {
      await ask("PATCH", path, { body: toImage("app:2") });
      for (let step = 0; step < 6; step += 1) world.advance(300);
      const failed = await ask("GET", path);
      expect(JSON.stringify(await failed.json())).toContain("ProgressDeadlineExceeded");
      expect(world.workload(place).pods.map(({ state }) => state)).toContain("ImagePullBackOff");
      expect(world.snapshot().warnings.map(({ reason }) => reason)).toContain("Failed");
      pushed.add("app:2");
      for (let step = 0; step < 10; step += 1) world.advance();
      expect(world.workload(place).isSettled).toBe(true);
    });
  });

  it("tells watchers and listeners each change, until they leave", () =>
    inCluster({}, async (ask, world) => {
      let told = 0;
      const leave = world.onChange(() => {
        told += 1;
      });
      const ending = new AbortController();
      const watch = await fetch(
        `${world.url}/apis/apps/v1/deployments?watch=true&fieldSelector=metadata.name=checkout`,
        {
          headers: { Authorization: "Bearer all" },
          signal: ending.signal,
        },
      );
      const reader = watch.body?.pipeThrough(new TextDecoderStream()).getReader();
      expect((await reader?.read())?.value).toMatch(/^\{"type":"ADDED"/);
      await ask("PATCH", path, { body: toImage("app:2") });
      expect((await reader?.read())?.value).toMatch(/^\{"type":"MODIFIED".*app:2/);
      ending.abort();
      expect(told).toBe(1);
      leave();
      world.advance();
      expect(told).toBe(1);
    }));

  it("fails as it is told to, before or after the effect", () =>
    inCluster({}, async (ask, world) => {
      world.fault({ match: "PATCH /apis", status: 0 });
      await expect(ask("PATCH", path, { body: toImage("app:2") })).rejects.toThrow();
      expect(world.workload(place).images.app).toBe("app:1");
      world.fault({ match: "PATCH /apis", status: 0, mode: "after" });
      await expect(ask("PATCH", path, { body: toImage("app:2") })).rejects.toThrow();
      expect(world.workload(place).images.app).toBe("app:2");
      world.fault({ match: "* /", status: 429, retryAfter: 3 });
      const throttled = await ask("GET", path);
      expect([throttled.status, throttled.headers.get("retry-after")]).toEqual([429, "3"]);
      expect((await ask("GET", path)).status).toBe(200);
    }));
});
