import { expect, it } from "vitest";
import { aConfig, aRegistry } from "../../support/registry-config.ts";
import { aPush, gridHeaders, now, postGrid, startIngest } from "../ingest.ts";

const resourceId =
  "/subscriptions/0000/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/contoso";
const fabrikam = resourceId.replace("contoso", "fabrikam");

const gridEvent = (rest: object = {}, data: object = {}) => ({
  id: "envelope-1",
  topic: resourceId,
  subject: "shop/checkout:1.4.2",
  eventType: "Microsoft.ContainerRegistry.ImagePushed",
  eventTime: "2026-06-01T12:22:08.1Z",
  data: { ...aPush(), location: "westus", ...data },
  dataVersion: "2.0",
  metadataVersion: "1",
  ...rest,
});
const cloudEvent = (rest: object = {}, data: object = {}) => ({
  specversion: "1.0",
  id: "envelope-1",
  source: resourceId,
  subject: "shop/checkout:1.4.2",
  type: "Microsoft.ContainerRegistry.ImagePushed",
  time: "2026-06-01T12:22:08.1Z",
  data: { ...aPush(), location: "westus", ...data },
  ...rest,
});
const validation = (topic: unknown = resourceId, code: unknown = "512d38b6") => ({
  id: "v",
  topic,
  subject: "",
  eventType: "Microsoft.EventGrid.SubscriptionValidationEvent",
  eventTime: "2026-06-01T12:00:00Z",
  data: { validationCode: code, validationUrl: "https://rp.eventgrid.azure.net:553/validate?id=1" },
});

it.each([
  ["an Event Grid array", [gridEvent()]],
  ["an Event Grid object", gridEvent()],
  ["a CloudEvent", cloudEvent()],
  ["an array of CloudEvents", [cloudEvent()]],
  ["a short type", gridEvent({ eventType: "ImagePushed" })],
  ["a type in small letters", cloudEvent({ type: "microsoft.containerregistry.imagepushed" })],
])("takes %s", async (_name, payload) => {
  const { app, store } = startIngest();
  const answer = await postGrid(app, payload);
  const id = "cb8c3971-9adc-488b-bdd8-43cbb4974ff5";
  expect(answer.body).toEqual({ status: "recorded", id, recorded: 1, duplicates: 0, refused: 0 });
  expect(store.sightings()).toMatchObject([
    { event: { id, action: "push", tag: "1.4.2" }, way: "eventgrid", region: "westus", receivedAt: now },
  ]);
  expect((await postGrid(app, payload)).body).toMatchObject({
    status: "duplicate",
    recorded: 0,
    duplicates: 1,
  });
});

it("takes id and time of the envelope where data has none, and the region of the address", async () => {
  const { app, store } = startIngest();
  const bare = { id: undefined, timestamp: undefined, action: undefined, location: undefined };
  const url = "/webhooks/eventgrid/contoso?region=eastus";
  await postGrid(app, [gridEvent({}, bare)], gridHeaders, url);
  expect(store.sightings()).toMatchObject([
    { event: { id: "envelope-1", occurredAt: Date.UTC(2026, 5, 1, 12, 22, 8, 100) }, region: "eastus" },
  ]);
});

it("records the good events of a batch and keeps the others in the log", async () => {
  const { app, store, lines } = startIngest();
  const answer = await postGrid(app, [
    gridEvent({}, { id: "good-1" }),
    gridEvent({}, { id: "bad-1", target: { repository: "shop/checkout", digest: "sha256:91ef6" } }),
    gridEvent({ topic: fabrikam }, { id: "bad-2" }),
    7,
    cloudEvent({}, { id: "good-2" }),
    cloudEvent({}, { id: "good-2" }),
  ]);
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual({ status: "recorded", recorded: 2, duplicates: 1, refused: 3 });
  expect(store.sightings().map(({ event }) => event.id)).toEqual(["good-1", "good-2"]);
  const reasons = lines().flatMap((line) => (line.level === "warn" ? [line.reason] : []));
  expect(reasons).toEqual([
    "data.target.digest: is not a digest (sha256: and 64 hexadecimal digits)",
    expect.stringMatching(/fabrikam.*contoso/),
    "this is not an event object",
  ]);
});

