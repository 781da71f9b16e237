import { z } from "zod";
import { ChatopsError, describeError } from "../../../errors.ts";
import { fetchText } from "../../../outgoing/fetch-text.ts";
import { jsonOrNothing } from "../../../outgoing/json-or-nothing.ts";
import { isSafeServiceUrl } from "../service-url.ts";

// The Bot Framework's key set, certificates included, has some 100 KB.
const maxBytes = 2 * 1024 * 1024;

const Metadata = z.object({ jwks_uri: z.string() });

/**
 * The Bot Framework's key set as text: first its OpenID metadata, then the key set that it names. Throws a retryable
 * ChatopsError; never used on the answer lane.
 */
export async function fetchKeys(metadataUrl: string): Promise<string> {
  try {
    const metadata = Metadata.safeParse(jsonOrNothing(await fetchText(metadataUrl, maxBytes)));
    if (!metadata.success) throw new RangeError("the answer is not OpenID metadata");
    const address = metadata.data.jwks_uri;
    if (!isSafeServiceUrl(address)) throw new RangeError("the metadata names an address that is not https");
    return await fetchText(address, maxBytes);
  } catch (cause) {
    throw new ChatopsError(
      "chat-later",
      `The Bot Framework's keys (${metadataUrl}) could not be read: ${describeError(cause)}. Requests of Teams that are signed with a new key wait.`,
      { cause },
    );
  }
}
