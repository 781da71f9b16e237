import type { Finding, Tree } from "../read/finding.ts";
import { textAt, valueAt } from "../read/tree.ts";

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
