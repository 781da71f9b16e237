import { ChatopsError, describeError } from "../errors.ts";

// Entra's key sets are some 10 KB.
const maxBytes = 262_144;
const limitMs = 10_000;

/** The JSON Web Key Set at an address, as text. Throws a retryable ChatopsError; never used on the answer lane. */
export async function fetchJwks(address: string): Promise<string> {
  try {
    const response = await fetch(address, { redirect: "error", signal: AbortSignal.timeout(limitMs) });
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    const body = await response.text();
    if (body.length > maxBytes) throw new Error("it is larger than any key set");
    return body;
  } catch (cause) {
    throw new ChatopsError(
      "registry-unavailable",
      `The signing keys at ${address} could not be read: ${describeError(cause)}.`,
      {
        retryable: true,
        cause,
      },
    );
  }
}
