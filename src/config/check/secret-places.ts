import type { Tree } from "../read/finding.ts";
import type { Path } from "../read/problem.ts";
import { isAtPlace, valueAt } from "../read/tree.ts";
import { formOf, targetTypes } from "../targets/target-forms.ts";

/** Where secrets stand in acr-chatops.yaml; `*` is any name or index. Nothing that stands there is ever quoted. */
const secretPlaces: readonly string[] = [
  "credentials.*.secret",
  "registries.*.webhook.secrets",
  "registries.*.webhook.secrets.*",
  "registries.*.eventGrid.secrets",
  "registries.*.eventGrid.secrets.*",
  "slack.botToken",
  "slack.signingSecret",
  "slack.webhooks",
  "slack.webhooks.*",
  "teams.secret",
  "teams.workflows",
  "teams.workflows.*",
  "server.tokens.*.secret",
  ...targetTypes.flatMap((type) => formOf(type).hiddenKeys.map((key) => `targets.*.${key}`)),
  // A connection string may hold a password.
  "store.url",
];

// What a mode, a name, a tag, a pattern or a channel looks like. Addresses are not among them: some are secrets.
const harmless = /^[\p{L}\p{N} ._/*?[\]{},^!#:@$<>-]{1,80}$/u;
const tokenLike = /:\/\/|^xox|^xapp|[A-Za-z0-9_-]{40}/;

/**
 * The words to quote what was written at a path, as it stands in the file (`${NAME}` stays so), or undefined where
 * it may be a secret: in a secret's place, or anything that looks like a token or an address.
 */
export function quotedUnlessSecret(path: Path, written: unknown): string | undefined {
  if (typeof written !== "string" || secretPlaces.some((place) => isAtPlace(path, place))) return undefined;
  return harmless.test(written) && !tokenLike.test(written) ? JSON.stringify(written) : undefined;
}

/** A problem of what is written at a path, which is quoted where it may be. */
export function quotedProblem({ written }: Tree, path: Path, problem: string): string {
  const quote = quotedUnlessSecret(path, valueAt(written, path));
  return quote === undefined ? problem : `${quote} ${problem}`;
}
