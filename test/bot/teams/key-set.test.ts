import { generateKeyPairSync } from "node:crypto";
import { expect, it } from "vitest";
import { readKeySet, readKeySetAddress } from "../../../src/bot/teams/read-key-set.ts";
import { isSafeServiceUrl } from "../../../src/bot/teams/service-url.ts";

const jwk = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({ format: "jwk" });
const small = generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey.export({ format: "jwk" });

it("reads keys with their endorsements, and endorses none that has none", async () => {
  const keys = await readKeySet(
    JSON.stringify({
      keys: [
        { ...jwk, kid: "a", use: "sig", x5t: "a", endorsements: ["msteams", "webchat"] },
        { ...jwk, kid: "b" },
        { ...jwk, kid: "c", use: "enc" },
        { ...jwk, kid: "d", endorsements: "msteams" },
        { ...small, kid: "e", endorsements: ["msteams"] },
        { kty: "oct", k: "AAAA", kid: "f", endorsements: ["msteams"] },
        "no key",
      ],
    }),
  );
  expect([...keys].map(([kid, { endorsements }]) => [kid, endorsements])).toEqual([
    ["a", ["msteams", "webchat"]],
    ["b", []],
  ]);
});

it.each(["", "[]", "{}", '{"keys":{}}', '{"keys":[]}', "<html>"])("refuses %j as a key set", async (text) => {
  await expect(readKeySet(text)).rejects.toBeInstanceOf(RangeError);
});

it("refuses metadata that names no keys, without repeating it", () => {
  expect(() => readKeySetAddress('{"issuer":"x"}')).toThrow(RangeError);
  expect(() => readKeySetAddress("<secret>")).toThrow(/^(?!.*secret)/);
});

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
