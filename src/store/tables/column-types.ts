import type { ColumnDataType, Expression } from "kysely";

/** The only differences of the DDL between the two databases. */
export interface ColumnTypes {
  /** Compared byte by byte: prefixes of digests are found by range, and both databases order alike. */
  readonly text: ColumnDataType | Expression<unknown>;
  /** A number that the database counts up. */
  readonly identity: ColumnDataType | Expression<unknown>;
  /** Ends a `create table` whose rows are to lie in the order of their key. */
  readonly keyOrdered: Expression<unknown>;
}
