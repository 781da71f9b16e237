import { type JsonObject, parseObject } from "./json-object.ts";

/** One request as it goes to the bot; sent again it is byte for byte the same. */
export type SignedRequest = { readonly headers: Readonly<Record<string, string>>; readonly body: string };

/** What came back; `Failure` are the platform's words for no answer in time and for a bad one. */
export type Delivery<Failure extends string> = {
  readonly request: SignedRequest;
  /** 0: no answer, or none in time. */
  readonly status: number;
  readonly body: string;
  /** The body, where it is a JSON object. */
  readonly json: JsonObject | undefined;
  /** Absent when the answer was a 2xx in time. */
  readonly error?: Failure;
  readonly tookMs: number;
  /** Of the bot's answer. */
  readonly headers: Headers;
};

/** Posts once and follows nothing; given up after `timeoutMs`. */
export async function postToBot<Failure extends string>(
  url: URL,
  request: SignedRequest,
  {
    timeoutMs,
    late,
    failed,
  }: { readonly timeoutMs: number; readonly late: Failure; readonly failed: Failure },
): Promise<Delivery<Failure>> {
  const began = performance.now();
  const done = (rest: Omit<Delivery<Failure>, "request" | "tookMs">): Delivery<Failure> => ({
    request,
    tookMs: Math.round(performance.now() - began),
    ...rest,
  });
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: request.headers,
      body: request.body,
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    const body = await response.text();
    const { status, headers } = response;
    const answered = { status, headers, body, json: parseObject(body) };
    return done(response.ok ? answered : { ...answered, error: failed });
  } catch (error) {
    const isLate = error instanceof DOMException && error.name === "TimeoutError";
    const none = { status: 0, headers: new Headers(), body: "", json: undefined };
    return done({ ...none, error: isLate ? late : failed });
  }
}
