import type { JsonObject } from "../shared/json-object.ts";

/** One call as it came, without its token, and how it was answered. */
export type RecordedCall = {
  /** The connector's operation, or `openidconfiguration`, `keys`, `token`, `workflow`. */
  readonly method: string;
  /** As the path names it, thread included. */
  readonly conversation?: string;
  readonly activityId?: string;
  readonly body: JsonObject;
  /** Milliseconds, by the world's clock. */
  readonly at: number;
  /** HTTP status of the answer; 0 when the connection was cut. */
  readonly status: number;
  /** The connector's error code; absent when it went well. */
  readonly error?: string;
};
