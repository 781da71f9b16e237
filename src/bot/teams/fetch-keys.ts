import { ChatopsError, describeError } from "../../errors.ts";
import { readKeySetAddress } from "./read-key-set.ts";
import { isSafeServiceUrl } from "./service-url.ts";

// The Bot Framework's key set, certificates included, has some 100 KB.
const maxBytes = 2 * 1024 * 1024;
const limitMs = 10_000;

/**
 * The Bot Framework's key set as text: first its OpenID metadata, then the key set that it names. Throws a retryable
 * ChatopsError; never used on the answer lane.
 */
export async function fetchKeys(metadataUrl: string): Promise<string> {
  try {
    const address = readKeySetAddress(await fetchText(metadataUrl));
    if (!isSafeServiceUrl(address)) throw new RangeError("the metadata names an address that is not https");
    return await fetchText(address);
  } catch (cause) {
    throw new ChatopsError(
      "chat-later",
      `The Bot Framework's keys (${metadataUrl}) could not be read: ${describeError(cause)}. Requests of Teams that are signed with a new key wait.`,
      { retryable: true, cause },
    );
  }
}

async function fetchText(address: string): Promise<string> {
  const response = await fetch(address, { redirect: "error", signal: AbortSignal.timeout(limitMs) });
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw new RangeError(`the answer is ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.length;
    if (size > maxBytes) throw new RangeError("the answer is larger than any key set");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
