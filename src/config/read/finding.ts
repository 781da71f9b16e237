import type { Path } from "./problem.ts";
import { textAt } from "./tree.ts";

/** Something found at a place of the configuration, before it is known where in the file that is. */
export interface Finding {
  readonly path: Path;
  /** What is wrong, and what would be right. */
  readonly message: string;
  /** The key itself is meant, not its value. */
  readonly atKey?: boolean;
}

/** The configuration as one value, and as it is written: only the written form is ever quoted. */
export interface Tree {
  readonly value: unknown;
  readonly written: unknown;
}

/** What is to be said of a place: a message, or nothing. */
type Message = string | false | undefined;

/** What is wrong with the value at a path, if anything is. */
export function ofValue(path: Path, message: Message): readonly Finding[] {
  return message === false || message === undefined ? [] : [{ path, message }];
}

/** What is wrong with the key at a path, if anything is. */
export function ofKey(path: Path, message: Message): readonly Finding[] {
  return ofValue(path, message).map((found) => ({ ...found, atKey: true }));
}

/** What is wrong with the text at a path; one that is missing or empty is found by the schema. */
export function ofText(value: unknown, path: Path, problemOf: (text: string) => Message): readonly Finding[] {
  const text = textAt(value, path);
  return ofValue(path, text !== undefined && text !== "" && problemOf(text));
}

/** Each place whose key stood at an earlier one, which the message is made from; what has no key is passed over. */
export function ofRepeated(
  places: readonly { readonly path: Path; readonly key: string | undefined }[],
  messageOf: (first: Path) => string,
): readonly Finding[] {
  const first = new Map<string, Path>();
  return places.flatMap(({ path, key }) => {
    if (key === undefined) return [];
    const before = first.get(key);
    if (before === undefined) first.set(key, path);
    return ofValue(path, before && messageOf(before));
  });
}
