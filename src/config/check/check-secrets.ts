import * as grammar from "../parts/grammar.ts";
import { secretProblem } from "../parts/secret-problem.ts";
import type { Finding, Tree } from "../read/finding.ts";
import type { Path } from "../read/problem.ts";
import { namesAt, textAt, textsAt, valueAt } from "../read/tree.ts";

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
  const accepted = registries.flatMap((name) => [
    ...textsAt(value, ["registries", name, "webhook", "secrets"]),
    ...textsAt(value, ["registries", name, "eventGrid", "secrets"]),
  ]);
  const signing = textAt(value, ["slack", "signingSecret"]);
  return [
    ...accepted.flatMap(({ path, text }) => {
      const message = secretProblem(text, minWebhookSecretLength);
      return message === undefined ? [] : [{ path, message }];
    }),
    ...checkSigningSecret(signing),
    ...findingOf(["slack", "botToken"], textAt(value, ["slack", "botToken"]), 1),
    ...checkClientSecret(textAt(value, ["teams", "secret"])),
    ...registries.flatMap((name) => checkSomeSecret(value, name)),
    ...checkTokenSecrets(value),
  ];
}

function checkTokenSecrets(value: unknown): readonly Finding[] {
  const tokens = valueAt(value, ["server", "tokens"]);
  return (Array.isArray(tokens) ? tokens : []).flatMap((_, index) => {
    const path = ["server", "tokens", index, "secret"];
    return findingOf(path, textAt(value, path), minTokenLength);
  });
}

// Slack makes this one: to make another here would help nobody.
function checkSigningSecret(text: string | undefined): readonly Finding[] {
  const message = "is no signing secret of Slack; copy it from the app's page Basic Information";
  return findingOf(["slack", "signingSecret"], text, minSigningSecretLength).map(({ path }) => ({
    path,
    message,
  }));
}

function findingOf(path: Path, text: string | undefined, minLength: number): readonly Finding[] {
  const message = text === undefined ? undefined : secretProblem(text, minLength);
  return message === undefined ? [] : [{ path, message }];
}

/** Entra shows the value of a client secret once, and beside it an id, which is easily taken for it. */
function checkClientSecret(text: string | undefined): readonly Finding[] {
  const path = ["teams", "secret"];
  if (text === undefined || text === "") return [];
  if (grammar.guid.test(text))
    return [{ path, message: "is the id of a client secret; copy its value from Entra" }];
  if (text.length < minClientSecretLength)
    return [{ path, message: "is too short; copy the client secret's value from Entra" }];
  return findingOf(path, text, minClientSecretLength);
}

function checkSomeSecret(value: unknown, registry: string): readonly Finding[] {
  const path = ["registries", registry];
  const some =
    hasEntries(value, [...path, "webhook", "secrets"]) ||
    hasEntries(value, [...path, "eventGrid", "secrets"]) ||
    namesAt(value, [...path, "eventGrid", "entra"]).length > 0;
  if (some) return [];
  return [
    {
      path,
      message:
        "has nothing to recognise its events by; set webhook.secrets, eventGrid.secrets or eventGrid.entra",
      atKey: true,
    },
  ];
}

function hasEntries(value: unknown, path: readonly string[]): boolean {
  const found = valueAt(value, path);
  return Array.isArray(found) ? found.length > 0 : found !== undefined;
}

/** Tokens of the internal port: each has a name and a secret of its own. */
export function checkTokens({ value }: Tree): readonly Finding[] {
  const tokens = valueAt(value, ["server", "tokens"]);
  const count = Array.isArray(tokens) ? tokens.length : 0;
  return ["name", "secret"].flatMap((key) => {
    const first = new Map<string, number>();
    return Array.from({ length: count }, (_, index) => index).flatMap((index) => {
      const path = ["server", "tokens", index, key];
      const text = textAt(value, path);
      if (text === undefined) return [];
      const other = first.get(text);
      if (other === undefined) first.set(text, index);
      return other === undefined
        ? []
        : [{ path, message: `is the ${key} of server.tokens[${other}] already; give each its own` }];
    });
  });
}
