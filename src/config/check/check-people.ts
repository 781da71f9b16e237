import type { Finding, Tree } from "../read/finding.ts";
import { pathText } from "../read/problem.ts";
import { textAt, valueAt } from "../read/tree.ts";

// Names are told apart as people read them; ids of Entra have no case.
const unique = [
  { key: "name", keyOf: (text: string) => text.normalize("NFKC").toLowerCase(), words: "is the name of" },
  { key: "slack", keyOf: (text: string) => text, words: "is the account of" },
  { key: "teams", keyOf: (text: string) => text.toLowerCase(), words: "is the account of" },
] as const;

/** People who are the same on both platforms: two accounts each, and no account or name twice. */
export function checkPeople({ value, written }: Tree): readonly Finding[] {
  const people = valueAt(value, ["people"]);
  if (!Array.isArray(people)) return [];
  return [
    ...people.flatMap((_, index) => checkAccounts(written, index)),
    ...unique.flatMap((one) => checkUnique(value, people.length, one)),
  ];
}

function checkAccounts(written: unknown, index: number): readonly Finding[] {
  const path = ["people", index];
  const entry = valueAt(written, path);
  if (typeof entry !== "object" || entry === null) return [];
  const lacking = ["slack", "teams"].filter((key) => valueAt(entry, [key]) === undefined);
  if (lacking.length === 0) return [];
  return [{ path, message: `lacks ${lacking.join(" and ")}; a person is listed for having both accounts` }];
}

function checkUnique(
  value: unknown,
  count: number,
  { key, keyOf, words }: (typeof unique)[number],
): readonly Finding[] {
  const first = new Map<string, number>();
  return Array.from({ length: count }, (_, index) => index).flatMap((index) => {
    const path = ["people", index, key];
    const text = textAt(value, path);
    if (text === undefined) return [];
    const other = first.get(keyOf(text));
    if (other === undefined) first.set(keyOf(text), index);
    return other === undefined
      ? []
      : [{ path, message: `${words} ${pathText(["people", other])} already; list each person once` }];
  });
}
