import fc from "fast-check";
import { expect, it } from "vitest";
import { aDigest, gridHeaders, nativeHeaders, postGrid, postNative, startIngest } from "./ingest.ts";

const statuses = [200, 400, 422];

/** Mostly right, sometimes anything. */
const mostly = <T>(right: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 9, arbitrary: right }, { weight: 1, arbitrary: fc.jsonValue() });
const hostileText = fc.oneof(fc.string({ unit: "binary" }), fc.constant("a\u0000\ud800"));

/** JSON that is an event, or close to one. */
const nearEvent = fc.record({
  id: mostly(fc.uuid()),
  timestamp: mostly(
    fc
      .date({ min: new Date("2016-01-01"), max: new Date("2026-01-01"), noInvalidDate: true })
      .map((at) => at.toISOString()),
  ),
  action: mostly(fc.constantFrom("push", "delete", "quarantine", "chart_push", "ping")),
  target: mostly(
    fc.record({
      repository: mostly(fc.stringMatching(/^[a-z0-9]{1,9}(?:[-._/][a-z0-9]{1,9}){0,3}$/)),
      digest: mostly(fc.constant(aDigest)),
      tag: mostly(fc.constantFrom("1.0", "", null)),
      mediaType: mostly(hostileText),
      size: fc.jsonValue(),
      name: mostly(hostileText),
      version: mostly(hostileText),
    }),
  ),
  request: mostly(fc.record({ host: mostly(fc.domain()), useragent: mostly(hostileText) })),
  connectedRegistry: mostly(fc.record({ name: hostileText })),
  location: fc.jsonValue(),
});

const nearDelivery = nearEvent.chain((event) =>
  fc.record({
    id: fc.jsonValue(),
    topic: fc.jsonValue(),
    eventType: mostly(fc.constant("Microsoft.ContainerRegistry.ImagePushed")),
    specversion: fc.constantFrom(undefined, "1.0"),
    type: mostly(fc.constant("ImagePushed")),
    source: fc.jsonValue(),
    time: fc.jsonValue(),
    data: mostly(fc.constantFrom(event, { ...event, action: undefined })),
  }),
);

it("answers any JSON on the native webhook with 200, 400 or 422", async () => {
  const { app, store, lines } = startIngest();
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.jsonValue(), nearEvent), async (json) => {
      const { status } = await postNative(app, JSON.stringify(json), nativeHeaders);
      expect(statuses).toContain(status);
    }),
    { numRuns: 500 },
  );
  expect(lines().filter((line) => line.level === "error")).toEqual([]);
  expectStorable(store.sightings());
});

it("answers any JSON on the Event Grid webhook with 200, 400 or 422", async () => {
  const { app, store, lines } = startIngest();
  const delivery = fc.oneof(fc.jsonValue(), nearDelivery, fc.array(nearDelivery, { maxLength: 4 }));
  await fc.assert(
    fc.asyncProperty(delivery, async (json) => {
      const { status } = await postGrid(app, JSON.stringify(json), gridHeaders);
      expect(statuses).toContain(status);
    }),
    { numRuns: 500 },
  );
  expect(lines().filter((line) => line.level === "error")).toEqual([]);
  expectStorable(store.sightings());
});

it("answers any bytes, path and header with less than 500", async () => {
  const { app } = startIngest();
  const headerValue = fc.string({
    unit: fc.integer({ min: 0x20, max: 0xff }).map((c) => String.fromCharCode(c)),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array(),
      fc.webPath(),
      fc.webQueryParameters(),
      headerValue,
      headerValue,
      async (bytes, path, query, first, second) => {
        const headers = { "x-webhook-secret": first, authorization: second, "x-acr-signature": second };
        for (const base of ["/webhooks/acr/contoso", "/webhooks/eventgrid/contoso", path || "/"]) {
          const { status } = await postNative(app, Buffer.from(bytes), headers, `${base}?${query}`);
          expect(status).toBeGreaterThanOrEqual(400);
          expect(status).toBeLessThan(500);
        }
      },
    ),
    { numRuns: 200 },
  );
});

it("is not hurt by depth, by keys of prototypes or by long names", async () => {
  const { app } = startIngest();
  const deep = "[".repeat(100_000) + "]".repeat(100_000);
  const hostile = [
    deep,
    `{"target":${deep}}`,
    '{"__proto__":{"action":"ping"},"constructor":{"prototype":{"id":"x"}}}',
    JSON.stringify({ action: "push", target: { repository: `${"a-".repeat(100_000)}!` } }),
    JSON.stringify({ id: "x", timestamp: "9".repeat(200_000), action: "ping" }),
  ];
  for (const body of hostile) {
    expect((await postNative(app, body)).status).toBe(422);
    expect((await postGrid(app, body)).status).toBe(400);
  }
  expect(Reflect.get({}, "action")).toBeUndefined();
});

function expectStorable(sightings: readonly object[]): void {
  expect(sightings.length).toBeGreaterThan(0);
  const text = JSON.stringify(sightings);
  expect(text.isWellFormed()).toBe(true);
  // JSON.stringify writes NUL and half characters as escapes.
  expect(text).not.toMatch(/\\u0000|\\ud[89a-f]/);
}
