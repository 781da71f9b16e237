import { describe, expect, it } from "vitest";
import { innermostError } from "../../src/azure/inner-error.ts";

describe("the innermost error of an answer", () => {
  it("is the outer one where there is no other", () => {
    expect(innermostError({ error: { code: "A", message: "b" } })).toEqual({ text: "A: b", depth: 0 });
  });

  it("is found behind details and behind messages that are JSON", () => {
    const message = JSON.stringify({
      error: { code: "ImageNotFound", message: "no such image", details: [] },
    });
    const details = [{ code: "BadRequest", message }];
    const body = { error: { code: "DeploymentFailed", message: "At least one …", details } };
    expect(innermostError(body)).toEqual({ text: "ImageNotFound: no such image", depth: 2 });
  });

  it("passes over details that say nothing", () => {
    const body = { error: { code: "A", message: "b", details: [7, {}, { code: "C" }] } };
    expect(innermostError(body)).toEqual({ text: "C", depth: 1 });
  });

  it("ends, however deep it goes", () => {
    let error: unknown = { code: "bottom" };
    for (let n = 0; n < 1_000; n += 1) error = { code: `at${n}`, details: [error] };
    expect(innermostError({ error })?.depth).toBe(6);
  });

  it.each([undefined, null, "x", 7, [], {}, { error: "x" }])("is none in %j", (body) => {
    expect(innermostError(body)).toBeUndefined();
  });

  it("is cut, and holds nothing like a token", () => {
    const secret = `eyJ${"a".repeat(40)}.${"b".repeat(40)}.c`;
    const text =
      innermostError({ error: { code: "A", message: `${secret} ${"x ".repeat(5_000)}` } })?.text ?? "";
    expect(text).not.toContain(secret);
    expect(text.length).toBeLessThanOrEqual(240);
  });
});
