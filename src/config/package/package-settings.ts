import { addressProblem, isLoopback } from "../address.ts";
import { withoutSlash } from "../clouds.ts";
import * as grammar from "../parts/grammar.ts";
import type { Environment } from "../read/environment.ts";
import { interpolate } from "../read/interpolate.ts";
import { inFileOrder, type Path, type Problem, pathText } from "../read/problem.ts";
import { type ReadFile, readTextFile } from "../read/read-file.ts";
import { textAt, valueAt } from "../read/tree.ts";
import { readYamlFile } from "../read/yaml-source.ts";

/** What the Teams app package needs to know of the configuration. */
export interface PackageSettings {
  readonly appId: string;
  /** Without a slash at its end. */
  readonly publicUrl: string;
}

export type PackageSettingsResult =
  | { readonly ok: true; readonly settings: PackageSettings }
  | { readonly ok: false; readonly problems: readonly Problem[] };

interface Setting {
  readonly path: Path;
  readonly whereFrom: string;
  readonly problemOf: (text: string) => string | undefined;
}

const appId: Setting = {
  path: ["teams", "appId"],
  whereFrom: "set it to the Microsoft App ID of the Azure Bot",
  problemOf: (text) =>
    grammar.guid.test(text)
      ? undefined
      : "does not fit; must be the Microsoft App ID of the Azure Bot (a GUID)",
};
const publicUrl: Setting = {
  path: ["server", "publicUrl"],
  whereFrom: "set it to the https address by which Teams reaches the bot",
  problemOf: publicUrlProblem,
};

/**
 * Reads from acr-chatops.yaml the two settings that the Teams app package needs, and nothing else: so it can be made
 * where the bot's secrets are not. Gives every problem at once, with file, line and column.
 */
export async function readPackageSettings(
  file: string,
  environment: Environment,
  readFile: ReadFile = readTextFile,
): Promise<PackageSettingsResult> {
  const source = await readYamlFile(file, readFile);
  if (source.value === undefined) return { ok: false, problems: source.problems };
  const problems: Problem[] = [];
  const read = async ({ path, whereFrom, problemOf }: Setting): Promise<string> => {
    const tell = (message: string) =>
      problems.push({ file, position: source.at(path), path: pathText(path), message });
    const written = valueAt(source.value, path);
    if (written === undefined) tell(`is missing; ${whereFrom}`);
    const filled = await interpolate({ text: written }, { environment, readFile });
    for (const { message } of filled.problems) tell(message);
    const found = textAt(filled.value, ["text"]);
    const wrong = found === undefined ? undefined : problemOf(found);
    if (wrong !== undefined) tell(wrong);
    if (written !== undefined && typeof written !== "string") tell(`is no text; ${whereFrom}`);
    return found ?? "";
  };
  const settings = {
    appId: (await read(appId)).toLowerCase(),
    publicUrl: withoutSlash(await read(publicUrl)),
  };
  return problems.length > 0 ? { ok: false, problems: inFileOrder(problems) } : { ok: true, settings };
}

function publicUrlProblem(text: string): string | undefined {
  const problem = addressProblem(text);
  if (problem !== undefined) return problem;
  const { protocol, hostname } = new URL(text);
  if (isLoopback(hostname)) return "is on this machine, where Teams cannot reach it";
  return protocol === "https:" ? undefined : "is http; Teams calls only https addresses";
}
