import { describe, expect, it } from "vitest";
import { checkAnswer, formatProblems } from "../../src/config/check-command.ts";
import { load, minimal } from "./support.ts";

describe("config check", () => {
  it("prints every problem and their number, and ends with 1", async () => {
    const result = await load(minimal.replace("notify", "notifi").replace("slack:C0123ABCD", "#x"));
    const { lines, exitCode } = checkAnswer("chatops.yaml", result);
    expect(exitCode).toBe(1);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toBe('chatops.yaml:1:7 mode: "notifi" does not fit; must be notify, observe or act');
    expect(lines[2]).toBe("chatops.yaml: 2 problems");
  });

  it("prints warnings and a summary, and ends with 0", async () => {
    const { lines, exitCode } = checkAnswer("chatops.yaml", await load(minimal.replace("notify", "act")));
    expect(exitCode).toBe(0);
    expect(lines[0]).toMatch(/^warning: chatops\.yaml:1:7 mode: is act, but nobody may do anything/);
    expect(lines.at(-1)).toMatch(
      /^chatops\.yaml: ok, mode act, 1 registry, 0 targets, 1 route, revision [0-9a-f]{12}$/,
    );
  });

  it("prints a problem without a place by its name alone", () => {
    expect(formatProblems([{ path: "PORT", message: "is wrong" }])).toEqual(["PORT: is wrong"]);
  });
});
