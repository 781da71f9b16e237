import { expect, it } from "vitest";
import { isStorageHost } from "../../src/registry/acr/blob.ts";
import { hostsIn, hostTable, isDocumentedHost } from "../support/documented-hosts.ts";
import { readFiles } from "./source-file.ts";

const sources = readFiles(["src"], [".ts"]);
// What is named and never called: links for people, and names of issuers, audiences and schemas.
const notCalled =
  /^(sqlite\.org|adaptivecards\.io|teams\.microsoft\.com|portal\.azure\.\w+|sts\.\w+\.\w+|api\.botframework\.\w+|containerregistry\.azure\.net|github\.com|gitlab\.com|learn\.microsoft\.com|opencontainers\.org|kubernetes\.default\.svc|metadata\.google\.internal|instance-data\.ec2\.internal|(\w+\.)?webhook\.office\.com|outlook\.office\.com|base\.invalid)$/;

it("docs/operations.md names every host that the code names", () => {
  const named = sources.flatMap(({ text }) => [
    ...[...text.matchAll(/https?:\/\/([a-z0-9-]+(?:\.[a-z0-9-]+)+)/g)].map(([, host = ""]) => host),
    ...[...text.matchAll(/"\.?((?:[a-z0-9-]+\.)+(?:com|net|io|us|cn))"/g)].map(([, host = ""]) => host),
  ]);
  const missing = [...new Set(named)].filter((host) => !notCalled.test(host) && !isDocumentedHost(host));
  expect(missing).toEqual([]);
});

it("docs/operations.md names the storage that a registry's redirects are followed to", () => {
  const row = hostTable.split("\n").find((line) => line.includes("to which it redirects")) ?? "";
  const storage = hostsIn(row).map((host) =>
    host.replace("*.blob.storage", "contoso.z7.blob.storage").replace(/\*|<\w+>/g, "contoso"),
  );
  expect(storage).toHaveLength(7);
  expect(storage.filter((host) => !isStorageHost(host))).toEqual([]);
});

it("nothing calls out but by the clients that know the proxy", () => {
  const others = sources.filter(
    ({ path, text }) =>
      !path.startsWith("src/outgoing/") &&
      (/(?<![\w.])fetch\(|from "node:https"|\brequest as http/.test(text) ||
        (text.includes("createDefaultHttpClient(") && path !== "src/azure/bounded-client.ts")),
  );
  expect(others.map(({ path }) => path)).toEqual([]);
});
