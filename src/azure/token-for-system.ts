import type { TokenCredential } from "@azure/core-auth";
import { ChatopsError, describeError } from "../errors.ts";
import { readDeadlineMs, withDeadline } from "../outgoing/deadline.ts";
import { NotTaken } from "../outgoing/not-taken.ts";
import { safeText } from "../outgoing/safe-text.ts";
import { transportFailure } from "./transport-failure.ts";

/** An identity's token for another system; without one (NotTaken, `target-unauthorized`) nothing was sent to it. */
export async function tokenForSystem(
  identity: { readonly credential: TokenCredential; readonly credentialName: string },
  scope: string,
  doing: string,
  signal: AbortSignal,
): Promise<string> {
  const failed = (why: string, retryable = false) => {
    const message = `No Entra token for the identity "${identity.credentialName}": could not ${doing}. ${why}`;
    return new NotTaken("target-unauthorized", message, { retryable });
  };
  const translate = (error: unknown) => {
    if (error instanceof ChatopsError) return error;
    const failure = transportFailure(error);
    return failed(failure?.what ?? safeText(describeError(error)), failure?.retryable);
  };
  const issued = await withDeadline({ deadlineMs: readDeadlineMs, signal, translate }, (within) =>
    identity.credential.getToken(scope, { abortSignal: within }),
  );
  if (issued === null) throw failed("The identity gave none.");
  return issued.token;
}
