import { expect, it } from "vitest";
import { unauthorized } from "../../src/http/http-refusal.ts";
import { createRefusalLog } from "../../src/http/refusal-log.ts";
import type { Sighting } from "../../src/nouns/registry-event.ts";
import { createRecord } from "../../src/webhook/record.ts";
import { createLogLines } from "../support/log-lines.ts";
import { createMemoryEvents } from "../support/memory-events.ts";

const sighting = (id: string): Sighting => ({
  event: { registry: "contoso", id, action: "ping", occurredAt: 1 },
  way: "webhook",
  region: "",
  receivedAt: 2,
});

it("refuses at once when too many events wait, and takes them again later", async () => {
  const store = createMemoryEvents();
  const held = store.hold();
  const record = createRecord({ store, log: createLogLines().log, maxWaiting: 2 });

  const first = record([sighting("a"), sighting("b")]);
  expect(await record([sighting("c")])).toMatchObject({ ok: false, refusal: { status: 503 } });
  held.release();

  expect(await first).toEqual({ ok: true, as: ["recorded", "recorded"] });
  expect(await record([sighting("c")])).toEqual({ ok: true, as: ["recorded"] });
});

it("counts events of a late commit as waiting until it ends", async () => {
  const store = createMemoryEvents();
  const held = store.hold();
  const record = createRecord({ store, log: createLogLines().log, limitMs: 5, maxWaiting: 1 });
  expect(await record([sighting("a")])).toMatchObject({ context: { reason: "a commit waits over 5 ms" } });
  expect(await record([sighting("b")])).toMatchObject({ context: { reason: "1 events wait for the store" } });
  held.release();
});

it("turns whatever the store throws into a refusal", async () => {
  const store = { recordEvents: () => Promise.reject(new TypeError("bug")) };
  const record = createRecord({ store, log: createLogLines().log });
  expect(await record([sighting("a")])).toMatchObject({ context: { reason: "the store cannot write: bug" } });
});

it("logs a flood of refusals as a few lines and a number", () => {
  const lines = createLogLines();
  const clock = { now: 0 };
  const logRefusal = createRefusalLog({ log: lines.log, now: () => clock.now });
  for (let count = 0; count < 1_000; count += 1) logRefusal(unauthorized, { remote: "203.0.113.7" });
  expect(lines.lines()).toHaveLength(20);

  logRefusal({ status: 422, code: "not-an-acr-event", message: "id: is missing" }, {});
  expect(lines.lines()).toHaveLength(21);

  clock.now = 10_000;
  logRefusal(unauthorized, { remote: "203.0.113.7" });
  expect(lines.lines().at(-1)).toMatchObject({ status: 401, remote: "203.0.113.7", suppressed: 980 });
});
