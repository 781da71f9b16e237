import { advise } from "./check/check-advice.ts";
import { adviseOnFiles, checkCertificate } from "./check/check-files.ts";
import { checkTree } from "./check/checks.ts";
import type { Config } from "./config.ts";
import type { Environment } from "./read/environment.ts";
import type { Finding, Tree } from "./read/finding.ts";
import { interpolate } from "./read/interpolate.ts";
import { inFileOrder, type Problem, pathText } from "./read/problem.ts";
import { proxyProblems } from "./read/proxy-variables.ts";
import { type ReadFile, readTextFile } from "./read/read-file.ts";
import { valueAt } from "./read/tree.ts";
import { readYamlFile } from "./read/yaml-source.ts";
import { resolve } from "./resolve/resolve.ts";

export type LoadResult =
  | { readonly ok: true; readonly config: Config; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Reads acr-chatops.yaml, fills in `${NAME}` and `${file:/path}`, and checks everything: gives the configuration
 * with its warnings, or every problem at once, with file, line and column, and never a secret's value.
 */
export async function loadConfig(
  file: string,
  environment: Environment,
  readFile: ReadFile = readTextFile,
): Promise<LoadResult> {
  const source = await readYamlFile(file, readFile);
  if (source.value === undefined) return { ok: false, problems: source.problems };
  const place = ({ path, message, atKey }: Finding): Problem => ({
    file,
    position: atKey ? source.atKey(path) : source.at(path),
    path: pathText(path),
    message,
  });

  const filled = await interpolate(source.value, { environment, readFile });
  const tree: Tree = { value: filled.value, written: source.value };
  const { file: checked, findings: found } = checkTree(tree);
  const findings = [...found, ...(await checkCertificate(tree, readFile))];

  const unread = [...source.problems, ...filled.problems.map(place)];
  const told = new Set(unread.map((problem) => problem.path));
  // What could not be read is undefined, and not missing besides.
  const untold = findings.filter(
    ({ path }) => valueAt(tree.value, path) !== undefined || !told.has(pathText(path)),
  );
  const problems = inFileOrder([...proxyProblems(environment), ...unread, ...untold.map(place)]);
  if (problems.length > 0 || checked === undefined) return { ok: false, problems };
  const advice = [...advise(checked), ...(await adviseOnFiles(checked, readFile))];
  return { ok: true, config: resolve(checked), warnings: inFileOrder(advice.map(place)) };
}
