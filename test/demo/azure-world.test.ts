import { afterEach, describe, expect, it } from "vitest";
import { createAzureWorld } from "../../demo/azure/world.ts";
import { createRegistryWorld } from "../../demo/registry/world.ts";
import { createCredentials } from "../../src/azure/credentials.ts";
import { createWebAppTarget } from "../../src/operations/targets/web-app.ts";
import { run } from "../contract/target-contract.ts";
import {
  aJob,
  azureDeps,
  mintedCredential,
  newImage,
  oldImage,
  targetBase,
} from "../support/azure-target.ts";
import { createManualClock } from "../support/manual-clock.ts";
import { useIdentity } from "../support/use-identity.ts";

const shop = { name: "shop", linuxFxVersion: `DOCKER|${oldImage}` };
const app = { name: "shop", containers: [{ name: "a", image: oldImage }] };
const spec = { name: "group", version: "1", parameters: { image: { type: "string" } } };
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function open(options: Parameters<typeof createAzureWorld>[0] = {}) {
  const setups = { webApps: [shop], containerApps: [app], templateSpecs: [spec] };
  const world = await createAzureWorld({ ...setups, ...options });
  closers.push(world.close);
  const token = await mintedCredential().getToken("https://management.azure.com/.default");
  const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(`${world.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token?.token}`, "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === "" ? undefined : JSON.parse(text),
    };
  };
  return { world, call };
}

