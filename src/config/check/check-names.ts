import * as grammar from "../parts/grammar.ts";
import * as azure from "../parts/grammar-azure.ts";
import type { Finding, Tree } from "../read/finding.ts";
import { namesAt, textAt } from "../read/tree.ts";

const namedPlaces = [
  ["credentials"],
  ["registries"],
  ["roles"],
  ["targets"],
  ["slack", "webhooks"],
  ["teams", "workflows"],
] as const;

/** Names that the operator chose and that commands, addresses, routes or other systems could not carry. */
export function checkNames({ value }: Tree): readonly Finding[] {
  return [
    ...checkOwnNames(value),
    ...namesAt(value, ["targets"]).flatMap((name) => checkParameters(value, name)),
  ];
}

function checkParameters(value: unknown, target: string): readonly Finding[] {
  const path = ["targets", target];
  const key = textAt(value, [...path, "type"]) === "github" ? "inputs" : "parameters";
  const [form, words] =
    textAt(value, [...path, "type"]) === "template"
      ? [azure.templateParameter, "letters, digits and _"]
      : [azure.runParameter, "letters, digits, _ and -"];
  return namesAt(value, [...path, key])
    .filter((name) => !form.test(name))
    .map((name) => ({
      path: [...path, key, name],
      message: `is no such name; must be ${words}, beginning with a letter or _`,
      atKey: true,
    }));
}

function checkOwnNames(value: unknown): readonly Finding[] {
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
