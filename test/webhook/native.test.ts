import { expect, it } from "vitest";
import { aDigest, aPush, nativeHeaders, now, postNative, startIngest } from "./ingest.ts";

it("records a push and answers with its id", async () => {
  const { app, store, lines } = startIngest();

  const answer = await postNative(app, aPush(), nativeHeaders, "/webhooks/acr/contoso?region=West US");

  expect(answer.body).toEqual({ status: "recorded", id: "cb8c3971-9adc-488b-bdd8-43cbb4974ff5" });
  expect(store.sightings()).toMatchObject([{ way: "webhook", region: "westus", receivedAt: now }]);
  expect(lines()).toMatchObject([
    { level: "info", step: "receive", eventId: "cb8c3971-9adc-488b-bdd8-43cbb4974ff5", action: "push" },
    { level: "info", step: "record", eventId: "cb8c3971-9adc-488b-bdd8-43cbb4974ff5", as: "recorded" },
  ]);
});

it("records a repeated delivery once, and each region's own", async () => {
  const { app, store } = startIngest();
  const at = (region: string) =>
    postNative(app, aPush(), nativeHeaders, `/webhooks/acr/contoso?region=${region}`);

  expect((await at("westus")).body.status).toBe("recorded");
  expect((await at("westus")).body.status).toBe("duplicate");
  expect((await at("eastus")).body.status).toBe("recorded");
  expect(store.sightings()).toHaveLength(2);
});

const odd: readonly (readonly [string, object, object])[] = [
  ["no tag", { tag: undefined }, { tag: undefined }],
  ["a null tag", { tag: null }, { tag: undefined }],
  ["an empty tag, as when pushed by digest", { tag: "" }, { tag: undefined }],
  ["no media type", { mediaType: undefined }, { mediaType: undefined }],
  ["a media type that is no text", { mediaType: 7 }, { mediaType: undefined }],
  ["no size but a length", { size: undefined }, { manifestBytes: 524 }],
  ["neither size nor length", { size: undefined, length: undefined }, { manifestBytes: undefined }],
  ["a size that is no number", { size: "big", length: -1 }, { manifestBytes: undefined }],
  ["fields that nobody knows", { url: "x", fluff: [{}] }, { repository: "shop/checkout" }],
  ["control characters in the media type", { mediaType: "a\u0000b" }, { mediaType: "a b" }],
  ["half a character in the media type", { mediaType: "a\ud800" }, { mediaType: "a\ufffd" }],
];

it.each(odd)("takes a push with %s", async (_name, target, expected) => {
  const { app, store } = startIngest();
  expect((await postNative(app, aPush(target))).status).toBe(200);
  const event = store.sightings()[0]?.event ?? {};
  for (const [field, value] of Object.entries(expected)) expect(Reflect.get(event, field)).toBe(value);
  expect(Object.values(event)).not.toContain(undefined);
});

it("takes the deletion of a whole repository, which has no digest", async () => {
  const { app, store } = startIngest();
  const answer = await postNative(app, aPush({ digest: undefined, tag: undefined }, { action: "delete" }));
  expect(answer.status).toBe(200);
  expect(store.sightings()[0]?.event).not.toHaveProperty("digest");
});

it("takes a quarantine event without media type and a chart whose version has a plus", async () => {
  const { app, store } = startIngest();
  await postNative(app, aPush({ mediaType: undefined }, { action: "quarantine", id: "q" }));
  const chart = { tag: "web-1.0.0+build.tgz", name: "web", version: "1.0.0+build" };
  await postNative(app, aPush(chart, { action: "chart_push", id: "c", request: undefined }));
  expect(store.sightings().map(({ event }) => [event.action, event.chart])).toEqual([
    ["quarantine", undefined],
    ["chart_push", { name: "web", version: "1.0.0+build" }],
  ]);
});

it.each([
  ["2026-06-01T12:22:07Z", Date.UTC(2026, 5, 1, 12, 22, 7)],
  ["2026-06-01T12:22:07.0958813Z", Date.UTC(2026, 5, 1, 12, 22, 7, 95)],
  ["2026-06-01T12:22:07.343145347Z", Date.UTC(2026, 5, 1, 12, 22, 7, 343)],
  ["2026-06-01T05:22:07.0958813-07:00", Date.UTC(2026, 5, 1, 12, 22, 7, 95)],
  ["2026-06-01T12:22:07.0958813+00:00", Date.UTC(2026, 5, 1, 12, 22, 7, 95)],
  ["2026-06-02T12:00:00Z", Date.UTC(2026, 5, 2, 12)],
])("reads the time %s", async (timestamp, expected) => {
  const { app, store } = startIngest();
  expect((await postNative(app, aPush({}, { timestamp }))).status).toBe(200);
  expect(store.sightings()[0]?.event.occurredAt).toBe(expected);
});

