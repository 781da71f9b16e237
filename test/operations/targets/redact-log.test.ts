import { describe, expect, it } from "vitest";
import { redactedTail } from "../../../src/operations/targets/redact-log.ts";

describe("the redacted end of a log", () => {
  it.each([
    ["Authorization: Bearer abcdef123456", "abcdef"],
    ["DB_PASSWORD=hunter2 next", "hunter2"],
    ['{"password":"hun ter2","x":1}', "ter2"],
    ["export AZURE_CLIENT_SECRET='a b c'", "a b c"],
    ["docker login -u x --password hunter2 host", "hunter2"],
    ["https://user:hunter2@host/x", "hunter2"],
    ["https://acct.blob.core.windows.net/x?sv=2020&sig=abc%2Fdef&se=1", "abc%2F"],
    ["AccountName=x;AccountKey=abcd==;EndpointSuffix=y", "abcd"],
    ["cloning with ghp_abcdefghijklmnop", "ghp_abc"],
    ["got eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "eyJ"],
    [`pat ${"a2".repeat(26)}`, "a2a2"],
    ["key Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4MTIzNA==", "Zm9v"],
    ["-----BEGIN RSA PRIVATE KEY-----\nabc\ndef\n-----END RSA PRIVATE KEY-----", "abc"],
    ["b64 of a key\nabc\n-----END PRIVATE KEY-----\nnext", "abc"],
    ["\u001b[31mtoken: \u001b[1mhun\u001b[0mter2", "ter2"],
    ["pass\u200bword=hunter2", "hunter2"],
  ])("keeps the secret of %j to itself", (line, secret) => {
    const clean = redactedTail(`before\n${line}`);
    expect(clean).toContain("[redacted]");
    expect(clean).not.toContain(secret);
  });

  it.each([
    `image contoso.azurecr.io/shop/checkout@${`sha256:${"a1".repeat(32)}`}`,
    "/usr/local/lib/node_modules/npm/lib/commands/install.js:120",
    "pod checkout-7d9f8b6c5-abcde of 00000000-0000-0000-0000-000000000000",
    "Error: ImagePullBackOff: Back-off pulling image",
    "##[error]Process completed with exit code 1.",
  ])("leaves %j as it is", (line) => {
    expect(redactedTail(line)).toBe(line);
  });

  it("gives the last 20 lines, and cuts long ones", () => {
    const log = Array.from({ length: 50 }, (_, index) => `line ${index}`).join("\r\n");
    expect(redactedTail(log).split("\n")).toEqual(
      Array.from({ length: 20 }, (_, index) => `line ${index + 30}`),
    );
    expect(redactedTail("a b ".repeat(1_000)).length).toBe(300);
    expect(redactedTail("")).toBe("");
  });

  it("drops a line of which only the end was read", () => {
    const log = `password=${"hunter2 ".repeat(20_000)}\nlast`;
    expect(redactedTail(log)).toBe("last");
  });

  it("is quick with the worst of texts", () => {
    for (const piece of [
      "a",
      "A1",
      "-",
      "token",
      "a-",
      "/a1A",
      "eyJ.",
      "://",
      "\u001b]",
      "\u001b[",
      "x:y@",
      "sig=",
    ]) {
      const begun = performance.now();
      redactedTail(`${piece.repeat(30_000)}\n${piece.repeat(60_000 / piece.length)}`);
      expect(performance.now() - begun, JSON.stringify(piece)).toBeLessThan(1_000);
    }
  });
});
