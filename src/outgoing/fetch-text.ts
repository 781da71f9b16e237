import { readBounded } from "./read-bounded.ts";

const limitMs = 10_000;

/**
 * What is published at an address, as text of at most `maxBytes`. Follows no redirect, and throws for every answer but
 * 2xx.
 */
export async function fetchText(address: string, maxBytes: number): Promise<string> {
  const response = await fetch(address, { redirect: "error", signal: AbortSignal.timeout(limitMs) });
  if (!response.ok) {
    await response.body?.cancel();
    throw new RangeError(`the answer is ${response.status}`);
  }
  return (await readBounded(response.body, maxBytes)).toString("utf8");
}
