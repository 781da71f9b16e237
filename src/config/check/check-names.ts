import * as grammar from "../parts/grammar.ts";
import { type Finding, ofKey, type Tree } from "../read/finding.ts";
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
  const right = "must be a-z, 0-9 and -, beginning with a letter or digit, at most 50 characters";
  return namedPlaces.flatMap((place) =>
    namesAt(value, place).flatMap((name) =>
      ofKey([...place, name], !grammar.shortName.test(name) && `is no such name; ${right}`),
    ),
  );
}
