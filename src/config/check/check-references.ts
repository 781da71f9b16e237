import { nearestName } from "../nearest-name.ts";
import type { Finding, Tree } from "../read/finding.ts";
import type { Path } from "../read/problem.ts";
import { entriesOf, entryPathsAt, namesAt, textAt, textsAt, valueAt } from "../read/tree.ts";
import { quotedUnlessSecret } from "./secret-places.ts";

/** Names that point to nothing: roles, credentials, registries and targets that do not exist. */
export function checkReferences(tree: Tree): readonly Finding[] {
  const { value } = tree;
  const registries = namesAt(value, ["registries"]);
  const roles = namesAt(value, ["roles"]);
  const targets = namesAt(value, ["targets"]);
  return [
    ...registries.flatMap((name) => checkCredentials(tree, name)),
    ...registries.flatMap((name) =>
      ["release", "reject"].flatMap((action) =>
        missing(tree, textsAt(value, ["registries", name, "allow", action]), roles, "role", "roles"),
      ),
    ),
    ...targets.flatMap((name) => checkTarget(tree, ["targets", name])),
    ...entryPathsAt(value, ["routes"]).flatMap((route) =>
      missing(tree, textsAt(value, [...route, "registries"]), registries, "registry", "registries"),
    ),
  ];
}

function checkTarget(tree: Tree, path: Path): readonly Finding[] {
  const named = (noun: string, place: string, ...keys: readonly string[]) => {
    const at = [...path, ...keys];
    const text = textAt(tree.value, at);
    const texts = text === undefined ? textsAt(tree.value, at) : [{ path: at, text }];
    return missing(tree, texts, namesAt(tree.value, [place]), noun, place);
  };
  return [
    ...["deploy", "rollback", "lock", "breakGlass"].flatMap((action) =>
      named("role", "roles", "allow", action),
    ),
    ...named("role", "roles", "approvals", "from"),
    ...named("role", "roles", "approvals", "rollback", "from"),
    ...named("registry", "registries", "registry"),
    ...named("registry", "registries", "into", "registry"),
    ...named("credential", "credentials", "credential"),
    ...named("target", "targets", "after", "target"),
  ];
}

function checkCredentials(tree: Tree, registry: string): readonly Finding[] {
  const known = namesAt(tree.value, ["credentials"]);
  const path = ["registries", registry, "credentials"];
  const used = entriesOf(valueAt(tree.value, path)).flatMap(([use, text]) =>
    typeof text === "string" ? [{ path: [...path, use], text }] : [],
  );
  return missing(tree, used, known, "credential", "credentials");
}

function missing(
  tree: Tree,
  used: readonly { readonly path: Path; readonly text: string }[],
  known: readonly string[],
  noun: string,
  place: string,
): readonly Finding[] {
  return used
    .filter(({ text }) => !known.includes(text))
    .map(({ path, text }) => {
      const written = quotedUnlessSecret(path, valueAt(tree.written, path)) ?? "what it names";
      const near = nearestName(text, known);
      const help =
        near === undefined
          ? `must be one of ${place}: ${known.length === 0 ? "there are none" : known.join(", ")}`
          : `did you mean ${near}?`;
      return { path, message: `${written} is no ${noun}; ${help}` };
    });
}
