import { globProblem, imageGlobProblem } from "../glob.ts";
import type { Finding, Tree } from "../read/finding.ts";
import type { Path } from "../read/problem.ts";
import { namesAt, textAt, textsAt, valueAt } from "../read/tree.ts";
import { quotedUnlessSecret } from "./secret-places.ts";

/** Patterns that do not hold, and two of what may be there once. */
export function checkRules(tree: Tree): readonly Finding[] {
  return [...checkGlobs(tree), ...checkLoginServers(tree), ...checkRouteNames(tree), ...checkPorts(tree)];
}

function checkGlobs(tree: Tree): readonly Finding[] {
  const { value } = tree;
  const targets = namesAt(value, ["targets"]);
  const routes = valueAt(value, ["routes"]);
  const lists = [
    ...targets.map((name) => ["targets", name, "repositories"]),
    ...(Array.isArray(routes) ? routes : []).flatMap((_, index) => [
      ["routes", index, "repositories"],
      ["routes", index, "tags"],
    ]),
  ];
  return [
    ...lists.flatMap((list) => checkList(tree, list, globProblem)),
    ...targets.flatMap((name) => checkReplaces(tree, ["targets", name, "replaces"])),
  ];
}

function checkReplaces(tree: Tree, path: Path): readonly Finding[] {
  const texts = textsAt(tree.value, path).map(({ text }) => text);
  // Exclusions alone mean everything else, which would let a target replace any other image.
  if (texts.length > 0 && texts.every((text) => text.startsWith("!")))
    return [{ path, message: "has only exclusions; name what may be replaced, such as docker.io/shop/*" }];
  return checkList(tree, path, imageGlobProblem);
}

function checkList(
  { value, written }: Tree,
  list: Path,
  problemOf: (pattern: string) => string | undefined,
): readonly Finding[] {
  return textsAt(value, list).flatMap(({ path, text }) => {
    const problem = problemOf(text);
    const quote = quotedUnlessSecret(path, valueAt(written, path));
    return problem === undefined
      ? []
      : [{ path, message: quote === undefined ? problem : `${quote} ${problem}` }];
  });
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

function checkPorts({ value }: Tree): readonly Finding[] {
  const port = Number(valueAt(value, ["server", "port"]) ?? 3000);
  const internal = Number(valueAt(value, ["server", "internalPort"]) ?? 9090);
  // Port 0 asks the system for any free port: two of them do not collide.
  // Port 0 asks the system for any free port: two of them do not collide.
  if (port !== internal || port === 0) return [];
  return [
    {
      path: ["server", valueAt(value, ["server", "internalPort"]) === undefined ? "port" : "internalPort"],
      message: "is the port and the internal port at once; give each its own",
    },
  ];
}
