import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createRegistryWorld, type RegistryWorld } from "../../demo/registry/world.ts";
import { createCredentials } from "../../src/azure/credentials.ts";
import { createRegistries } from "../../src/registry/registries.ts";
import { useIdentity } from "../support/use-identity.ts";
import { worldConfig } from "../support/world-registries.ts";

const log = pino({ level: "silent" });

describe("access to the configured registries", () => {
  let world: RegistryWorld;
  beforeEach(async () => {
    world = await createRegistryWorld();
  });
  afterEach(() => world.close());

  function open(credentials: Readonly<Record<string, string>>, endpoint = world.url) {
    const config = worldConfig(world);
    const contoso = config.registries.contoso;
    if (contoso === undefined) throw new Error("no registry");
    const registries = { contoso: { ...contoso, endpoint, credentials } };
    return createRegistries({
      config: () => ({ ...config, registries }),
      credentials: createCredentials(() => config.credentials, config.azure),
      log,
    });
  }

  it("is absent where no identity is configured", () => {
    expect(open({}).forRegistry("contoso")).toEqual({});
    expect(Object.keys(open({ read: "bot" }).forRegistry("contoso"))).toEqual(["reader"]);
    const all = open({ read: "bot", write: "bot", quarantine: "bot", webhooks: "bot" }).forRegistry(
      "contoso",
    );
    expect(Object.keys(all)).toEqual(["reader", "writer", "reviewer", "management"]);
  });

  it("has no registry that is not configured, not even an inherited name", () => {
    for (const name of ["nope", "constructor", "__proto__"]) {
      expect(() => open({}).forRegistry(name)).toThrow(
        expect.objectContaining({ code: "registry-not-found" }),
      );
    }
  });

  it("is made anew when its registry or an identity is configured anew, and gone when it is taken out", () => {
    let config = worldConfig(world);
    const { contoso } = config.registries;
    if (contoso === undefined) throw new Error("no registry");
    const registries = createRegistries({
      config: () => config,
      credentials: createCredentials(() => config.credentials, config.azure),
      log,
    });
    const first = registries.forRegistry("contoso");
    expect(registries.forRegistry("contoso")).toBe(first);
    const before = config;
    config = { ...config, registries: { contoso: { ...contoso, credentials: { read: "bot" } } } };
    expect(registries.forRegistry("contoso", before)).toBe(first);
    const reading = registries.forRegistry("contoso");
    expect(Object.keys(reading)).toEqual(["reader"]);
    config = { ...config, credentials: { bot: { type: "managed-identity", clientId: "another" } } };
    expect(registries.forRegistry("contoso")).not.toBe(reading);
    config = { ...config, registries: {} };
    expect(() => registries.forRegistry("contoso")).toThrow(/No registry "contoso"/);
  });

  it("says which credential is missing, at the first call", async () => {
    const { reader } = open({ read: "ghost" }).forRegistry("contoso");
    await expect(reader?.findTagDigest("a/b", "c")).rejects.toMatchObject({
      code: "config-invalid",
      message: expect.stringContaining("credentials.ghost"),
    });
  });

  it("refuses plain http that is not on loopback, at the first call", async () => {
    const { reader } = open({ read: "bot" }, "http://10.1.2.3:5000").forRegistry("contoso");
    await expect(reader?.findTagDigest("a/b", "c")).rejects.toMatchObject({ code: "config-invalid" });
  });

  it("says that no token was to be had, and never which secret the endpoint wants", async () => {
    useIdentity({ ...world, identityHeader: "wrong-identity-header" });
    const { reader, management } = open({ read: "bot", webhooks: "bot" }).forRegistry("contoso");
    await expect(reader?.findTagDigest("a/b", "c")).rejects.toMatchObject({
      code: "registry-unauthorized",
      message: expect.stringMatching(/^No Entra token for the identity "bot"/),
    });
    await expect(management?.listWebhooks()).rejects.toMatchObject({ code: "arm-unauthorized" });
    await expect(management?.listWebhooks()).rejects.not.toThrow(/wrong-identity-header/);
  });
});

describe("credentials", () => {
  const azure = { authorityHost: "https://login.microsoftonline.com" };
  const bad = {
    bad: { type: "certificate", clientId: "c", tenantId: "t", path: "/nowhere/at-all.pem" },
  } as const;

  it("give the same identity for the same name, and make nothing before a token is asked for", () => {
    const credentials = createCredentials(() => bad, azure);
    expect(credentials.get("bad")).toBe(credentials.get("bad"));
  });

  it("are another identity once they are configured anew", () => {
    let configured = { app: { type: "secret", clientId: "c", tenantId: "t", secret: "one" } } as const;
    const credentials = createCredentials(() => configured, azure);
    const before = credentials.get("app");
    configured = { app: { ...configured.app } };
    expect(credentials.get("app")).not.toBe(before);
    expect(credentials.get("app")).toBe(credentials.get("app"));
  });

  it("fail where they are used: a certificate that is not there", async () => {
    const credentials = createCredentials(() => bad, azure);
    await expect(credentials.get("bad").getToken("https://x/.default")).rejects.toThrow(/at-all\.pem/);
  });

  it("have no inherited names", () => {
    expect(() => createCredentials(() => ({}), azure).get("toString")).toThrow(
      expect.objectContaining({ code: "config-invalid" }),
    );
  });
});

describe("the Azure SDKs", () => {
  it("are not loaded by a registry without credentials, nor before the first call of one with them", async () => {
    const registries = fileURLToPath(new URL("../../src/registry/registries.ts", import.meta.url));
    const identities = fileURLToPath(new URL("../../src/azure/credentials.ts", import.meta.url));
    const script = `
      import { registerHooks } from "node:module";
      const loaded = [];
      registerHooks({ resolve: (name, context, next) => { if (name.startsWith("@azure")) loaded.push(name); return next(name, context); } });
      const { createRegistries } = await import(${JSON.stringify(registries)});
      const log = { debug() {} };
      const credentials = { bot: { type: "secret", clientId: "c", tenantId: "t", secret: "s" } };
      const registry = (credentials) => ({ name: "r", loginServer: "r.azurecr.io", endpoint: "http://127.0.0.1:1", credentials });
      const azure = { cloud: "public", armEndpoint: "https://management.azure.com", authorityHost: "https://127.0.0.1:1", audience: "https://a" };
      const { createCredentials } = await import(${JSON.stringify(identities)});
      const all = createRegistries({ log, credentials: createCredentials(() => credentials, azure), config: () => ({ azure, registries: { a: registry({}), b: registry({ read: "bot" }) } }) });
      all.forRegistry("a");
      const { reader } = all.forRegistry("b");
      const before = loaded.length;
      await reader.readManifest("a/b", "c").catch(() => undefined);
      process.stdout.write(JSON.stringify({ before, after: loaded.length > 0 }));`;
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script]);
    expect(JSON.parse(stdout)).toEqual({ before: 0, after: true });
  });
});
