import { imageGlobProblem, repositoryGlobProblem, tagGlobProblem } from "../glob.ts";
import { type Finding, ofRepeated, ofValue, type Tree } from "../read/finding.ts";
import type { Path } from "../read/problem.ts";
import { entryPathsAt, namesAt, textAt, textsAt, valueAt } from "../read/tree.ts";
import { quotedProblem } from "./secret-places.ts";

/** Patterns that do not hold, and two of what may be there once. */
export function checkRules(tree: Tree): readonly Finding[] {
  return [...checkGlobs(tree), ...checkLoginServers(tree), ...checkRouteNames(tree), ...checkPorts(tree)];
}

function checkGlobs(tree: Tree): readonly Finding[] {
  const { value } = tree;
  const targets = namesAt(value, ["targets"]);
  const routes = entryPathsAt(value, ["routes"]);
  const repositories = [
    ...targets.map((name) => ["targets", name, "repositories"]),
    ...routes.map((route) => [...route, "repositories"]),
  ];
  const loginServers = namesAt(value, ["registries"]).flatMap(
    (name) => textAt(value, ["registries", name, "loginServer"]) ?? [],
  );
  return [
    ...repositories.flatMap((list) =>
      checkList(tree, list, (pattern) => repositoryGlobProblem(pattern, loginServers)),
    ),
    ...routes.flatMap((route) => checkList(tree, [...route, "tags"], tagGlobProblem)),
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
  tree: Tree,
  list: Path,
  problemOf: (pattern: string) => string | undefined,
): readonly Finding[] {
  const texts = textsAt(tree.value, list);
  const excluded = texts.flatMap(({ text }) => (text.startsWith("!") ? [text.slice(1)] : []));
  return texts.flatMap(({ path, text }) => {
    const isInVain = !text.startsWith("!") && (excluded.includes(text) || excluded.includes("**"));
    const problem = problemOf(text) ?? (isInVain ? "is excluded by another pattern of this list" : undefined);
    return ofValue(path, problem && quotedProblem(tree, path, problem));
  });
}

function checkLoginServers({ value }: Tree): readonly Finding[] {
  const paths = namesAt(value, ["registries"]).map((name) => ["registries", name, "loginServer"]);
  return ofRepeated(
    paths.map((path) => ({ path, key: textAt(value, path) })),
    ([, other]) => `is the login server of registries.${other} already; one registry has one name`,
  );
}

function checkRouteNames({ value }: Tree): readonly Finding[] {
  const paths = entryPathsAt(value, ["routes"]).map((route) => [...route, "name"]);
  return ofRepeated(
    paths.map((path) => ({ path, key: textAt(value, path) })),
    () => "is the name of another route already; give each its own",
  );
}

function checkPorts({ value }: Tree): readonly Finding[] {
  const port = Number(valueAt(value, ["server", "port"]) ?? 3000);
  const internal = Number(valueAt(value, ["server", "internalPort"]) ?? 9090);
  const key = valueAt(value, ["server", "internalPort"]) === undefined ? "port" : "internalPort";
  // Port 0 asks the system for any free port: two of them do not collide.
  const collide = port === internal && port !== 0;
  return ofValue(["server", key], collide && "is the port and the internal port at once; give each its own");
}
