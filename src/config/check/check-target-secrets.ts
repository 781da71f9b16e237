import { lengthProblem, secretProblem } from "../parts/secret-problem.ts";
import type { Finding } from "../read/finding.ts";
import { namesAt, textAt } from "../read/tree.ts";

/** 16 characters of a random alphabet are more than 64 bits; whoever guesses the key may order deploys. */
const minKeyLength = 16;

/** Secrets of targets: the key of an http target, a GitHub App's private key, a token. */
export function checkTargetSecrets(value: unknown): readonly Finding[] {
  return namesAt(value, ["targets"]).flatMap((name) => {
    const path = ["targets", name];
    const checked = [
      { path: [...path, "secret"], problemOf: (text: string) => lengthProblem(text, minKeyLength) },
      { path: [...path, "token"], problemOf: (text: string) => secretProblem(text, 1) },
      { path: [...path, "app", "privateKey"], problemOf: privateKeyProblem },
    ];
    return checked.flatMap(({ path: place, problemOf }) => {
      const text = textAt(value, place);
      const message = text === undefined || text === "" ? undefined : problemOf(text);
      return message === undefined ? [] : [{ path: place, message }];
    });
  });
}

// GitHub gives an RSA key without a password, in PKCS #1.
function privateKeyProblem(text: string): string | undefined {
  if (/-----BEGIN (?:RSA )?PRIVATE KEY-----\s[\s\S]+-----END (?:RSA )?PRIVATE KEY-----/.test(text))
    return undefined;
  return `is no private key; must be the PEM file that GitHub gave, with its line breaks, best as \${file:/path}`;
}
