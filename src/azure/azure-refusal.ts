import type { PipelineResponse } from "@azure/core-rest-pipeline";
import { z } from "zod";
import { ChatopsError, type ErrorCode } from "../errors.ts";
import { jsonOrNothing } from "../outgoing/json-or-nothing.ts";
import { retryAfterOf } from "../outgoing/retry-after.ts";
import { refusalText, safeText } from "../outgoing/safe-text.ts";
import { innermostError } from "./inner-error.ts";

/** `exchange` and `token` are the two calls that turn an Entra token into one of the registry (`acr-tokens.ts`). */
export type RefusalStep = "call" | "exchange" | "token";

/** An HTTP answer as far as a refusal reads it. */
export interface RefusingAnswer {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  readonly body: string;
}

/** An answer outside 2xx, cut down to what may be shown; `registry-errors.ts` says what it means. */
export class AzureRefusal extends Error {
  readonly step: RefusalStep;
  readonly status: number;
  /** The registry's or ARM's own code, such as MANIFEST_UNKNOWN or AuthorizationFailed. */
  readonly answerCode: string | undefined;
  readonly answerMessage: string;
  readonly correlationId: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(step: RefusalStep, answer: RefusingAnswer) {
    const said = readErrorBody(answer.body);
    super(`${answer.status} ${said.code ?? ""}`.trim());
    this.name = "Refusal";
    this.step = step;
    this.status = answer.status;
    this.answerCode = said.code;
    this.answerMessage = said.message;
    this.correlationId = correlationOf(answer);
    this.retryAfterMs = retryAfterOf(answer.header("retry-after"), Date.now());
  }
}

const Item = z.object({ code: z.string().optional(), message: z.string().optional() });
// The data plane says {"errors":[…]} (acr-facts 4.5), ARM says {"error":{…}} (acr-facts 3.1), App Service now and then
// {"Code","Message"} (DefaultErrorResponse's forerunner, still in its answers).
const ErrorBody = z.union([
  z.object({ errors: z.array(Item).min(1) }).transform((body) => body.errors[0]),
  z.object({ error: Item }).transform((body) => body.error),
  z.object({ Code: z.string(), Message: z.string() }).transform(({ Code, Message }) => {
    return { code: Code, message: Message };
  }),
]);

function readErrorBody(body: string): { readonly code: string | undefined; readonly message: string } {
  const json = jsonOrNothing(body);
  const parsed = ErrorBody.safeParse(json);
  if (!parsed.success || parsed.data === undefined) return { code: undefined, message: "" };
  const code = /^[A-Za-z0-9_.]{1,64}$/.test(parsed.data.code ?? "") ? parsed.data.code : undefined;
  const said = safeText(parsed.data.message ?? "");
  // ARM's outer message often says no more than that there is an inner one.
  const inner = innermostError(json);
  return { code, message: inner === undefined || inner.depth === 0 ? said : `${said} ${inner.text}`.trim() };
}

function correlationOf(answer: RefusingAnswer): string | undefined {
  const id = answer.header("x-ms-correlation-request-id") ?? answer.header("x-ms-request-id") ?? "";
  return /^[\w.-]{1,64}$/.test(id) ? id : undefined;
}

/** An answer as a Refusal reads it. */
export function answerOf(response: PipelineResponse): RefusingAnswer {
  return {
    status: response.status,
    header: (name) => response.headers.get(name),
    body: response.bodyAsText ?? "",
  };
}

/** What a refused call means: its code, whether it may succeed later, and what the operator can do. */
export interface RefusalMeaning {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly hint: string;
}

/** The error of a refused call: what was refused, the hint, what the other side said, and its correlation id. */
export function refusedError(what: string, refusal: AzureRefusal, meaning: RefusalMeaning): ChatopsError {
  const { answerMessage, correlationId, retryAfterMs } = refusal;
  const id = correlationId === undefined ? "" : `Correlation id ${correlationId}.`;
  const message = refusalText(what, meaning.hint, answerMessage, id);
  return new ChatopsError(meaning.code, message, { retryable: meaning.retryable, retryAfterMs });
}
