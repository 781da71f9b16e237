import { ChatopsError, describeError } from "../../errors.ts";
import { fetchText } from "../../outgoing/fetch-text.ts";

// Entra's key sets are some 10 KB.
const maxBytes = 262_144;

/** The JSON Web Key Set at an address, as text. Throws a retryable ChatopsError; never used on the answer lane. */
export async function fetchJwks(address: string): Promise<string> {
  try {
    return await fetchText(address, maxBytes);
  } catch (cause) {
    throw new ChatopsError(
      "registry-unavailable",
      `The signing keys at ${address} could not be read: ${describeError(cause)}.`,
      { retryable: true, cause },
    );
  }
}
