import type { JsonObject } from "../slack/block-kit-check.ts";

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

// A demo may run for days; what a test needs fits in the last thousands.
const keptCalls = 5000;

/** The calls received, oldest first; the oldest fall out beyond `keptCalls`. */
export function createCalls() {
  const calls: RecordedCall[] = [];
  return {
    add(call: RecordedCall): void {
      calls.push(call);
      if (calls.length > keptCalls) calls.shift();
    },
    /** Calls of one method, or all. */
    of: (method?: string): readonly RecordedCall[] =>
      method === undefined ? [...calls] : calls.filter((call) => call.method === method),
  };
}