const nothingUsable: readonly (readonly [string, unknown, number, RegExp])[] = [
  ["an empty array", [], 400, /no event/],
  ["a text", "x", 400, /not an event object/],
  ["an unknown type", gridEvent({ eventType: "Microsoft.Storage.BlobCreated" }), 400, /^eventType:/],
  ["no type", gridEvent({ eventType: "" }), 400, /^eventType:/],
  ["an old CloudEvent", cloudEvent({ specversion: "0.1" }), 400, /^specversion: is not 1.0/],
  ["no data", gridEvent({ data: undefined }), 400, /^data: is missing/],
  ["data that is text", gridEvent({ data: "x" }), 400, /^data: is missing or not an object/],
  ["a type that contradicts its data", gridEvent({}, { action: "delete" }), 400, /^data.action: contradicts/],
  ["no digest", gridEvent({}, { target: { repository: "a" } }), 400, /^data.target.digest: is missing/],
  ["a native event", aPush(), 400, /neither eventType/],
  ["two unusable events", [7, 8], 400, /^None of 2 events/],
  ["another registry's topic", [gridEvent({ topic: fabrikam })], 422, /fabrikam.*contoso/],
  ["another registry's source", cloudEvent({ source: fabrikam }), 422, /fabrikam.*contoso/],
  [
    "another registry's host",
    gridEvent({ topic: undefined }, { request: { host: "fabrikam.azurecr.io" } }),
    422,
    /fabrikam.*contoso/,
  ],
];

it.each(nothingUsable)("refuses %s", async (_name, payload, status, message) => {
  const { app, store } = startIngest();
  const answer = await postGrid(app, JSON.stringify(payload));
  expect([answer.status, answer.body.error.message]).toEqual([status, expect.stringMatching(message)]);
  expect(store.sightings()).toEqual([]);
});

it("90,000 bad entries do not stop the loop: a delivery holds 5,000, and others have their turn meanwhile", async () => {
  const { app } = startIngest();
  let turns = 0;
  let waiting = true;
  const count = () => {
    turns += 1;
    if (waiting) setImmediate(count);
  };
  setImmediate(count);
  const many = await postGrid(app, JSON.stringify(Array(90_000).fill({ eventType: "" })));
  expect([many.status, many.body.error.message]).toEqual([400, expect.stringContaining("more than 5000")]);
  const before = turns;
  const most = await postGrid(app, [...Array(4_999).fill({ eventType: "x" }), gridEvent()]);
  expect(most.body).toMatchObject({ recorded: 1, refused: 4_999 });
  expect(turns - before).toBeGreaterThanOrEqual(20);
  waiting = false;
});

it("answers 503 when the store cannot write, so that Event Grid comes again", async () => {
  const { app, store } = startIngest();
  store.breakDown();
  const answer = await postGrid(app, [gridEvent()]);
  expect([answer.status, answer.headers["retry-after"]]).toEqual([503, "30"]);
});

it("takes 1.5 MiB and refuses one byte more", async () => {
  const { app } = startIngest();
  const event = JSON.stringify([gridEvent()]);
  const limit = 1.5 * 1024 * 1024;
  expect((await postGrid(app, event.padEnd(limit))).status).toBe(200);
  expect((await postGrid(app, event.padEnd(limit + 1))).status).toBe(413);
});

it("answers a validation with its code once the secret was right", async () => {
  const { app } = startIngest({ config: aConfig([aRegistry({ resourceId })]) });
  const headers = { "aeg-event-type": "SubscriptionValidation" };
  const inQuery = "/webhooks/eventgrid/contoso?code=grid-secret";
  const expected = { validationResponse: "512d38b6" };
  expect((await postGrid(app, [validation()], { ...headers, ...gridHeaders })).body).toEqual(expected);
  expect((await postGrid(app, [validation()], headers, inQuery)).body).toEqual(expected);
  expect((await postGrid(app, [validation()], headers)).status).toBe(401);
  expect((await postGrid(app, [validation()], headers, `${inQuery}x`)).status).toBe(401);
});

