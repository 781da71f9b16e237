/** Every code stands in docs/troubleshooting.md with what to do about it; a test compares the two lists. */
export const errorCodes = [
  "config-invalid",
  "store-locked",
  "store-ephemeral",
  "store-unwritable",
  "store-schema-newer",
  "port-in-use",
  "registry-unauthorized",
  "registry-forbidden",
  "registry-not-found",
  "registry-disallowed",
  "registry-throttled",
  "registry-unavailable",
  "registry-digest-mismatch",
  "registry-answer-unusable",
  "arm-unauthorized",
  "arm-forbidden",
  "arm-not-found",
  "arm-unavailable",
  "target-unauthorized",
  "target-forbidden",
  "target-not-found",
  "target-refused",
  "target-unavailable",
  "target-answer-unusable",
  "address-forbidden",
  "chat-later",
  "chat-in-doubt",
  "chat-message-gone",
  "chat-channel-unavailable",
  "chat-content-refused",
  "chat-refused",
  "chat-answer-unknown",
  "chat-unauthorized",
  "work-too-slow",
  "work-without-end",
] as const;
export type ErrorCode = (typeof errorCodes)[number];

// What these codes say is that it passes.
const passing: ReadonlySet<ErrorCode> = new Set(["chat-later", "chat-in-doubt", "chat-answer-unknown"]);

interface ErrorOptions {
  readonly retryable?: boolean;
  readonly retryAfterMs?: number | undefined;
  readonly isUntried?: boolean;
  readonly cause?: unknown;
}

/**
 * The one error class of the project, made at the border by the file that knows the SDK.
 * The message says what happened and what the operator can do; it holds no secret.
 */
export class ChatopsError extends Error {
  readonly code: ErrorCode;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  /** How long the other side asked us to wait, in ms. */
  readonly retryAfterMs: number | undefined;
  /** Nothing was asked: it was not its turn yet, which is no failure. */
  readonly isUntried: boolean;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "ChatopsError";
    this.code = code;
    this.retryable = options.retryable ?? passing.has(code);
    this.retryAfterMs = options.retryAfterMs;
    this.isUntried = options.isUntried ?? false;
  }
}

/** A sentence about anything that was thrown, for logs and stored rows. */
export function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Where a bug is: the stack of what is no error of ours; undefined for those, whose message says it all. */
export function stackOf(error: unknown): string | undefined {
  return error instanceof Error && !(error instanceof ChatopsError) ? error.stack : undefined;
}

/** Whether it is one of our errors with one of these codes. */
export function hasCode(error: unknown, ...codes: readonly ErrorCode[]): error is ChatopsError {
  return error instanceof ChatopsError && codes.includes(error.code);
}

/** What a call gives; undefined where it fails in a way that means that there is nothing. */
export async function orNothing<T>(
  call: Promise<T>,
  meansNothing: (error: unknown) => boolean,
): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (meansNothing(error)) return undefined;
    throw error;
  }
}