const unusable: readonly (readonly [string, object | string, RegExp])[] = [
  ["a number", "7", /a number/],
  ["null", "null", /null/],
  ["an array", [aPush()], /one bare event object/],
  ["a Docker Hub webhook", { push_data: {}, repository: {} }, /Docker Hub/],
  ["no action", aPush({}, { action: undefined }), /^action: is missing$/],
  ["an action that ACR does not send", aPush({}, { action: "pull" }), /^action: is none of push, delete/],
  ["no target", aPush({}, { target: undefined }), /^target: is missing$/],
  ["a target that is text", aPush({}, { target: "x" }), /^target: is not an object$/],
  ["no repository", aPush({ repository: undefined }), /^target.repository: is missing$/],
  [
    "a repository in capitals",
    aPush({ repository: "Shop/Checkout" }),
    /^target.repository: is not a repository/,
  ],
  ["a repository that climbs", aPush({ repository: "../etc" }), /^target.repository/],
  ["a repository that is too long", aPush({ repository: "a".repeat(256) }), /longer than 255/],
  ["no digest", aPush({ digest: undefined }), /^target.digest: is missing$/],
  ["a digest in capitals", aPush({ digest: aDigest.toUpperCase() }), /^target.digest: is not a digest/],
  ["a digest of another kind", aPush({ digest: `sha512:${"a".repeat(128)}` }), /^target.digest/],
  ["a tag with a space", aPush({ tag: "a b" }), /^target.tag: is not a tag$/],
  ["a tag of 129 characters", aPush({ tag: "a".repeat(129) }), /^target.tag/],
  ["a tag with a plus", aPush({ tag: "1.0+2" }), /^target.tag/],
  ["a tag that is a number", aPush({ tag: 1 }), /^target.tag: is not text$/],
  ["no id", aPush({}, { id: undefined }), /^id: is missing$/],
  ["an id with a line break", aPush({}, { id: "a\nb" }), /^id: /],
  ["no time", aPush({}, { timestamp: undefined }), /^timestamp: is missing$/],
  ["a time without zone", aPush({}, { timestamp: "2026-06-01T12:22:07" }), /^timestamp: is not a time/],
  ["a month that there is not", aPush({}, { timestamp: "2026-13-01T12:22:07Z" }), /on the calendar/],
  ["the year 1", aPush({}, { timestamp: "0001-01-01T00:00:00Z" }), /before 2015/],
];

it.each(unusable)("refuses %s with 422 and says why", async (_name, payload, message) => {
  const { app, store, lines } = startIngest();
  const answer = await postNative(app, payload);
  expect(answer.status).toBe(422);
  expect(answer.body).toEqual({
    error: { code: "not-an-acr-event", message: expect.stringMatching(message) },
  });
  expect(store.sightings()).toEqual([]);
  expect(lines()).toMatchObject([{ level: "warn", step: "receive", registry: "contoso", status: 422 }]);
});

it("a clock of ours that is days behind refuses no event, and knows its copies", async () => {
  const { app, store } = startIngest();
  const timestamp = "2026-06-03T12:30:00.5Z";
  expect((await postNative(app, aPush({}, { timestamp }))).body.status).toBe("recorded");
  expect((await postNative(app, aPush({}, { timestamp }))).body.status).toBe("duplicate");
  expect((await postNative(app, aPush({}, { timestamp: "9999-12-31T23:59:59Z" }))).status).toBe(200);
  // Kept so that rows that claim to be of another age do not stay for ever.
  const monthMs = 31 * 86_400_000;
  expect(store.sightings().map(({ event }) => event.occurredAt)).toEqual([
    Date.parse(timestamp),
    now + monthMs,
  ]);
});

it.each([
  ["nothing", ""],
  ["half a document", '{"action":'],
  ["bytes that are not UTF-8", Buffer.from([0x7b, 0xff, 0x7d])],
  ["compressed bytes", Buffer.from("1f8b0800", "hex")],
])("refuses %s with 400", async (_name, payload) => {
  const { app } = startIngest();
  expect((await postNative(app, payload)).status).toBe(400);
});

