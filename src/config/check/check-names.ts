import * as grammar from "../parts/grammar.ts";
import type { Finding, Tree } from "../read/finding.ts";
import { namesAt } from "../read/tree.ts";

const namedPlaces = [
  ["credentials"],
  ["registries"],
  ["roles"],
  ["targets"],
  ["slack", "webhooks"],
  ["teams", "workflows"],
] as const;

/** Names that the operator chose and that commands, addresses or routes could not carry. */
export function checkNames({ value }: Tree): readonly Finding[] {
  return namedPlaces.flatMap((place) =>
    namesAt(value, place)
      .filter((name) => !grammar.shortName.test(name))
      .map((name) => ({
        path: [...place, name],
        message:
          "is no such name; must be a-z, 0-9 and -, beginning with a letter or digit, at most 50 characters",
        atKey: true,
      })),
  );
}
