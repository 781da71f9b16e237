import type { RawBuilder } from "kysely";

/** The only differences of the DDL between the two databases. */
export interface ColumnTypes {
  /** Compared byte by byte: prefixes of digests are found by range, and both databases order alike. */
  readonly text: RawBuilder<unknown>;
  /** A number that the database counts up. */
  readonly identity: RawBuilder<unknown>;
  /** Ends a `create table` whose rows are to lie in the order of their key. */
  readonly keyOrdered: RawBuilder<unknown>;
}