it.each([
  ["the registry", resourceId.toUpperCase()],
  ["the subscription, as in Microsoft's sample", "/subscriptions/0000"],
  ["the topic's id, as in Microsoft's sample", `${fabrikam}/providers/Microsoft.EventGrid/topics/t`],
  ["nothing", undefined],
])("answers a validation whose topic names %s", async (_name, topic) => {
  const { app } = startIngest({ config: aConfig([aRegistry({ resourceId })]) });
  const answer = await postGrid(app, [validation(topic)]);
  expect([answer.status, answer.body]).toEqual([200, { validationResponse: "512d38b6" }]);
});

it.each([
  ["no event around its data", [validation(undefined).data], 400],
  ["no code", [validation(resourceId, "")], 400],
  ["a code that is no text", [validation(resourceId, { $: 1 })], 400],
  ["a code without end", [validation(resourceId, "x".repeat(513))], 400],
  ["a second event", [validation(), gridEvent()], 400],
])("refuses a validation with %s", async (_name, payload, status) => {
  const { app } = startIngest({ config: aConfig([aRegistry({ resourceId })]) });
  const headers = { ...gridHeaders, "aeg-event-type": "SubscriptionValidation" };
  const answer = await postGrid(app, payload, headers);
  expect(answer.status).toBe(status);
  expect(answer.body).not.toHaveProperty("validationResponse");
});

it("notes that a subscription was deleted", async () => {
  const { app, lines } = startIngest();
  const payload = [
    { topic: resourceId, eventType: "Microsoft.EventGrid.SubscriptionDeletedEvent", data: {} },
  ];
  const answer = await postGrid(app, payload, { ...gridHeaders, "aeg-event-type": "SubscriptionDeletion" });
  expect([answer.status, answer.body]).toEqual([200, { status: "subscription-deleted" }]);
  expect(lines()).toMatchObject([{ level: "warn", registry: "contoso" }]);
});

it("consents to CloudEvents from the origin that asks", async () => {
  const { app } = startIngest();
  const answer = await app.inject({
    method: "OPTIONS",
    url: "/webhooks/eventgrid/contoso?region=westus",
    headers: { "webhook-request-origin": "eventgrid.azure.net", "webhook-request-rate": "120" },
  });
  expect(answer.statusCode).toBe(200);
  expect(answer.headers).toMatchObject({
    allow: "POST",
    "webhook-allowed-origin": "eventgrid.azure.net",
    "webhook-allowed-rate": "*",
  });
});

it.each([
  ["?secret=grid-secret", "eventgrid.azure.net", "contoso", 200],
  ["?code=older-grid-secret", "eventgrid.azure.net", "contoso", 200],
  ["?secret=wrong", "eventgrid.azure.net", "contoso", 401],
  ["?secret=", "eventgrid.azure.net", "contoso", 401],
  ["?code=wrong", "eventgrid.azure.net", "contoso", 401],
  ["", "not a name", "contoso", 400],
  ["", "a".repeat(254), "contoso", 400],
  ["", "eventgrid.azure.net", "unknown", 404],
])("answers OPTIONS with %s from %s for %s with %i", async (query, origin, registry, status) => {
  const { app } = startIngest();
  const answer = await app.inject({
    method: "OPTIONS",
    url: `/webhooks/eventgrid/${registry}${query}`,
    headers: { "webhook-request-origin": origin },
  });
  expect(answer.statusCode).toBe(status);
  expect(answer.headers["webhook-allowed-origin"]).toBe(status === 200 ? origin : undefined);
});

it("answers plain OPTIONS without consent, and 405 to other methods", async () => {
  const { app } = startIngest();
  const url = "/webhooks/eventgrid/contoso";
  const plain = await app.inject({ method: "OPTIONS", url });
  expect([plain.statusCode, plain.headers.allow]).toEqual([200, "POST, OPTIONS"]);
  expect(plain.headers).not.toHaveProperty("webhook-allowed-origin");
  const wrong = await app.inject({ method: "GET", url });
  expect([wrong.statusCode, wrong.headers.allow]).toEqual([405, "OPTIONS, POST"]);
});
