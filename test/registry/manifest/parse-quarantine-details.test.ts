import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseQuarantineDetails } from "../../../src/registry/manifest/parse-quarantine-details.ts";

describe("quarantine details", () => {
  it("are read from the documented example", () => {
    const example = readFileSync(
      new URL("../../payloads/acr-v1-quarantine-details-example.json", import.meta.url),
      "utf8",
    );
    expect(parseQuarantineDetails(example)).toEqual({
      by: "SecurityCenter",
      why: "ScanState",
      scan: {
        findings: [
          { severity: "Critical", count: 10 },
          { severity: "High", count: 10 },
          { severity: "Low", count: 10 },
        ],
        link: "https://testresult/summary",
      },
    });
  });

  it.each([undefined, "", "null", "[]", "7", "{", "not json"])("%j are none", (details) => {
    expect(parseQuarantineDetails(details)).toEqual({});
  });

  it("keep what makes sense of nonsense", () => {
    const odd = {
      scanner: 7,
      state: " ",
      link: null,
      result: {
        summary: [
          null,
          { severity: 1, count: 2 },
          { severity: "High", count: -1 },
          { severity: "Low", count: 2.5 },
        ],
        description: {},
      },
    };
    expect(parseQuarantineDetails(JSON.stringify(odd))).toEqual({
      scan: { findings: [{ severity: "Low", count: 2 }] },
    });
    expect(parseQuarantineDetails('{"result":[]}')).toEqual({});
  });
});
