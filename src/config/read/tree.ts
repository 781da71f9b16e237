import type { Path } from "./problem.ts";

/** The entries of a mapping; none for anything else, whose shape is another check's concern. */
export function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

/** The value at a path, or undefined if there is none. */
export function valueAt(value: unknown, path: Path): unknown {
  let here = value;
  for (const part of path) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, part)) return undefined;
    here = Reflect.get(here, part);
  }
  return here;
}

/** The text at a path, or undefined if there is none. */
export function textAt(value: unknown, path: Path): string | undefined {
  const found = valueAt(value, path);
  return typeof found === "string" ? found : undefined;
}

/** The texts of a list with their paths; a list that is not there has none. */
export function textsAt(
  value: unknown,
  path: Path,
): readonly { readonly path: Path; readonly text: string }[] {
  return entryPathsAt(value, path).flatMap((entry) => {
    const text = textAt(value, entry);
    return text === undefined ? [] : [{ path: entry, text }];
  });
}

/** The paths of a list's entries; a list that is not there has none. */
export function entryPathsAt(value: unknown, path: Path): readonly Path[] {
  const found = valueAt(value, path);
  return Array.isArray(found) ? found.map((_, index) => [...path, index]) : [];
}

/** The names under a key: `registries`, `roles` … */
export function namesAt(value: unknown, path: Path): readonly string[] {
  return entriesOf(valueAt(value, path)).map(([name]) => name);
}

/** Whether a path is at a place such as `registries.*.webhook.secrets`, where `*` is any name or index. */
export function isAtPlace(path: Path, place: string): boolean {
  const parts = place.split(".");
  return parts.length === path.length && parts.every((part, index) => part === "*" || part === path[index]);
}
