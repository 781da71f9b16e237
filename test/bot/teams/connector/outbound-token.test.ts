import { decodeJwt } from "jose";
import { expect, it, onTestFinished } from "vitest";
import { createRegistryWorld } from "../../../../demo/registry/world.ts";
import { createTeamsCredential } from "../../../../src/azure/credentials.ts";
import { createTeamsConnector } from "../../../../src/bot/teams/connector/connector.ts";
import { createOutboundToken, type Issued } from "../../../../src/bot/teams/connector/outbound-token.ts";
import { useIdentity } from "../../../support/use-identity.ts";
import { appId, appSecret, releases, startTeams, teamsConfig, tenantId } from "../teams-world.ts";

const scope = "https://api.botframework.com/.default";

function setUp(answers: readonly (Issued | Error)[]) {
  const clock = { now: 1_000_000 };
  const asked: string[] = [];
  const token = createOutboundToken({
    getToken: async (wanted) => {
      const answer = answers[asked.length];
      asked.push(wanted);
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error("asked too often");
      return answer;
    },
    scope,
    now: () => clock.now,
  });
  return { token, clock, asked };
}

const issued = (token: string, minutes: number): Issued => ({
  token,
  expiresAt: 1_000_000 + minutes * 60_000,
});

it("keeps a token until five minutes before it ends", async () => {
  const { token, clock, asked } = setUp([issued("one", 60), issued("two", 120)]);
  expect([await token.get(), await token.get()]).toEqual(["one", "one"]);
  clock.now += 55 * 60_000 - 1;
  expect(await token.get()).toBe("one");
  clock.now += 1;
  expect(await token.get()).toBe("two");
  expect(asked).toEqual([scope, scope]);
});

it("asks once for all who need it at the same time", async () => {
  const { token, asked } = setUp([issued("one", 60)]);
  expect(await Promise.all([token.get(), token.get(), token.get()])).toEqual(["one", "one", "one"]);
  expect(asked).toHaveLength(1);
});

it("gets a new one after Teams refused it, and after a failure", async () => {
  const { token } = setUp([issued("one", 60), new Error("ECONNRESET"), issued("two", 60)]);
  await token.get();
  token.refused("Teams refused it");
  expect(token.trouble()).toBe("Teams refused it");
  await expect(token.get()).rejects.toMatchObject({ code: "chat-later", retryable: true });
  expect(token.trouble()).toContain("could not be asked");
  expect(await token.get()).toBe("two");
  // Only Teams can say that it takes this one.
  expect(token.trouble()).toBe("Teams refused it");
  token.passed();
  expect(token.trouble()).toBeUndefined();
});

it("tells a refusal from an outage, and shows one line of it", async () => {
  const refusal = Object.assign(new Error("AADSTS7000215: Invalid client secret.\nTrace ID: 1\nsecret"), {
    statusCode: 401,
  });
  const { token } = setUp([refusal]);
  const error: unknown = await token.get().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "chat-unauthorized", message: expect.stringContaining("teams.auth") });
  expect(String(error)).not.toContain("Trace ID");
});

it("is asked for once for many calls, and Teams takes it", async () => {
  const world = await startTeams();
  const body = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: world.bot.appId,
    client_secret: appSecret,
    scope,
  });
  const token = createOutboundToken({
    getToken: async () => {
      const answer = (await (await fetch(world.tokenUrl, { method: "POST", body })).json()) as {
        access_token: string;
        expires_in: number;
      };
      return { token: answer.access_token, expiresAt: Date.now() + answer.expires_in * 1_000 };
    },
    scope,
    now: Date.now,
  });
  const connector = createTeamsConnector({ token, appId: world.bot.appId, now: Date.now });
  const site = { serviceUrl: world.serviceUrl(), tenant: tenantId };
  for (let index = 0; index < 3; index += 1)
    await connector.startThread(site, releases, { type: "message", text: "hello" });
  expect(world.messages(releases)).toHaveLength(3);
  expect(world.calls("token")).toHaveLength(1);
});

it("comes from @azure/identity: the app's managed identity, for the Bot Framework", async () => {
  const registry = await createRegistryWorld({ identities: [{ clientId: appId, rights: [] }] });
  onTestFinished(() => registry.close());
  useIdentity(registry);
  const audiences: unknown[] = [];
  const acceptToken = (jwt: string) => {
    const { aud, appid } = decodeJwt(jwt);
    audiences.push(aud);
    return aud === "https://api.botframework.com" && appid === appId;
  };
  const world = await startTeams({ acceptToken });
  const config = { ...teamsConfig(world), auth: { type: "managed-identity", clientId: appId } } as const;
  const token = createOutboundToken({ getToken: createTeamsCredential(config), scope, now: Date.now });
  const connector = createTeamsConnector({ token, appId, now: Date.now });
  const site = { serviceUrl: world.serviceUrl(), tenant: tenantId };
  await connector.startThread(site, releases, { type: "message", text: "hello" });
  expect(world.messages(releases)).toHaveLength(1);
  expect(audiences).toEqual(["https://api.botframework.com"]);
});

it("loads no identity library and asks nobody until the first token is wanted", async () => {
  const world = await startTeams();
  expect(createTeamsCredential(teamsConfig(world))).toBeTypeOf("function");
  expect(world.calls()).toEqual([]);
});
