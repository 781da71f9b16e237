import { createGuardedClient } from "./guarded-client.ts";

const timeoutMs = 10_000;

/**
 * What is published at an address, as text of at most `maxBytes`. Follows no redirect, and throws for every answer but
 * 2xx. A company's own authority may lie in its private network.
 */
export async function fetchText(url: string, maxBodyBytes: number): Promise<string> {
  const client = createGuardedClient({ privateNetwork: true, maxBodyBytes, timeoutMs });
  const request = { method: "GET", url, redirects: "never" } as const;
  const { status, body } = await client.send(request, new AbortController().signal);
  if (status < 200 || status > 299) throw new RangeError(`the answer is ${status}`);
  return body;
}
