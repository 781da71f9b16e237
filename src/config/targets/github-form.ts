import { z } from "zod";
import type { GithubAuth } from "../../nouns/target.ts";
import { addressProblem } from "../address.ts";
import { withoutSlash } from "../clouds.ts";
import * as part from "../parts/schema-parts.ts";
import { secretProblem } from "../parts/secret-problem.ts";
import { type Finding, ofKey, ofText, ofValue } from "../read/finding.ts";
import { valueAt } from "../read/tree.ts";
import {
  adviseOnPlaceholders,
  checkNamesOfValues,
  checkValuesOfRun,
  placeholders,
  runParameter,
  runText,
} from "./given-values.ts";
import { targetMapping } from "./schema-target-base.ts";
import {
  anotherSystem,
  checked,
  isLongEnoughToHide,
  none,
  ownKeysOf,
  sharesPlaces,
  type TargetForm,
} from "./target-form.ts";

// GitHub takes at most 25 inputs of a workflow that is dispatched.
const maxInputs = 25;
/** `owner/name`: GitHub's own limits are 39 and 100 characters. */
const repositoryPattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,38}\/[A-Za-z0-9._-]{1,100}$/;
/** A workflow's file name or its id. */
const workflowPattern = /^(?:[A-Za-z0-9._-]{1,200}\.ya?ml|[0-9]{1,20})$/;
/** An app's id is a number; its client id, which GitHub takes in its place, looks like Iv1.… or Iv23…. */
const appIdPattern = /^(?:[0-9]{1,20}|Iv[A-Za-z0-9.]{5,40})$/;
const installationPattern = /^[0-9]{1,20}$/;
/** A branch or a tag, of those that git-check-ref-format takes. */
const refPattern = /^[A-Za-z0-9_](?:[A-Za-z0-9._/+-]{0,240}[A-Za-z0-9_+-])?$/;

const digits = (what: string, pattern: RegExp) =>
  z.union([part.wholeNumber(what, 1), part.boundedText(what, 45, pattern)], { error: what });

const app = part.mapping(
  {
    id: digits("must be the app's id", appIdPattern).describe("The app's id, or its client id."),
    installation: digits("must be the installation's id", installationPattern).describe(
      "The id of the installation.",
    ),
    privateKey: part.secret.describe("The private key, as the PEM file that GitHub gave."),
  },
  "must be { id, installation, privateKey }",
);

const schema = targetMapping("github", "Dispatches a workflow of GitHub Actions and follows its run.", {
  repository: part.boundedText("must be <owner>/<name> of a repository on GitHub", 140, repositoryPattern),
  workflow: part
    .boundedText(
      "must be the workflow's file name, such as deploy.yml, or its id in quotes",
      204,
      workflowPattern,
    )
    .describe("The workflow's file name or id."),
  ref: part
    .boundedText("must be a branch or a tag", 250, refPattern)
    .default("main")
    .describe("Of which branch or tag."),
  inputs: part
    .named(runText, "must be inputs by name", maxInputs, runParameter)
    .default({})
    .describe(`Inputs of the workflow; ${placeholders}.`),
  app: app.optional().describe("A GitHub App, with the right to write actions."),
  token: part.secret.optional().describe("A token, where there is no app."),
  apiUrl: part.address
    .default("https://api.github.com")
    .describe("GitHub's API; of an enterprise server https://<host>/api/v3."),
});

/** Dispatches a workflow of GitHub Actions. */
export const githubForm: TargetForm<"github", typeof schema> = {
  schema,
  otherNames: ["actions", "github-actions", "workflow"],
  ...anotherSystem,
  seesHealth: false,
  hiddenKeys: ["token", "app.privateKey", "inputs.*"],
  secrets: ({ auth }) => (auth.kind === "token" ? [auth.token] : linesOf(auth.privateKey)),
  withoutSecrets: ({ auth, ...rest }) => {
    if (auth.kind === "token") return { ...rest, auth: auth.kind };
    const { privateKey: _, ...known } = auth;
    return { ...rest, auth: known };
  },
  check: ({ value, written }) => [
    ...checkNamesOfValues(value, "inputs"),
    ...ofText(value, ["token"], (text) => secretProblem(text, 1)),
    ...ofText(value, ["app", "privateKey"], privateKeyProblem),
    ...ofText(value, ["apiUrl"], addressProblem),
    ...checkAuth(written),
    ...checkValuesOfRun(value, "inputs"),
  ],
  advise: ({ inputs, token }) => [...adviseOnPlaceholders("inputs", inputs), ...adviseOnToken(token)],
  ...sharesPlaces,
  files: none,
  resolve: (file) => {
    const { app, token, ...own } = ownKeysOf(file);
    return { ...own, auth: authOf(app, token), apiUrl: withoutSlash(own.apiUrl) };
  },
};

/** A private key, and its lines: an error may show some of them. */
function linesOf(key: string): readonly string[] {
  const lines = key.split(/\r?\n/).filter((line) => !line.startsWith("-----"));
  return [key, ...lines.filter(isLongEnoughToHide)];
}

// GitHub gives an RSA key without a password, in PKCS #1.
function privateKeyProblem(text: string): string | undefined {
  if (/-----BEGIN (?:RSA )?PRIVATE KEY-----\s[\s\S]+-----END (?:RSA )?PRIVATE KEY-----/.test(text))
    return undefined;
  return `is no private key; must be the PEM file that GitHub gave, with its line breaks, best as \${file:/path}`;
}

function checkAuth(written: unknown): readonly Finding[] {
  const ways = ["app", "token"].filter((key) => valueAt(written, [key]) !== undefined);
  if (ways.length === 1) return [];
  const wrong = ways.length === 0 ? "lacks app or token" : "has app and token";
  return ofKey([], `${wrong}; set one of the two, best a GitHub App`);
}

// GitHub's own prefixes: ghp_ and github_pat_ are personal, ghs_ is an installation's and lasts an hour.
function adviseOnToken(token: string | undefined): readonly Finding[] {
  if (token === undefined) return [];
  const message = token.startsWith("ghs_")
    ? "is a token that ends within the hour; set app, so that the bot gets its own"
    : "is somebody's own: what it starts counts as theirs, and it ends with their access; better set app, a GitHub App";
  return ofValue(["token"], message);
}

function authOf(given: z.infer<typeof app> | undefined, token: string | undefined): GithubAuth {
  if (given === undefined) return { kind: "token", token: checked(token, "token") };
  const { id, installation, privateKey } = given;
  return { kind: "app", appId: String(id), installationId: String(installation), privateKey };
}
