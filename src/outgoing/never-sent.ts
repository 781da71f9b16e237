import { NotTaken } from "./not-taken.ts";

const unsent = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "ERR_PROXY_TUNNEL"]);

/** Whether no connection was made, so that nothing can have happened; of what Node, our own clients and the SDKs throw. */
export function neverSent(error: unknown): boolean {
  // @slack/web-api keeps the error that it wraps as `original`.
  const causeOf = (of: Error): unknown => ("original" in of ? of.original : of.cause);
  for (let cause = error; cause instanceof Error; cause = causeOf(cause))
    if (cause instanceof NotTaken || ("code" in cause && unsent.has(String(cause.code)))) return true;
  return false;
}
