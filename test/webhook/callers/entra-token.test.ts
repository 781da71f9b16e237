import { expect, it } from "vitest";
import {
  altered,
  entra,
  entraConfig,
  foreignKey,
  knownKeys,
  nowSeconds,
  rightClaims,
  rightV2Claims,
  sign,
  signedWithPublicKey,
  unsigned,
} from "../entra.ts";
import { aPush, postGrid, startIngest } from "../ingest.ts";

const event = { specversion: "1.0", id: "e1", type: "ImagePushed", source: "", data: aPush() };
const other = "99999999-2222-3333-4444-555555555555";

async function deliver(token: string, azure = {}) {
  const ingest = startIngest({ config: entraConfig(azure), signingKeys: await knownKeys() });
  const answer = await postGrid(ingest.app, event, { authorization: `Bearer ${token}` });
  return { ...ingest, answer };
}

const right: readonly (readonly [string, () => Promise<string>])[] = [
  ["a v1 token", () => sign()],
  ["a v2 token", () => sign(rightV2Claims)],
  ["several audiences, ours among them", () => sign({ aud: ["api://other", entra.audience] })],
  ["GUIDs in capitals", () => sign({ appid: entra.eventGridAppId.toUpperCase() })],
  ["an end half a minute ago, by another clock", () => sign({ exp: nowSeconds - 30 })],
  ["no begin", () => sign({ nbf: undefined })],
];

it.each(right)("accepts %s", async (_name, token) => {
  const { answer, store } = await deliver(await token());
  expect(answer.status).toBe(200);
  expect(store.sightings()).toHaveLength(1);
});

const forged: readonly (readonly [string, () => Promise<string> | string])[] = [
  ["algorithm none", () => unsigned("none")],
  ["algorithm None", () => unsigned("None")],
  ["RS256 without a signature", () => unsigned("RS256")],
  ["HS256 with the public key", signedWithPublicKey],
  ["claims altered after signing", altered],
  ["another key under the same id", () => sign({}, { kid: "k1" }, foreignKey.privateKey)],
  ["no key id", () => sign({}, {})],
  ["a key id without end", () => sign({}, { kid: "k".repeat(201) })],
  ["another issuer", () => sign({ iss: "https://evil.example/" })],
  ["another tenant's issuer", () => sign({ iss: `https://sts.windows.net/${other}/` })],
  ["another tenant", () => sign({ tid: other })],
  ["the issuer without its slash", () => sign({ iss: `https://sts.windows.net/${entra.tenantId}` })],
  ["no issuer", () => sign({ iss: undefined })],
  ["another audience", () => sign({ aud: "api://other" })],
  ["no audience", () => sign({ aud: undefined })],
  ["another application of the same tenant", () => sign({ appid: other })],
  ["another application in v2", () => sign({ ...rightV2Claims, azp: other })],
  ["two applications that contradict", () => sign({ azp: other })],
  ["no application", () => sign({ appid: undefined })],
  ["no role", () => sign({ roles: undefined })],
  ["another role", () => sign({ roles: ["Reader"] })],
  ["the role as text", () => sign({ roles: "AzureEventGridSecureWebhookSubscriber" })],
  ["an end in the past", () => sign({ exp: nowSeconds - 61 })],
  ["no end", () => sign({ exp: undefined })],
  ["a begin in the future", () => sign({ nbf: nowSeconds + 61 })],
  ["a text as end", () => sign({ exp: "tomorrow" })],
  ["garbage", () => "garbage"],
  ["three pieces of garbage", () => "a.b.c"],
  ["dots", () => ".."],
  ["nothing in three pieces", () => "e30.e30.e30"],
];

it.each(forged)("refuses %s", async (_name, token) => {
  const jwt = await token();
  const { answer, store, text } = await deliver(jwt);
  expect(answer.status).toBe(401);
  expect(store.sightings()).toEqual([]);
  expect(text()).not.toContain(jwt);
  expect(JSON.stringify(answer.body)).not.toMatch(/issuer|audience|role/);
});

it("asks Event Grid to come again while a key is not known", async () => {
  const { answer, store } = await deliver(await sign({}, { kid: "k2" }, foreignKey.privateKey));
  expect(store.sightings()).toEqual([]);
  expect(answer.status).toBe(503);
  expect(answer.body.error.code).toBe("signing-key-unknown");
  expect(answer.headers["retry-after"]).toBe("30");
});

it("looks for no key for a token that is not meant for us", async () => {
  const asked: string[] = [];
  const signingKeys = {
    find: (_set: string, kid: string) => {
      asked.push(kid);
      return "unknown-yet" as const;
    },
  };
  const { app } = startIngest({ config: entraConfig(), signingKeys });
  const token = await sign({ aud: "api://other" }, { kid: "k2" });
  expect((await postGrid(app, event, { authorization: `Bearer ${token}` })).status).toBe(401);
  expect(asked).toEqual([]);
});

it("takes the issuers of a sovereign cloud", async () => {
  const china = { cloud: "china", authorityHost: "https://login.chinacloudapi.cn/" } as const;
  const keys = await knownKeys();
  const address = `https://login.chinacloudapi.cn/${entra.tenantId}/discovery/v2.0/keys`;
  const publicSet = `https://login.microsoftonline.com/${entra.tenantId}/discovery/v2.0/keys`;
  const signingKeys = {
    find: (set: string, kid: string) => (set === address ? keys.find(publicSet, kid) : undefined),
  };
  const { app } = startIngest({ config: entraConfig(china), signingKeys });
  const statusOf = async (iss: unknown) => {
    const token = await sign({ iss });
    return (await postGrid(app, event, { authorization: `Bearer ${token}` })).status;
  };
  expect(await statusOf(`https://sts.chinacloudapi.cn/${entra.tenantId}/`)).toBe(200);
  expect(await statusOf(`https://login.chinacloudapi.cn/${entra.tenantId}/v2.0`)).toBe(200);
  expect(await statusOf(rightClaims.iss)).toBe(401);
});

it("answers the validation handshake to a right token only", async () => {
  const { app } = startIngest({ config: entraConfig(), signingKeys: await knownKeys() });
  const validation = [
    {
      id: "v",
      topic: "",
      eventType: "Microsoft.EventGrid.SubscriptionValidationEvent",
      data: { validationCode: "c0de" },
    },
  ];
  const authorization = `Bearer ${await sign()}`;
  expect((await postGrid(app, validation, { authorization })).body).toEqual({ validationResponse: "c0de" });
  expect((await postGrid(app, validation, {})).status).toBe(401);
});
