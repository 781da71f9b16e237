import * as grammar from "../parts/grammar.ts";
import { placeholderProblem } from "../parts/placeholder.ts";
import { secretProblem } from "../parts/secret-problem.ts";
import { type Finding, ofKey, ofRepeated, ofText, ofValue, type Tree } from "../read/finding.ts";
import { entryPathsAt, namesAt, textAt, textsAt, valueAt } from "../read/tree.ts";

/** 16 characters of a random alphabet are more than 64 bits, far beyond guessing over the network. */
const minWebhookSecretLength = 16;
const minTokenLength = 16;
// Slack's signing secrets have 32 hexadecimal digits.
const minSigningSecretLength = 16;
// Entra's client secrets have 40 characters.
const minClientSecretLength = 16;

/** Secrets that are too short to be secret, hold what no header can carry, or are missing altogether. */
export function checkSecrets({ value }: Tree): readonly Finding[] {
  const registries = namesAt(value, ["registries"]);
  const parts = registries.flatMap((name) =>
    namesAt(value, ["registries", name]).map((part) => ["registries", name, part]),
  );
  const accepted = parts.flatMap((part) => textsAt(value, [...part, "secrets"]));
  const tokens = entryPathsAt(value, ["server", "tokens"]).map((token) => [...token, "secret"]);
  const ofLength = (minLength: number) => (text: string) => secretProblem(text, minLength);
  return [
    ...accepted.flatMap(({ path, text }) => ofValue(path, secretProblem(text, minWebhookSecretLength))),
    ...parts.flatMap((part) => ofText(value, [...part, "secret"], ofLength(minWebhookSecretLength))),
    ...ofText(value, ["slack", "signingSecret"], signingSecretProblem),
    ...ofText(value, ["slack", "botToken"], ofLength(1)),
    ...ofText(value, ["teams", "secret"], clientSecretProblem),
    ...registries.flatMap((name) => checkSomeSecret(value, name)),
    ...tokens.flatMap((path) => ofText(value, path, ofLength(minTokenLength))),
  ];
}

// Slack makes this one: to make another here would help nobody.
function signingSecretProblem(text: string): string | undefined {
  const isOne = secretProblem(text, minSigningSecretLength) === undefined;
  const help =
    placeholderProblem(text) ??
    "is no signing secret of Slack; copy it from the app's page Basic Information";
  return isOne ? undefined : help;
}

/** Entra shows the value of a client secret once, and beside it an id, which is easily taken for it. */
function clientSecretProblem(text: string): string | undefined {
  if (grammar.guid.test(text)) return "is the id of a client secret; copy its value from Entra";
  if (placeholderProblem(text) !== undefined) return placeholderProblem(text);
  if (text.length < minClientSecretLength) return "is too short; copy the client secret's value from Entra";
  return secretProblem(text, minClientSecretLength);
}

function checkSomeSecret(value: unknown, registry: string): readonly Finding[] {
  const path = ["registries", registry];
  const given = [
    valueAt(value, [...path, "webhook", "secrets"]),
    ...Object.values(valueAt(value, [...path, "eventGrid"]) ?? {}),
  ];
  const some = given.some((one) => Object.keys(one ?? {}).length > 0);
  const help = "set webhook.secrets, eventGrid.secrets or eventGrid.entra";
  return ofKey(path, !some && `has nothing to recognise its events by; ${help}`);
}

/** Tokens of the internal port: each has a name and a secret of its own. */
export function checkTokens({ value }: Tree): readonly Finding[] {
  const tokens = entryPathsAt(value, ["server", "tokens"]);
  return ["name", "secret"].flatMap((key) =>
    ofRepeated(
      tokens.map((token) => ({ path: [...token, key], key: textAt(value, [...token, key]) })),
      ([, , other]) => `is the ${key} of server.tokens[${other}] already; give each its own`,
    ),
  );
}
