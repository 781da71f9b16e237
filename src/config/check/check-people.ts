import { type Finding, ofRepeated, type Tree } from "../read/finding.ts";
import { type Path, pathText } from "../read/problem.ts";
import { entryPathsAt, textAt, valueAt } from "../read/tree.ts";

// Names are told apart as people read them; ids of Entra have no case.
const unique = [
  { key: "name", keyOf: (text: string) => text.normalize("NFKC").toLowerCase(), words: "is the name of" },
  { key: "slack", keyOf: (text: string) => text, words: "is the account of" },
  { key: "teams", keyOf: (text: string) => text.toLowerCase(), words: "is the account of" },
] as const;

/** People who are the same on both platforms: two accounts each, and no account or name twice. */
export function checkPeople({ value, written }: Tree): readonly Finding[] {
  const people = entryPathsAt(value, ["people"]);
  return [
    ...people.flatMap((path) => checkAccounts(written, path)),
    ...unique.flatMap(({ key, keyOf, words }) => {
      const texts = people.map((path) => {
        const text = textAt(value, [...path, key]);
        return { path: [...path, key], key: text === undefined ? undefined : keyOf(text) };
      });
      const person = (first: Path) => pathText(first.slice(0, -1));
      return ofRepeated(texts, (first) => `${words} ${person(first)} already; list each person once`);
    }),
  ];
}

function checkAccounts(written: unknown, path: Path): readonly Finding[] {
  const entry = valueAt(written, path);
  if (typeof entry !== "object" || entry === null) return [];
  const lacking = ["slack", "teams"].filter((key) => valueAt(entry, [key]) === undefined);
  if (lacking.length === 0) return [];
  return [{ path, message: `lacks ${lacking.join(" and ")}; a person is listed for having both accounts` }];
}
