import { addressProblem, slackWebhookProblem, workflowProblem } from "../address.ts";
import { addressPlaceholderProblem, pathProblem } from "../parts/placeholder.ts";
import { type Finding, ofText, type Tree } from "../read/finding.ts";
import type { Path } from "../read/problem.ts";
import { namesAt, valueAt } from "../read/tree.ts";

/** Addresses that may be called: https, or http on loopback; incoming webhooks on Slack's hosts; workflows; the store's URL. */
export function checkAddresses({ value }: Tree): readonly Finding[] {
  const registries = namesAt(value, ["registries"]);
  const addresses: readonly Path[] = [
    ["server", "publicUrl"],
    ["azure", "armEndpoint"],
    ["azure", "authorityHost"],
    ["azure", "graphEndpoint"],
    ["slack", "apiUrl"],
    ["teams", "openIdMetadataUrl"],
    ["teams", "tokenIssuer"],
    ["teams", "loginUrl"],
    ...registries.map((name) => ["registries", name, "endpoint"]),
  ];
  const webhooks = namesAt(value, ["slack", "webhooks"]).map((name) => ["slack", "webhooks", name]);
  const workflows = namesAt(value, ["teams", "workflows"]).map((name) => ["teams", "workflows", name]);
  const ephemeral = valueAt(value, ["store", "ephemeral"]) === true;
  return [
    ...addresses.flatMap((path) => ofText(value, path, addressProblem)),
    ...[...webhooks, ...workflows].flatMap((path) => ofText(value, path, addressPlaceholderProblem)),
    ...webhooks.flatMap((path) => ofText(value, path, slackWebhookProblem)),
    ...workflows.flatMap((path) => ofText(value, path, workflowProblem)),
    ...ofText(value, ["store", "url"], (url) => storeUrlProblem(url, ephemeral)),
  ];
}

const sqliteScheme = "sqlite:";

/** Says why a text cannot be the store's URL in this version, or undefined. Quotes nothing: it may hold a password. */
function storeUrlProblem(url: string, ephemeral: boolean): string | undefined {
  if (/^postgres(ql)?:/.test(url))
    return "is PostgreSQL, which is not supported in this version yet; must be sqlite:<path of a file>";
  if (!url.startsWith(sqliteScheme)) return "is no store; must be sqlite:<path of a file>";
  const path = url.slice(sqliteScheme.length);
  if (path === ":memory:" && !ephemeral)
    return "is a store in memory, which is lost with the process; name a file, or set store.ephemeral";
  if (path === "" || path.endsWith("/") || path.startsWith("//") || /[?#\0]/.test(path))
    return "names no file; must be sqlite: and the path of a file, such as sqlite:./data/acr-chatops.db";
  return pathProblem(path);
}
