import { describe, expect, it } from "vitest";
import { retryAfterOf } from "../../src/outgoing/retry-after.ts";

const now = Date.parse("2026-12-01T10:00:00Z");

describe("Retry-After", () => {
  it.each([
    ["120", 120_000],
    [" 1.5 ", 1_500],
    ["0", 0],
    ["Tue, 01 Dec 2026 10:02:00 GMT", 120_000],
    ["Tuesday, 01-Dec-26 10:02:00 GMT", 120_000],
    ["Tue, 01 Dec 2026 09:00:00 GMT", 0],
  ])("reads %j", (header, expected) => {
    expect(retryAfterOf(header, now)).toBe(expected);
  });

  it.each([["86400"], ["Thu, 03 Dec 2026 10:00:00 GMT"]])("takes %j for an hour", (header) => {
    expect(retryAfterOf(header, now)).toBe(3_600_000);
  });

  it.each([[undefined], [null], [""], ["soon"], ["-5"], ["1e3"], ["Tue, 99 Nonsense GMT"]])(
    "knows nothing by %j",
    (header) => {
      expect(retryAfterOf(header, now)).toBeUndefined();
    },
  );
});
