type Absent = undefined | null;
/** Fields that may be absent, but are there with a value if they are. */
export type Present<T> = T extends unknown
  ? {
      readonly [K in keyof T as [Extract<T[K], Absent>] extends [never] ? K : never]: T[K];
    } & {
      readonly [K in keyof T as [Extract<T[K], Absent>] extends [never] ? never : K]?: Exclude<T[K], Absent>;
    }
  : never;

/** The same fields without those that are undefined or null: an absent field is not there at all. */
export function present<T extends object>(fields: T): Present<T> {
  const there = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(there) as Present<T>;
}
