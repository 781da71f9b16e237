import type { GuardedClient } from "./guarded-client.ts";

const methods = ["GET", "POST", "PATCH"] as const;
// Of these a Response takes no body, not even an empty one.
const bodiless: readonly number[] = [204, 205, 304];

/** A `fetch` for libraries, which sends texts and forms by a guarded client and follows no redirect. */
export function createGuardedFetch(client: GuardedClient): typeof globalThis.fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const method = methods.find((one) => one === request.method);
    if (method === undefined) throw new TypeError(`${request.method} is not sent.`);
    const body = method === "GET" ? undefined : await request.text();
    const headers = Object.fromEntries(request.headers);
    const answer = await client.send(
      { method, url: request.url, headers, body, redirects: "never" },
      request.signal,
    );
    const { status } = answer;
    return new Response(bodiless.includes(status) ? null : answer.body, { status, headers: answer.headers });
  };
}
