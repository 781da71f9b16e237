import { expect, it } from "vitest";
import { isSafeServiceUrl } from "../../../src/bot/teams/service-url.ts";

it.each([
  ["https://smba.trafficmanager.net/emea/", true],
  ["http://127.0.0.1:4000/teams/", true],
  ["http://[::1]:4000/", true],
  ["http://localhost/", true],
  ["http://2130706433/", true],
  ["http://smba.trafficmanager.net/", false],
  ["http://127.0.0.1.example/", false],
  ["https://user@smba.trafficmanager.net/", false],
  ["ftp://127.0.0.1/", false],
  ["//smba.trafficmanager.net/", false],
  [`https://x.example/${"x".repeat(500)}`, false],
])("takes %s as a service's address: %s", (address, isSafe) => {
  expect(isSafeServiceUrl(address)).toBe(isSafe);
});
