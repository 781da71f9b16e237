import { createHmac } from "node:crypto";
import { expect, it } from "vitest";
import { aConfig, aRegistry } from "../support/registry-config.ts";
import { aPush, gridHeaders, nativeHeaders, postGrid, postNative, startIngest } from "./ingest.ts";

const body = JSON.stringify(aPush());
const sign = (secret: string, bytes: string | Buffer = body) =>
  createHmac("sha256", secret).update(bytes).digest("hex");
const basic = (pair: string) => `Basic ${Buffer.from(pair).toString("base64")}`;

const accepted: readonly (readonly [string, Record<string, string>])[] = [
  ["X-Webhook-Secret", { "x-webhook-secret": "native-secret" }],
  ["the older secret during a rotation", { "x-webhook-secret": "older-native-secret" }],
  ["a bearer secret", { authorization: "Bearer native-secret" }],
  ["a bearer secret with the scheme in capitals", { authorization: "BEARER native-secret" }],
  ["the password of Basic, any user", { authorization: basic("anybody:native-secret") }],
  ["the password of Basic without user", { authorization: basic(":native-secret") }],
  ["a signature as bare hexadecimal digits", { "x-acr-signature": sign("native-secret") }],
  ["a signature in capitals", { "x-acr-signature": sign("native-secret").toUpperCase() }],
  ["a signature after sha256=", { "x-acr-signature": `sha256=${sign("native-secret")}` }],
  ["a signature by the older secret", { "x-acr-signature": sign("older-native-secret") }],
  [
    "a right secret beside a foreign one",
    { "x-webhook-secret": "wrong", authorization: "Bearer native-secret" },
  ],
];

it.each(accepted)("accepts %s", async (_name, headers) => {
  const { app, store } = startIngest();
  const answer = await postNative(app, body, headers);
  expect(answer.status).toBe(200);
  expect(store.sightings()).toHaveLength(1);
});

const refused: readonly (readonly [string, Record<string, string | string[]>])[] = [
  ["nothing", {}],
  ["a wrong secret", { "x-webhook-secret": "native-secre" }],
  ["a longer secret", { "x-webhook-secret": "native-secret1" }],
  ["an empty secret", { "x-webhook-secret": "" }],
  ["an empty bearer", { authorization: "Bearer " }],
  ["a secret without scheme", { authorization: "native-secret" }],
  ["Basic without a colon", { authorization: basic("native-secret") }],
  ["Basic with an empty password", { authorization: basic("native-secret:") }],
  ["Basic that is not base64", { authorization: "Basic \u00ff\u00fe%%%" }],
  ["a secret twice", { "x-webhook-secret": ["native-secret", "native-secret"] }],
  ["another registry's secret", { "x-webhook-secret": "other-secret" }],
  ["the Event Grid secret", { "x-webhook-secret": "grid-secret" }],
  ["a signature by another secret", { "x-acr-signature": sign("wrong") }],
  ["a signature by an empty secret", { "x-acr-signature": sign("") }],
  ["a signature of another body", { "x-acr-signature": sign("native-secret", `${body} `) }],
  ["a plain hash of the secret", { "x-acr-signature": sign("", "native-secret") }],
  ["a short signature", { "x-acr-signature": sign("native-secret").slice(0, 62) }],
  ["two signatures", { "x-acr-signature": [sign("native-secret"), sign("native-secret")] }],
  ["letters that are no digits", { "x-acr-signature": "z".repeat(64) }],
];

it.each(refused)("refuses %s with 401", async (_name, headers) => {
  const other = aRegistry({ name: "other", webhook: { names: [], secrets: ["other-secret"] } });
  const empty = { names: [], secrets: ["native-secret", "", "older-native-secret"] };
  const { app, store, text } = startIngest({ config: aConfig([aRegistry({ webhook: empty }), other]) });

  const answer = await postNative(app, body, headers);

  expect(answer.status).toBe(401);
  expect(answer.body).toEqual({ error: { code: "unauthorized", message: expect.any(String) } });
  expect(store.sightings()).toEqual([]);
  expect(text()).not.toMatch(/native-secret|grid-secret|other-secret/);
});

it("takes no secret from the query of a native webhook", async () => {
  const { app } = startIngest();
  const answer = await postNative(
    app,
    body,
    {},
    "/webhooks/acr/contoso?secret=native-secret&code=native-secret",
  );
  expect(answer.status).toBe(401);
});

it("refuses everything for a registry without secrets", async () => {
  const bare = aRegistry({ webhook: { names: [], secrets: [] }, eventGrid: { secrets: [] } });
  const { app } = startIngest({ config: aConfig([bare]) });
  const signed = { "x-acr-signature": sign("") };
  expect((await postNative(app, body, { "x-webhook-secret": "" })).status).toBe(401);
  expect((await postNative(app, body, signed)).status).toBe(401);
  expect((await postGrid(app, body, signed, "/webhooks/eventgrid/contoso?secret=&code=")).status).toBe(401);
});

it("compares the bytes of a secret that is not ASCII", async () => {
  const registry = aRegistry({ webhook: { names: [], secrets: ["pässwörd"] } });
  const { app } = startIngest({ config: aConfig([registry]) });
  // A client sends UTF-8 bytes, which Node shows as latin1.
  const sent = Buffer.from("pässwörd", "utf8").toString("latin1");
  expect((await postNative(app, body, { "x-webhook-secret": sent })).status).toBe(200);
  expect((await postNative(app, body, { authorization: basic("me:pässwörd") })).status).toBe(200);
});

it("signs the raw bytes, not the JSON they hold", async () => {
  const { app } = startIngest();
  const spaced = JSON.stringify(aPush(), null, 3);
  const headers = { "x-acr-signature": sign("native-secret", spaced) };
  expect((await postNative(app, spaced, headers)).status).toBe(200);
  expect((await postNative(app, body, headers)).status).toBe(401);
});

it.each([
  ["?secret=grid-secret"],
  ["?code=grid-secret"],
  ["?code=older-grid-secret&region=westus"],
  ["?code=wrong&secret=grid-secret"],
])("takes Event Grid's secret from the query %s", async (query) => {
  const { app } = startIngest();
  const event = { specversion: "1.0", id: "e1", type: "ImagePushed", source: "", data: aPush() };
  const answer = await postGrid(app, event, {}, `/webhooks/eventgrid/contoso${query}`);
  expect(answer.status).toBe(200);
});

it("looks at the body only after the caller has proved who it is", async () => {
  const { app } = startIngest();
  expect((await postNative(app, "no json", {})).status).toBe(401);
  expect((await postNative(app, "no json", { "x-acr-signature": sign("wrong", "no json") })).status).toBe(
    401,
  );
  expect((await postGrid(app, "no json", {})).status).toBe(401);
});

it("knows no registry by the name of a built-in property", async () => {
  const { app } = startIngest();
  for (const name of ["constructor", "__proto__", "toString", "nothing"]) {
    expect((await postNative(app, body, nativeHeaders, `/webhooks/acr/${name}`)).status).toBe(404);
    expect((await postGrid(app, body, gridHeaders, `/webhooks/eventgrid/${name}`)).status).toBe(404);
  }
});
