import { describe, expect, it } from "vitest";
import { isSlackAddress } from "../../src/bot/slack/receiver.ts";

const apiUrl = "https://slack.com/api/";

describe("where answers to Slack may go", () => {
  it.each([
    undefined,
    "https://hooks.slack.com/commands/T1/2/3",
    "https://hooks.slack-gov.com/actions/T1/2/3",
  ])("takes %s", (address) => {
    expect(isSlackAddress(address, apiUrl)).toBe(true);
  });

  it("takes the host of a configured API", () => {
    expect(isSlackAddress("http://127.0.0.1:4000/response/1", "http://127.0.0.1:4000/api/")).toBe(true);
  });

  it.each([
    "https://evil.example/hooks.slack.com",
    "https://hooks.slack.com.evil.example/",
    "https://notslack.com/",
    "http://hooks.slack.com/commands/1",
    "http://169.254.169.254/metadata",
    "https://hooks.slack.com@evil.example/",
    "file:///etc/passwd",
    "",
    7,
    null,
  ])("refuses %s", (address) => {
    expect(isSlackAddress(address, apiUrl)).toBe(false);
  });
});
