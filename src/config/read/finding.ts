import type { Path } from "./problem.ts";

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
