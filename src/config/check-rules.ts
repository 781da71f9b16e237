import { durationMs } from "./duration.ts";
import type { Finding, Tree } from "./finding.ts";
import { globProblem } from "./glob.ts";
import * as grammar from "./grammar.ts";
import { quoted } from "./secret-places.ts";
import { namesAt, textAt, textsAt, valueAt } from "./tree.ts";

const maxSettleMs = 600_000;

/** Patterns that do not hold, two of what may be there once, and lengths of time out of bounds. */
export function checkRules(tree: Tree): readonly Finding[] {
  return [...checkGlobs(tree), ...checkLoginServers(tree), ...checkRouteNames(tree), ...checkNumbers(tree)];
}

function checkGlobs({ value, written }: Tree): readonly Finding[] {
  const routes = valueAt(value, ["routes"]);
  const lists = [
    ...namesAt(value, ["targets"]).map((name) => ["targets", name, "repositories"]),
    ...(Array.isArray(routes) ? routes : []).flatMap((_, index) => [
      ["routes", index, "repositories"],
      ["routes", index, "tags"],
    ]),
  ];
  return lists.flatMap((list) =>
    textsAt(value, list).flatMap(({ path, text }) => {
      const problem = globProblem(text);
      const quote = quoted(path, valueAt(written, path));
      return problem === undefined
        ? []
        : [{ path, message: quote === undefined ? problem : `${quote} ${problem}` }];
    }),
  );
}

function checkLoginServers({ value }: Tree): readonly Finding[] {
  const first = new Map<string, string>();
  return namesAt(value, ["registries"]).flatMap((name) => {
    const path = ["registries", name, "loginServer"];
    const server = textAt(value, path);
    if (server === undefined) return [];
    const other = first.get(server);
    if (other === undefined) first.set(server, name);
    return other === undefined
      ? []
      : [{ path, message: `is the login server of registries.${other} already; one registry has one name` }];
  });
}

function checkRouteNames({ value }: Tree): readonly Finding[] {
  const routes = valueAt(value, ["routes"]);
  const seen = new Set<string>();
  return (Array.isArray(routes) ? routes : []).flatMap((_, index) => {
    const path = ["routes", index, "name"];
    const name = textAt(value, path);
    if (name === undefined) return [];
    const again = seen.has(name);
    seen.add(name);
    return again ? [{ path, message: "is the name of another route already; give each its own" }] : [];
  });
}

function checkNumbers({ value }: Tree): readonly Finding[] {
  const findings: Finding[] = [];
  const settle = textAt(value, ["cards", "settle"]);
  if (settle !== undefined && grammar.duration.test(settle) && durationMs(settle) > maxSettleMs)
    findings.push({ path: ["cards", "settle"], message: "is longer than 10m; must be at most 10m" });
  const port = Number(valueAt(value, ["server", "port"]) ?? 3000);
  const internal = Number(valueAt(value, ["server", "internalPort"]) ?? 9090);
  // Port 0 asks the system for any free port: two of them do not collide.
  if (port === internal && port !== 0)
    findings.push({
      path: ["server", valueAt(value, ["server", "internalPort"]) === undefined ? "port" : "internalPort"],
      message: "is the port and the internal port at once; give each its own",
    });
  return findings;
}