it("takes a body that begins with a byte order mark", async () => {
  const { app } = startIngest();
  expect((await postNative(app, `\ufeff${JSON.stringify(aPush())}`)).status).toBe(200);
});

it.each([
  "application/json; charset=utf-8",
  "application/xml",
  "text/plain",
  "application/x-www-form-urlencoded",
  "multipart/form-data",
  ";;;",
  "nonsense",
  "",
])("takes the content type %j", async (type) => {
  const { app } = startIngest();
  const answer = await postNative(app, JSON.stringify(aPush()), { ...nativeHeaders, "content-type": type });
  expect(answer.status).toBe(200);
});

it("takes 256 KiB and refuses one byte more", async () => {
  const { app, lines } = startIngest();
  const event = JSON.stringify(aPush());
  const filled = (bytes: number) => event + " ".repeat(bytes - Buffer.byteLength(event));
  expect((await postNative(app, filled(256 * 1024))).status).toBe(200);
  const answer = await postNative(app, filled(256 * 1024 + 1));
  expect(answer.status).toBe(413);
  expect(answer.body.error.code).toBe("body-too-large");
  expect(lines().at(-1)).toMatchObject({ level: "warn", code: "body-too-large" });
});

it.each(["GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"] as const)(
  "answers 405 to %s",
  async (method) => {
    const { app } = startIngest();
    const answer = await app.inject({
      method,
      url: "/webhooks/acr/contoso?region=x",
      headers: nativeHeaders,
    });
    expect(answer.statusCode).toBe(405);
    expect(answer.headers.allow).toBe("POST");
  },
);

it("answers 404 to unknown addresses and unknown registries", async () => {
  const { app } = startIngest();
  const urls = ["/", "/webhooks/acr", "/webhooks/acr/", "/webhooks/acr/contoso/x", "/webhooks/acr/%zz"];
  for (const url of [...urls, `/webhooks/acr/${"a".repeat(101)}`, "/webhooks/acr/unknown"]) {
    const answer = await postNative(app, aPush(), nativeHeaders, url);
    expect([url, answer.status]).toEqual([url, url.includes("%zz") ? 400 : 404]);
    expect(answer.body).toEqual({ error: { code: expect.any(String), message: expect.any(String) } });
  }
});

it("is alive", async () => {
  const { app } = startIngest();
  expect((await app.inject("/healthz")).json()).toEqual({ status: "ok" });
  const wrong = await app.inject({ method: "POST", url: "/healthz" });
  expect([wrong.statusCode, wrong.headers.allow]).toEqual([405, "GET, HEAD"]);
});

it("answers 503 when the store cannot write", async () => {
  const { app, store, lines } = startIngest();
  store.breakDown();
  const answer = await postNative(app, aPush());
  expect(answer.status).toBe(503);
  expect(answer.headers["retry-after"]).toBe("30");
  expect(answer.body.error.code).toBe("store-unwritable");
  expect(JSON.stringify(answer.body)).not.toContain("disk full");
  expect(lines().at(-1)).toMatchObject({
    level: "warn",
    step: "record",
    eventId: "cb8c3971-9adc-488b-bdd8-43cbb4974ff5",
    reason: "the store cannot write: disk full",
  });
});

it("answers 503 when a commit waits too long, and knows the event when it comes again", async () => {
  const { app, store } = startIngest({ recordLimitMs: 20 });
  const held = store.hold();
  expect((await postNative(app, aPush())).status).toBe(503);
  held.release();
  expect((await postNative(app, aPush())).body.status).toBe("duplicate");
});

it("lets other rooms add routes, which get raw bytes", async () => {
  const { app } = startIngest();
  app.post("/slack/events", async (request) => ({ raw: Buffer.isBuffer(request.body) }));
  const payload = { a: 1 };
  expect((await app.inject({ method: "POST", url: "/slack/events", payload })).json()).toEqual({ raw: true });
  const wrong = await app.inject({ method: "GET", url: "/slack/events" });
  expect([wrong.statusCode, wrong.headers.allow]).toEqual([405, "POST"]);
});

it("tells nothing of an error of its own", async () => {
  const { app, lines } = startIngest();
  app.get("/broken", async () => {
    throw new Error("inside information");
  });
  const answer = await app.inject("/broken");
  expect(answer.statusCode).toBe(500);
  expect(answer.body).not.toContain("inside");
  expect(lines()).toMatchObject([{ level: "error", error: "inside information" }]);
});
