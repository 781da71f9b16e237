type Present<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined | null> };

/** The same fields without those that are undefined or null: an absent field is not there at all. */
export function present<T extends object>(fields: T): Present<T> {
  const there = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(there) as Present<T>;
}
