import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { jwtVerify, SignJWT } from "jose";
import { expect, it } from "vitest";
import { readKeySet } from "../../src/outgoing/read-key-set.ts";

const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
const jwk = pair.publicKey.export({ format: "jwk" });

/** What comes of verifying a token that says it was signed by `kid`. */
async function verified(jwks: object, kid: string, key: KeyObject = pair.privateKey): Promise<string> {
  const known = readKeySet(JSON.stringify(jwks)).get(kid);
  if (known === undefined) return "unknown";
  const token = await new SignJWT({ sub: "x" }).setProtectedHeader({ alg: "RS256", kid }).sign(key);
  return await jwtVerify(token, known.getKey, { algorithms: ["RS256"] }).then(
    () => "verified",
    (error: unknown) => String(error),
  );
}

it("gives keys that verify what was signed with them, and nothing else", async () => {
  const other = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jwks = { keys: [{ ...pair.privateKey.export({ format: "jwk" }), kid: "a", x5t: "a" }] };
  expect(await verified(jwks, "a")).toBe("verified");
  expect(await verified(jwks, "a", other.privateKey)).toContain("signature verification failed");
});

it("reads endorsements, and endorses none that has none", () => {
  const keys = [
    { ...jwk, kid: "a", use: "sig", endorsements: ["msteams", "webchat"] },
    { ...jwk, kid: "b" },
    { ...jwk, kid: "c", endorsements: "msteams" },
    "no key",
  ];
  const read = readKeySet(JSON.stringify({ keys }));
  expect([...read].map(([kid, { endorsements }]) => [kid, endorsements])).toEqual([
    ["a", ["msteams", "webchat"]],
    ["b", []],
  ]);
});

it("leaves out keys for something else", () => {
  const keys = [
    { ...jwk, kid: "good" },
    { ...jwk, kid: "for-encryption", use: "enc" },
    { ...jwk, kid: "for-other-algorithm", alg: "RS512" },
    { ...jwk, kid: "" },
    jwk,
    { kty: "EC", kid: "ec" },
    { kty: "oct", kid: "shared", k: "AAAA" },
  ];
  expect([...readKeySet(JSON.stringify({ keys })).keys()]).toEqual(["good"]);
});

it("verifies nothing by a short key, a broken one, or two of one id", async () => {
  const small = generateKeyPairSync("rsa", { modulusLength: 1024 });
  const keys = [
    { ...small.publicKey.export({ format: "jwk" }), kid: "short" },
    { ...jwk, kid: "broken", n: "AQAB" },
    { ...jwk, kid: "twice" },
    { ...jwk, kid: "twice" },
  ];
  for (const { kid } of keys) expect(await verified({ keys }, kid)).not.toBe("verified");
});

it.each([
  "",
  "[]",
  "{}",
  '{"keys":{}}',
  '{"keys":[]}',
  "<html>",
  '{"keys":[{"kty":"oct","kid":"k","k":"AA"}]}',
])("refuses %j as a key set, without repeating it", (text) => {
  expect(() => readKeySet(text)).toThrow(RangeError);
  expect(() => readKeySet(text)).toThrow(/^(?!.*html)/);
});
