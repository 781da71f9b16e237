import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { buildQuarantineDetails } from "../../src/registry/build-quarantine-details.ts";

// ACR's published schema, written again with zod; the first test compares the two where they can be compared.
const severities = ["Critical", "High", "Medium", "Low", "None"] as const;
const Summary = z.object({ severity: z.enum(severities), count: z.number().int() });
const Details = z.strictObject({
  scanner: z.string(),
  state: z.string(),
  link: z.string().optional(),
  result: z.object({
    version: z.string(),
    summary: z.array(Summary).max(5),
    description: z.string().refine((text) => [...text].length <= 1024),
  }),
});

const schemaUrl = new URL("../payloads/acr-v1-quarantine-details.schema.json", import.meta.url);
const schema = JSON.parse(readFileSync(schemaUrl, "utf8"));

describe("the details of a quarantine verdict", () => {
  it("are checked by what the published schema says", () => {
    expect(schema.additionalProperties).toBe(false);
    expect(Object.keys(schema.properties).sort()).toEqual(Object.keys(Details.shape).sort());
    const summary = schema.definitions.summary.properties;
    expect(schema.definitions.summary.required).toEqual(["version", "summary"]);
    expect(summary.description.maxLength).toBe(1024);
    expect(summary.summary.maxItems).toBe(5);
    expect(summary.summary.items.properties.severity.enum).toEqual(severities);
  });

  it("say who and why", () => {
    const text = buildQuarantineDetails({
      state: "Passed",
      by: "Ana Sousa (U012)",
      reason: "the CVE is not reachable",
    });
    expect(JSON.parse(text)).toEqual({
      scanner: "acr-chatops",
      state: "released by Ana Sousa (U012)",
      result: { version: "0.0.1", summary: [], description: "Ana Sousa (U012): the CVE is not reachable" },
    });
  });

  it("say that it was rejected, without a reason", () => {
    const { state, result } = Details.parse(
      JSON.parse(buildQuarantineDetails({ state: "Failed", by: "Ana" })),
    );
    expect(state).toBe("rejected by Ana");
    expect(result.description).toBe("rejected by Ana");
  });

  it("keep a description of 1024 characters and cut one of 1025", () => {
    const describe = (length: number) =>
      Details.parse(
        JSON.parse(buildQuarantineDetails({ state: "Passed", by: "a", reason: "😀".repeat(length - 3) })),
      ).result.description;
    expect([...describe(1024)]).toHaveLength(1024);
    expect(describe(1024).endsWith("😀")).toBe(true);
    expect([...describe(1025)]).toHaveLength(1024);
    expect(describe(1025).endsWith("😀…")).toBe(true);
  });

  it("fit the closed schema whatever people write, and hold no control or direction marks", () => {
    const anything = fc.string({ unit: "binary", maxLength: 3000 });
    fc.assert(
      fc.property(anything, fc.option(anything, { nil: undefined }), (by, reason) => {
        const verdict = { state: "Failed", by, ...(reason === undefined ? {} : { reason }) } as const;
        const text = buildQuarantineDetails(verdict);
        const details = Details.parse(JSON.parse(text));
        expect(details.state + details.result.description).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }),
    );
  });
});
