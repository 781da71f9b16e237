import { pathProblem } from "../parts/placeholder.ts";
import { type Finding, ofText, type Tree } from "../read/finding.ts";
import type { Path } from "../read/problem.ts";
import { namesAt } from "../read/tree.ts";

/** Paths of files that hold what only a shell would fill in: `~/stop` would be a file of the folder `~`, found by nobody. */
export function checkPaths({ value }: Tree): readonly Finding[] {
  const paths: readonly Path[] = [
    ["killSwitch"],
    ["teams", "certificate"],
    ...namesAt(value, ["credentials"]).map((name) => ["credentials", name, "path"]),
    ...namesAt(value, ["targets"]).map((name) => ["targets", name, "cluster", "kubeconfig"]),
  ];
  return paths.flatMap((path) => ofText(value, path, pathProblem));
}
