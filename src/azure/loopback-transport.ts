import { createPipelineRequest, type HttpClient } from "@azure/core-rest-pipeline";
import { isLoopback } from "../config/address.ts";
import { ChatopsError } from "../errors.ts";

/**
 * Sends requests for `origin` (https) to `endpoint`, and refuses all others. Where both are the same nothing is
 * rewritten; another endpoint gets a COPY of each request: the SDK's token policy looks at the original again and takes
 * https only. Throws `config-invalid` for a plain http endpoint that is not on loopback.
 */
export function createTransport(options: {
  readonly origin: string;
  readonly endpoint: string;
  readonly client: HttpClient;
  /** Other addresses that are the same service; with another endpoint they lie there too. None by default. */
  readonly isSame?: (url: URL) => boolean;
}): HttpClient {
  const { client, isSame = () => false } = options;
  const origin = new URL(options.origin).origin;
  const endpoint = new URL(options.endpoint);
  if (endpoint.protocol !== "https:" && !(endpoint.protocol === "http:" && isLoopback(endpoint.hostname))) {
    throw new ChatopsError(
      "config-invalid",
      `The endpoint ${endpoint.origin} is neither https nor an http address of this machine.`,
    );
  }
  return {
    async sendRequest(request) {
      const url = new URL(request.url);
      // A `Link` or `Location` of a hostile answer must not carry a token to another host.
      if (url.origin !== origin && !isSame(url))
        throw new Error(`a call to ${url.origin} was refused: it is not ${origin}`);
      if (endpoint.origin === origin) return client.sendRequest(request);
      const copy = createPipelineRequest({
        ...request,
        url: endpoint.origin + url.pathname + url.search,
        allowInsecureConnection: true,
      });
      return { ...(await client.sendRequest(copy)), request };
    },
  };
}