describe("the simulated Azure", () => {
  it("wants a token for ARM, a version that it knows, and the right", async () => {
    const { world, call } = await open();
    const site = world.ids.webApp("shop");
    expect((await fetch(`${world.url}${site}?api-version=2024-11-01`)).status).toBe(401);
    const wrong = await mintedCredential().getToken("https://graph.microsoft.com/.default");
    const authorization = `Bearer ${wrong?.token}`;
    expect(await call("GET", `${site}?api-version=2024-11-01`, undefined, { authorization })).toMatchObject({
      status: 401,
      body: { error: { code: "InvalidAuthenticationTokenAudience" } },
    });
    expect(await call("GET", site)).toMatchObject({
      status: 400,
      body: { error: { code: "MissingApiVersionParameter" } },
    });
    expect(await call("GET", `${site}?api-version=2015-01-01`)).toMatchObject({
      body: { error: { code: "NoRegisteredProviderFound" } },
    });
    const stranger = await mintedCredential("11111111-1111-4111-8111-111111111111").getToken(
      "https://management.azure.com",
    );
    const other = { authorization: `Bearer ${stranger?.token}` };
    expect(await call("GET", `${site}?api-version=2024-11-01`, undefined, other)).toMatchObject({
      status: 403,
      body: {
        error: {
          code: "AuthorizationFailed",
          message: expect.stringContaining("'Microsoft.Web/sites/read'"),
        },
      },
    });
  });

  it("resets by PUT what a PATCH leaves alone", async () => {
    const { world, call } = await open();
    const path = `${world.ids.webApp("shop")}/config/web?api-version=2024-11-01`;
    await call("PATCH", path, { properties: { linuxFxVersion: `DOCKER|${newImage}` } });
    expect(world.snapshot().webApps.shop?.config).toMatchObject({ alwaysOn: true });
    await call("PUT", path, { properties: { linuxFxVersion: `DOCKER|${newImage}` } });
    expect(world.snapshot().webApps.shop?.config).toEqual({ linuxFxVersion: `DOCKER|${newImage}` });
  });

  it("gives no password of a site container back", async () => {
    const siteContainers = { main: { image: oldImage, isMain: true, passwordSecret: "s3cret" } };
    const { world, call } = await open({
      webApps: [{ name: "shop", linuxFxVersion: "SITECONTAINERS", siteContainers }],
    });
    const { body } = await call("GET", `${world.ids.webApp("shop")}/sitecontainers?api-version=2024-11-01`);
    expect(JSON.stringify(body)).not.toContain("s3cret");
    expect(body.value[0].properties).toEqual({ image: oldImage, isMain: true });
  });

  it("replaces lists of a merge patch as a whole, and refuses a change during another", async () => {
    const clock = createManualClock();
    const { world, call } = await open({ now: clock.now });
    const path = `${world.ids.containerApp("shop")}?api-version=2025-07-01`;
    const template = { revisionSuffix: "two", containers: [{ name: "b", image: newImage }] };
    const first = await call("PATCH", path, { properties: { template } });
    expect(first).toMatchObject({ status: 202, body: { properties: { provisioningState: "InProgress" } } });
    expect(
      await call("PATCH", path, { properties: { template: { revisionSuffix: "three" } } }),
    ).toMatchObject({
      status: 409,
      body: { error: { code: "ContainerAppOperationInProgress" } },
    });
    clock.advance(10_000);
    const status = (first.headers.get("azure-asyncoperation") ?? "").slice(world.url.length);
    expect(await call("GET", status)).toMatchObject({ body: { status: "Succeeded" } });
    expect(world.snapshot().containerApps.shop?.template.containers).toEqual(template.containers);
    const again = { revisionSuffix: "two", containers: [{ name: "b", image: oldImage }] };
    expect(await call("PATCH", path, { properties: { template: again } })).toMatchObject({ status: 400 });
    expect(await call("PATCH", path, { properties: { template: { containers: [] } } })).toMatchObject({
      status: 400,
    });
    expect(await call("PATCH", path, {}, { "content-type": "text/plain" })).toMatchObject({ status: 415 });
  });

  it("checks a deployment's parameters, and does not put an active one again", async () => {
    const { world, call } = await open();
    const path = `${world.ids.group}/providers/Microsoft.Resources/deployments/a?api-version=2025-04-01`;
    const body = (parameters: unknown) => {
      const templateLink = { id: world.ids.templateSpec("group", "1") };
      return { properties: { mode: "Incremental", templateLink, parameters } };
    };
    expect(await call("PUT", path, body({}))).toMatchObject({
      status: 400,
      body: { error: { code: "InvalidTemplate" } },
    });
    expect(await call("PUT", path, body({ image: { value: "x" }, b: { value: 1 } }))).toMatchObject({
      status: 400,
    });
    expect(await call("PUT", path, body({ image: { value: newImage } }))).toMatchObject({ status: 201 });
    expect(await call("PUT", path, body({ image: { value: newImage } }))).toMatchObject({ status: 409 });
  });

  it("tells who watches it, until they have seen enough", async () => {
    const { world, call } = await open();
    let heard = 0;
    const stop = world.onChange(() => {
      heard += 1;
    });
    const path = `${world.ids.webApp("shop")}/config/web?api-version=2024-11-01`;
    await call("PATCH", path, { properties: { linuxFxVersion: `DOCKER|${newImage}` } });
    const before = heard;
    stop();
    await call("PATCH", path, { properties: { linuxFxVersion: `DOCKER|${oldImage}` } });
    expect([before > 0, heard]).toEqual([true, before]);
  });

  it("lives on a registry's address, and takes the token of a real managed identity", async () => {
    const clock = createManualClock();
    const { world } = await open({ now: clock.now });
    const registry = await createRegistryWorld({ rooms: world.rooms });
    closers.push(registry.close);
    useIdentity(registry);
    const deps = azureDeps({ armEndpoint: registry.url, now: clock.now });
    const credentials = createCredentials(() => ({ deploy: { type: "managed-identity" } }), deps.azure);
    const app = world.ids.webApp("shop");
    const target = { ...targetBase, type: "web-app", app, startLimitMs: 230_000 } as const;
    const port = createWebAppTarget(target, { ...deps, credentials });
    const { effect } = await run(
      { port, advance: () => clock.advance(10_000) },
      aJob("0198f000-0000-7000-8000-000000000001"),
    );
    expect(effect).toMatchObject({ kind: "done" });
    expect(world.snapshot().webApps.shop?.config.linuxFxVersion).toBe(`DOCKER|${newImage}`);
  });
});
