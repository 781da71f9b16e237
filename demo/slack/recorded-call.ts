import type { FaultOrder } from "../shared/faults.ts";
import type { JsonObject } from "../shared/json-object.ts";

/** One Web API call as it came, without its token, and how it was answered. */
export type RecordedCall = {
  readonly method: string;
  readonly body: JsonObject;
  /** Milliseconds, by the workspace's clock. */
  readonly at: number;
  /** HTTP status of the answer; 0 when the connection was cut. */
  readonly status: number;
  /** Slack's error code; absent when it was `ok`. */
  readonly error?: string;
};

/** An order to answer wrongly. `method` is a Web API method, `response_url`, or `*` for all. */
export type SlackFault = FaultOrder & {
  readonly method: string;
  /** Slack's error code. */
  readonly error?: string;
  /** Only calls whose `user` is one of these. */
  readonly users?: readonly string[];
};
