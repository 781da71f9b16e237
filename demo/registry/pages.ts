import { RegistryError } from "./registry-error.ts";

// ACR gives 100 items unless asked otherwise. The upper bound is ours.
const defaultPageSize = 100;
const maxPageSize = 1_000;

/** One page of a list and the `Link` header to the next one, relative as ACR writes it. */
export type Page<T> = {
  readonly items: readonly T[];
  readonly headers: Readonly<Record<string, string>>;
};

/** Cuts one page by `n` and `last`; `last` is a key, which need not exist any more when the list is sorted by key. */
export function pageOf<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  query: URLSearchParams,
  path: string,
): Page<T> {
  const size = readSize(query.get("n"));
  const last = query.get("last");
  const rest = last === null || last === "" ? items : after(items, keyOf, last, isTimed(query));
  const page = rest.slice(0, size);
  const lastItem = page.at(-1);
  if (lastItem === undefined || rest.length <= size) return { items: page, headers: {} };
  const next = new URLSearchParams({ last: keyOf(lastItem), n: String(size) });
  for (const name of ["orderby", "digest"]) {
    const value = query.get(name);
    if (value !== null) next.set(name, value);
  }
  return { items: page, headers: { Link: `<${path}?${next}>; rel="next"` } };
}

/** Sorts by `orderby` (`timedesc`, `timeasc`), else by key. */
export function inOrder<T extends { readonly lastUpdateTime: string }>(
  items: Iterable<T>,
  keyOf: (item: T) => string,
  query: URLSearchParams,
): readonly T[] {
  const order = query.get("orderby");
  const direction = order === "timedesc" ? -1 : 1;
  const textOf = isTimed(query) ? (item: T) => item.lastUpdateTime : keyOf;
  return [...items].sort((a, b) => direction * compare(textOf(a), textOf(b)));
}

function isTimed(query: URLSearchParams): boolean {
  const order = query.get("orderby");
  return order === "timedesc" || order === "timeasc";
}

function after<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  last: string,
  isTimedList: boolean,
): readonly T[] {
  if (!isTimedList) return items.filter((item) => compare(keyOf(item), last) > 0);
  const index = items.findIndex((item) => keyOf(item) === last);
  return index < 0 ? [] : items.slice(index + 1);
}

function readSize(text: string | null): number {
  if (text === null || text === "") return defaultPageSize;
  const size = Number(text);
  if (Number.isInteger(size) && size > 0) return Math.min(size, maxPageSize);
  throw new RegistryError(400, "PAGINATION_NUMBER_INVALID", "invalid number of results requested");
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
