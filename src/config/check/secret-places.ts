import { isSecretKey } from "../parts/schema-parts.ts";
import type { Tree } from "../read/finding.ts";
import type { Path } from "../read/problem.ts";
import { isAtPlace, valueAt } from "../read/tree.ts";
import { formOf, targetTypes } from "../targets/target-forms.ts";

/** Where secrets stand under keys that do not say so; `*` is any name or index. Nothing that stands there is quoted. */
const secretPlaces: readonly string[] = [
  "slack.webhooks",
  "slack.webhooks.*",
  "teams.workflows",
  "teams.workflows.*",
  ...targetTypes.flatMap((type) => formOf(type).hiddenKeys.map((key) => `targets.*.${key}`)),
  // A connection string may hold a password.
  "store.url",
];

function isSecretPlace(path: Path): boolean {
  return path.some(isSecretKey) || secretPlaces.some((place) => isAtPlace(path, place));
}

// What a mode, a name, a tag, a pattern or a channel looks like. Addresses are not among them: some are secrets.
const harmless = /^[\p{L}\p{N} ._/*?[\]{},^!#:@$<>-]{1,80}$/u;
const tokenLike = /:\/\/|^xox|^xapp|[A-Za-z0-9_-]{40}/;

/**
 * The words to quote what was written at a path, as it stands in the file (`${NAME}` stays so), or undefined where
 * it may be a secret: in a secret's place, or anything that looks like a token or an address.
 */
export function quotedUnlessSecret(path: Path, written: unknown): string | undefined {
  if (typeof written !== "string" || isSecretPlace(path)) return undefined;
  return harmless.test(written) && !tokenLike.test(written) ? JSON.stringify(written) : undefined;
}

/** A problem of what is written at a path, which is quoted where it may be. */
export function quotedProblem({ written }: Tree, path: Path, problem: string): string {
  const quote = quotedUnlessSecret(path, valueAt(written, path));
  return quote === undefined ? problem : `${quote} ${problem}`;
}
