import { afterEach, describe, expect, it, vi } from "vitest";
import { logLevelOf, readEnvironment } from "../../../src/config/read/environment.ts";

afterEach(() => vi.unstubAllEnvs());

describe("the environment", () => {
  it("is a copy", () => {
    vi.stubEnv("ACR_CHATOPS_TEST", "one");
    const environment = readEnvironment();
    vi.stubEnv("ACR_CHATOPS_TEST", "two");
    expect(environment.ACR_CHATOPS_TEST).toBe("one");
  });

  it("says how much to log", () => {
    expect(logLevelOf({})).toBe("info");
    expect(logLevelOf({ LOG_LEVEL: "" })).toBe("info");
    expect(logLevelOf({ LOG_LEVEL: "DEBUG" })).toBe("debug");
    expect(() => logLevelOf({ LOG_LEVEL: "loud" })).toThrow(/LOG_LEVEL must be one of fatal, error/);
  });
});
