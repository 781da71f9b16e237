import { readFile, writeFile } from "node:fs/promises";
import { describeError } from "../../errors.ts";
import { addressProblem } from "../address.ts";
import { type CommandAnswer, formatProblems } from "../check-command.ts";
import type { Environment } from "../read/environment.ts";
import type { Problem } from "../read/problem.ts";
import { type PackageSettings, readPackageSettings } from "./package-settings.ts";
import { createTeamsPackage, type Publisher } from "./teams-package.ts";

/** The options of `acr-chatops manifest teams`, as typed. */
export interface PackageOptions {
  readonly config: string;
  readonly out: string;
  readonly developer?: string;
  readonly website?: string;
  readonly privacy?: string;
  readonly terms?: string;
  readonly appVersion: string;
}

// Beside src/ in the sources, beside dist/ when built.
const folder = new URL("../../../manifest/teams/", import.meta.url);
// Schema of the Teams app manifest: developer.name.
const maxDeveloperLength = 32;

/**
 * Writes the Teams app package, and gives what `acr-chatops manifest teams` prints: where it is and what is in it, or
 * every problem, with exit code 1.
 */
export async function writeTeamsPackage(
  options: PackageOptions,
  environment: Environment,
): Promise<CommandAnswer> {
  const wrong = problemsOf(options);
  const read = await readPackageSettings(options.config, environment);
  const problems = [...wrong, ...(read.ok ? [] : read.problems)];
  if (!read.ok || problems.length > 0) return { lines: formatProblems(problems), exitCode: 1 };
  const { settings } = read;
  const part = (name: string) => readFile(new URL(name, folder));
  const bytes = createTeamsPackage(
    {
      manifest: (await part("manifest.json")).toString("utf8"),
      color: await part("color.png"),
      outline: await part("outline.png"),
    },
    settings,
    publisherOf(options, settings),
  );
  try {
    await writeFile(options.out, bytes);
  } catch (error) {
    return { lines: [`cannot write ${options.out}: ${describeError(error)}`], exitCode: 1 };
  }
  return {
    lines: [
      `${options.out}: Teams app ${settings.appId}, version ${options.appVersion}`,
      `messaging endpoint of the Azure Bot: ${settings.publicUrl}/api/messages`,
    ],
    exitCode: 0,
  };
}

function publisherOf(options: PackageOptions, { publicUrl }: PackageSettings): Publisher {
  const websiteUrl = options.website ?? publicUrl;
  return {
    developer: options.developer ?? "acr-chatops",
    websiteUrl,
    privacyUrl: options.privacy ?? websiteUrl,
    termsOfUseUrl: options.terms ?? websiteUrl,
    version: options.appVersion,
  };
}

function problemsOf(options: PackageOptions): readonly Problem[] {
  const { developer, appVersion } = options;
  const problems: Problem[] = [];
  if (developer !== undefined && (developer.trim() === "" || developer.length > maxDeveloperLength))
    problems.push({ path: "--developer", message: `must have 1 to ${maxDeveloperLength} characters` });
  if (!/^\d{1,9}\.\d{1,9}\.\d{1,9}$/.test(appVersion))
    problems.push({ path: "--app-version", message: "is no version; must be three numbers, such as 1.0.1" });
  for (const option of ["website", "privacy", "terms"] as const) {
    const text = options[option];
    const message = text === undefined ? undefined : addressProblem(text);
    if (message !== undefined) problems.push({ path: `--${option}`, message });
  }
  return problems;
}
