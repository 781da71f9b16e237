import { createRemoteJWKSet, jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import { allRights } from "../../demo/registry/rights.ts";
import { accessToken, entraToken, inWorld, postForm, repositoryFetch } from "./registry-client.ts";

const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as Record<string, unknown>;

describe("the registry's authentication", () => {
  it("challenges a call without a token as ACR does", () =>
    inWorld({}, async (world) => {
      world.push({ repository: "hello-world", tag: "v1" });
      const answer = await fetch(`${world.url}/v2/hello-world/manifests/v1`);
      expect(answer.status).toBe(401);
      expect(answer.headers.get("www-authenticate")).toBe(
        `Bearer realm="${world.url}/oauth2/token",service="contoso.azurecr.io",scope="repository:hello-world:pull"`,
      );
      expect(await answer.json()).toEqual({
        errors: [
          {
            code: "UNAUTHORIZED",
            message: "authentication required",
            detail: [{ Type: "repository", Name: "hello-world", Action: "pull" }],
          },
        ],
      });
      const catalog = await fetch(`${world.url}/acr/v1/_catalog`);
      expect(await catalog.json()).toMatchObject({
        errors: [{ detail: [{ Type: "registry", Name: "catalog", Action: "*" }] }],
      });
    }));

  it("gives a token that opens its scope and nothing else", () =>
    inWorld({}, async (world) => {
      world.push({ repository: "shop/checkout", tag: "1.0.0" });
      const token = await accessToken(world, "repository:shop/checkout:pull");
      expect(claimsOf(token).access).toEqual([
        { Type: "repository", Name: "shop/checkout", Actions: ["pull"] },
      ]);
      const headers = { Authorization: `Bearer ${token}`, Accept: "*/*" };
      const pulled = await fetch(`${world.url}/v2/shop/checkout/manifests/1.0.0`, { headers });
      expect(pulled.status).toBe(200);
      const pushed = await fetch(`${world.url}/v2/shop/checkout/blobs/uploads/`, { method: "POST", headers });
      expect(pushed.status).toBe(401);
      expect(pushed.headers.get("www-authenticate")).toMatch(
        /scope="repository:shop\/checkout:pull,push",error="insufficient_scope"$/,
      );
      const elsewhere = await fetch(`${world.url}/v2/shop/cart/manifests/1`, { headers });
      expect(elsewhere.status).toBe(401);
    }));

  it("refuses to exchange what is no Entra token for a registry", () =>
    inWorld({}, async (world) => {
      const graph = await entraToken(world, "https://graph.microsoft.com");
      const good = await entraToken(world, "https://containerregistry.azure.net");
      const forged = `${good.slice(0, -8)}AAAAAAAA`;
      for (const token of [graph, forged, "", "not.a.token"]) {
        const form = { grant_type: "access_token", service: world.loginServer, access_token: token };
        const answer = await postForm(`${world.url}/oauth2/exchange`, form);
        expect(answer.status).toBe(401);
      }
    }));

  it("lets tokens expire by its clock", async () => {
    let now = Date.now();
    await inWorld({ now: () => now, accessTokenSeconds: 60 }, async (world) => {
      const call = await repositoryFetch(world, "shop/checkout");
      world.push({ repository: "shop/checkout", tag: "1" });
      const path = "/acr/v1/shop/checkout/_tags";
      expect((await call(path)).status).toBe(200);
      now += 61_000;
      const late = await call(path);
      expect(late.status).toBe(401);
      expect(late.headers.get("www-authenticate")).toMatch(/error="invalid_token"$/);
    });
  });

  it("takes the admin user by Basic, and nobody else", () =>
    inWorld({ admin: { username: "contoso", password: "right-one" } }, async (world) => {
      const ask = (password: string) =>
        fetch(`${world.url}/oauth2/token?service=contoso.azurecr.io&scope=repository:a:pull,push`, {
          headers: { Authorization: `Basic ${Buffer.from(`contoso:${password}`).toString("base64")}` },
        });
      expect((await ask("wrong-one")).status).toBe(401);
      const { access_token } = (await (await ask("right-one")).json()) as { access_token: string };
      expect(claimsOf(access_token).access).toEqual([
        { Type: "repository", Name: "a", Actions: ["pull", "push"] },
      ]);
      expect(claimsOf(access_token).roles).toEqual([]);
    }));

  it("lets nobody push without credentials unless the option says so", async () => {
    const path = "/oauth2/token?service=contoso.azurecr.io&scope=repository:a:pull,push,delete";
    await inWorld({}, async (world) => {
      expect((await fetch(`${world.url}${path}`)).status).toBe(401);
    });
    await inWorld({ allowAnonymousPush: true }, async (world) => {
      const { access_token } = (await (await fetch(`${world.url}${path}`)).json()) as {
        access_token: string;
      };
      expect(claimsOf(access_token).access).toEqual([
        { Type: "repository", Name: "a", Actions: ["pull", "push"] },
      ]);
    });
  });

  it("grants an identity only the rights that it has", () => {
    const rights = allRights.filter((right) => right !== "delete" && right !== "catalog");
    return inWorld({ identities: [{ clientId: "few", rights }] }, async (world) => {
      const token = await accessToken(world, "repository:a:pull,delete", "registry:catalog:*");
      expect(claimsOf(token).access).toEqual([{ Type: "repository", Name: "a", Actions: ["pull"] }]);
    });
  });
});

describe("the simulated tenant", () => {
  it("gives managed identity tokens that its published keys verify", () =>
    inWorld({}, async (world) => {
      const token = await entraToken(world, "https://containerregistry.azure.net");
      const discovery = await fetch(`${world.url}/${world.tenantId}/v2.0/.well-known/openid-configuration`);
      const { jwks_uri } = (await discovery.json()) as { jwks_uri: string };
      const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(jwks_uri)), {
        audience: "https://containerregistry.azure.net",
        issuer: `https://sts.windows.net/${world.tenantId}/`,
      });
      expect(payload.appid).toMatch(/^[0-9a-f-]{36}$/);
    }));

  it("refuses a wrong identity header, version, or client", () =>
    inWorld({}, async (world) => {
      const ask = (query: string, secret: string) =>
        fetch(`${world.identityEndpoint}?${query}`, { headers: { "X-IDENTITY-HEADER": secret } });
      const right = "resource=https://management.azure.com&api-version=2019-08-01";
      expect((await ask(right, world.identityHeader)).status).toBe(200);
      expect((await ask(right, "wrong")).status).toBe(401);
      expect((await ask("resource=x&api-version=2018-02-01", world.identityHeader)).status).toBe(400);
      expect((await ask(`${right}&client_id=nobody`, world.identityHeader)).status).toBe(400);
    }));

  it("mints Event Grid tokens, and forged ones that a careful receiver refuses", () =>
    inWorld({}, async (world) => {
      const keys = createRemoteJWKSet(new URL(`${world.url}/${world.tenantId}/discovery/v2.0/keys`));
      const audience = "api://chatops";
      const accepts = async (token: string): Promise<boolean> => {
        try {
          const issuer = [
            `https://sts.windows.net/${world.tenantId}/`,
            `https://login.microsoftonline.com/${world.tenantId}/v2.0`,
          ];
          const { payload } = await jwtVerify(token, keys, { audience, issuer });
          const app = payload.appid ?? payload.azp;
          const roles = payload.roles;
          return (
            app === "4962773b-9cdb-44cf-a8bf-237846a00ab7" &&
            Array.isArray(roles) &&
            roles.includes("AzureEventGridSecureWebhookSubscriber")
          );
        } catch {
          return false;
        }
      };
      expect(await accepts(await world.mintEventGridToken({ audience }))).toBe(true);
      expect(await accepts(await world.mintEventGridToken({ audience, version: 2 }))).toBe(true);
      for (const forge of [
        "audience",
        "app",
        "role",
        "issuer",
        "expired",
        "key",
        "none-algorithm",
      ] as const) {
        expect([forge, await accepts(await world.mintEventGridToken({ audience, forge }))]).toEqual([
          forge,
          false,
        ]);
      }
    }));
});
