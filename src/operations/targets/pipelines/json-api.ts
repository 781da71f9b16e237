import type { z } from "zod";
import type { ChatopsError } from "../../../errors.ts";
import type { OutgoingAnswer, OutgoingRequest } from "../../../outgoing/guarded-client.ts";
import { type AskedOf, readJson, refusedAnswer, unusableAnswer } from "../refused-answer.ts";

/** One call of another system's API; a body goes out as JSON. */
export interface JsonCall extends Pick<OutgoingRequest, "method" | "url" | "keep" | "redirects"> {
  readonly body?: unknown;
  readonly accept?: string;
}

/** Another system as its calls see it. */
export interface ApiSystem extends Omit<AskedOf, "doing"> {
  readonly now: () => number;
  /** Sends with our credentials; `doing` is for their own errors. */
  readonly send: (request: OutgoingRequest, doing: string, signal: AbortSignal) => Promise<OutgoingAnswer>;
  readonly isGood: (answer: OutgoingAnswer, request: JsonCall) => boolean;
  /** How long it wants to be left alone, in ms, where it says so in a way of its own. */
  readonly waitMs?: (answer: OutgoingAnswer) => number | undefined;
}

export type JsonApi = ReturnType<typeof createJsonApi>;

/** The calls of one system: good answers are given, the others thrown as what they mean. */
export function createJsonApi({ now, send, isGood, waitMs, ...system }: ApiSystem) {
  const refused = (doing: string, answer: OutgoingAnswer): ChatopsError =>
    refusedAnswer(answer, { ...system, doing }, now(), waitMs?.(answer));

  async function call(doing: string, request: JsonCall, signal: AbortSignal): Promise<OutgoingAnswer> {
    const { body, accept = "application/json", ...rest } = request;
    const isJson = body !== undefined && { "Content-Type": "application/json" };
    const text = body === undefined ? undefined : JSON.stringify(body);
    const sent = { ...rest, headers: { Accept: accept, ...isJson }, body: text };
    const answer = await send(sent, doing, signal);
    if (isGood(answer, request)) return answer;
    throw refused(doing, answer);
  }

  return {
    refused,
    call,
    /** What an answer says of something that was started; if it cannot be read, the start may have been done. */
    started: <T>(doing: string, answer: OutgoingAnswer, schema: z.ZodType<T>): T => {
      const value = readJson(answer, schema);
      if (value === undefined) throw unusableAnswer({ ...system, doing });
      return value;
    },
    /** Reads something in its shape; an answer of another shape may be a better one the next time. */
    async read<T>(doing: string, url: string, schema: z.ZodType<T>, signal: AbortSignal) {
      const answer = await call(doing, { method: "GET", url }, signal);
      const value = readJson(answer, schema);
      if (value === undefined) throw unusableAnswer({ ...system, doing }, { retryable: true });
      return { value, headers: answer.headers };
    },
  };
}
