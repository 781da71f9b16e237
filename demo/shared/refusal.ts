import type { Reply } from "./http-call.ts";

type Headers = Readonly<Record<string, string>>;

/** A refusal in a platform's own words. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Headers;

  constructor(status: number, code: string, message: string, headers: Headers = {}) {
    super(message);
    this.name = new.target.name;
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** A refusal in the shape that Azure Resource Manager and the Bot Connector share: `{ error: { code, message } }`. */
export function errorReply(status: number, code: string, message: string, headers: Headers = {}): Reply {
  return { status, headers, body: { error: { code, message } } };
}
