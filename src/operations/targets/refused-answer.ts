import { z } from "zod";
import { ChatopsError, type ErrorCode } from "../../errors.ts";
import type { OutgoingAnswer } from "../../outgoing/guarded-client.ts";
import { jsonOrNothing } from "../../outgoing/json-or-nothing.ts";
import { NotTaken } from "../../outgoing/not-taken.ts";
import { retryAfterOf } from "../../outgoing/retry-after.ts";
import { refusalText, safeText } from "../../outgoing/safe-text.ts";

/** What was asked of another system, for the message. */
export interface AskedOf {
  /** `GitHub` */
  readonly system: string;
  /** `start the workflow deploy.yml of contoso/shop` */
  readonly doing: string;
  /** What the operator can do about a refusal, by its status. */
  readonly help: Readonly<Partial<Record<401 | 403 | 404 | 422, string>>>;
  /** What it knows of us and may not say again. */
  readonly secrets?: readonly string[];
}

// Azure DevOps and GitHub both say {"message": …}; others {"error": …} with a text or an object.
const Said = z.object({
  message: z.string().optional(),
  error: z
    .union([z.string(), z.object({ message: z.string() }).transform(({ message }) => message)])
    .optional(),
});

/**
 * The error of an answer that is not the one that was hoped for. A 4xx is a NotTaken: nothing was done. Overload (408,
 * 429, 5xx, and whatever `waitMs` is given for) is retryable.
 */
export function refusedAnswer(
  answer: OutgoingAnswer,
  asked: AskedOf,
  now: number,
  waitMs?: number,
): ChatopsError {
  const { status } = answer;
  const retryAfterMs = waitMs ?? retryAfterOf(answer.headers["retry-after"], now);
  const isLater = waitMs !== undefined || status === 408 || status === 429 || status >= 500;
  const help = isLater ? "It will be tried again." : (helpOf(status, asked) ?? "");
  const said = messageOf(answer.body, asked.secrets);
  const message = refusalText(`${asked.system} refused to ${asked.doing} (${status}).`, help, said);
  const options = { status, retryable: isLater, retryAfterMs };
  // 408 and 5xx come from gateways too, whose back end may have done it all the same.
  const isDefinite = status >= 300 && status < 500 && status !== 408;
  const Failure = isDefinite ? NotTaken : ChatopsError;
  return new Failure(codeOf(status, isLater), message, options);
}

/** The error of an answer of the right status that cannot be read; `retryable` for what was only asked. */
export function unusableAnswer(asked: AskedOf, options: { readonly retryable?: true } = {}): ChatopsError {
  const message = `${asked.system} gave an answer that cannot be used: could not ${asked.doing}.`;
  return new ChatopsError("target-answer-unusable", message, options);
}

/** The answer's JSON, if it has that form. */
export function readJson<T>(answer: OutgoingAnswer, schema: z.ZodType<T>): T | undefined {
  const read = schema.safeParse(jsonOrNothing(answer.body));
  return read.success ? read.data : undefined;
}

function helpOf(status: number, { help }: AskedOf): string | undefined {
  return status === 401 || status === 403 || status === 404 || status === 422 ? help[status] : undefined;
}

function codeOf(status: number, isLater: boolean): ErrorCode {
  if (isLater) return "target-unavailable";
  if (status === 401) return "target-unauthorized";
  if (status === 403) return "target-forbidden";
  if (status === 404) return "target-not-found";
  return status >= 300 ? "target-refused" : "target-answer-unusable";
}

function messageOf(body: string, secrets: readonly string[] = []): string {
  const said = Said.safeParse(jsonOrNothing(body));
  return said.success ? safeText(said.data.message ?? said.data.error ?? "", secrets) : "";
}
