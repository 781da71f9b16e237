import { ChatopsError, describeError } from "../../../errors.ts";

/** An access token and when it ends, in ms since the epoch. */
export interface Issued {
  readonly token: string;
  readonly expiresAt: number;
}

// Longer than a call to Teams takes, and than clocks usually differ.
const spareMs = 5 * 60_000;
// Entra's explanations have several lines, of which the first says what is wrong.
const longestReason = 300;

/** Keeps the bot's token until five minutes before it ends; calls that need one at the same time share one request. */
export function createOutboundToken(deps: {
  readonly getToken: (scope: string) => Promise<Issued>;
  readonly scope: string;
  readonly now: () => number;
}) {
  let kept: Issued | undefined;
  let notGiven: string | undefined;
  let notTaken: string | undefined;
  let asking: Promise<string> | undefined;

  const ask = async (): Promise<string> => {
    const issued = await deps.getToken(deps.scope).catch((error: unknown) => {
      const known = tokenError(error);
      notGiven = known.message;
      throw known;
    });
    kept = issued;
    notGiven = undefined;
    return issued.token;
  };

  return {
    /** Throws `chat-unauthorized` when Entra refuses the bot, `chat-later` when it cannot be asked now. */
    get: (): Promise<string> => {
      if (kept !== undefined && deps.now() < kept.expiresAt - spareMs) return Promise.resolve(kept.token);
      asking ??= ask().finally(() => {
        asking = undefined;
      });
      return asking;
    },
    /** Teams refused it, and why: the next call gets a new one. */
    refused: (why: string): void => {
      kept = undefined;
      notTaken = why;
    },
    /** Teams took it. */
    passed: (): void => {
      notTaken = undefined;
    },
    /** Why the bot has no token that Teams takes; undefined as far as is known. */
    trouble: (): string | undefined => notGiven ?? notTaken,
  };
}
/** The bot's own token for Teams. */
export type OutboundToken = ReturnType<typeof createOutboundToken>;

function tokenError(error: unknown): ChatopsError {
  const [first = ""] = describeError(error).split("\n", 1);
  const reason = first.slice(0, longestReason).toWellFormed();
  // The SDK's errors hold the request with the bot's secret or assertion, so none of them is passed on as a cause.
  if (isRefusal(error))
    return new ChatopsError(
      "chat-unauthorized",
      `Entra gave the bot no token for Teams: ${reason}. Check teams.appId, teams.tenantId and teams.auth.`,
    );
  return new ChatopsError("chat-later", `Entra could not be asked for a token for Teams: ${reason}`);
}

function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === "CredentialUnavailableError" || error.name === "AuthenticationRequiredError")
    return true;
  const status: unknown = "statusCode" in error ? error.statusCode : undefined;
  return typeof status === "number" && status >= 400 && status < 500 && status !== 429;
}
