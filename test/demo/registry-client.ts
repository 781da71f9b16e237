import type { IncomingHttpHeaders } from "node:http";
import { text as readText } from "node:stream/consumers";
import { createDefaultHttpClient, createHttpHeaders, type HttpClient } from "@azure/core-rest-pipeline";
import { createRegistryWorld, type RegistryWorld } from "../../demo/registry/world.ts";
import type { RegistryWorldOptions } from "../../demo/registry/world-options.ts";
import { startServer } from "../support/loopback-server.ts";

/** Runs a story against a world of its own and closes it, whatever happens. */
export async function inWorld(
  options: RegistryWorldOptions,
  story: (world: RegistryWorld) => Promise<void>,
): Promise<void> {
  const problems: unknown[] = [];
  const world = await createRegistryWorld({ onProblem: (problem) => problems.push(problem), ...options });
  try {
    await story(world);
  } finally {
    await world.close();
  }
  if (problems.length > 0) throw new AggregateError(problems, "the world had problems of its own");
}

/** An Entra token of the managed identity, by App Service's endpoint. */
export async function entraToken(world: RegistryWorld, resource: string, clientId?: string): Promise<string> {
  const query = new URLSearchParams({ resource, "api-version": "2019-08-01" });
  if (clientId !== undefined) query.set("client_id", clientId);
  const answer = await fetch(`${world.identityEndpoint}?${query}`, {
    headers: { "X-IDENTITY-HEADER": world.identityHeader },
  });
  const body = (await answer.json()) as { access_token: string };
  return body.access_token;
}

/** A registry access token for these scopes, by the whole exchange. */
export async function accessToken(world: RegistryWorld, ...scopes: string[]): Promise<string> {
  const entra = await entraToken(world, "https://containerregistry.azure.net");
  const exchanged = await postForm(`${world.url}/oauth2/exchange`, {
    grant_type: "access_token",
    service: world.loginServer,
    access_token: entra,
  });
  const { refresh_token } = (await exchanged.json()) as { refresh_token: string };
  const form = new URLSearchParams({
    grant_type: "refresh_token",
    service: world.loginServer,
    refresh_token,
  });
  for (const scope of scopes) form.append("scope", scope);
  const answer = await fetch(`${world.url}/oauth2/token`, { method: "POST", body: form });
  const { access_token } = (await answer.json()) as { access_token: string };
  return access_token;
}

/** POSTs a form. */
export function postForm(url: string, fields: Readonly<Record<string, string>>): Promise<Response> {
  return fetch(url, { method: "POST", body: new URLSearchParams(fields) });
}

/** A fetch with everything that one repository's scope gives. */
export async function repositoryFetch(world: RegistryWorld, repository: string) {
  const token = await accessToken(world, `repository:${repository}:*`, "registry:catalog:*");
  return (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set("Authorization", `Bearer ${token}`);
    return fetch(`${world.url}${path}`, { ...init, headers });
  };
}

/** A fetch to ARM as the managed identity. */
export async function armFetch(world: RegistryWorld) {
  const token = await entraToken(world, "https://management.azure.com");
  return (path: string, method = "GET"): Promise<Response> =>
    fetch(`${world.url}${world.resourceId}${path}?api-version=2025-11-01`, {
      method,
      headers: { Authorization: `Bearer ${token}` },
    });
}

/** Sends a copy of each request to the world's address; the original keeps the https address that the SDK insists on. */
export function loopbackHttpClient(world: RegistryWorld): HttpClient {
  const inner = createDefaultHttpClient();
  return {
    async sendRequest(request) {
      const url = request.url.replace(`https://${world.loginServer}`, world.url);
      const headers = createHttpHeaders(request.headers.toJSON({ preserveCase: true }));
      headers.set("Host", world.loginServer);
      const response = await inner.sendRequest({ ...request, url, headers, allowInsecureConnection: true });
      return { ...response, request };
    },
  };
}

/** One request that a receiver got. */
export type Received = {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly text: string;
};

/** A webhook's receiving end; `answer` may be changed, and `silent` leaves the caller waiting. */
export async function startReceiver() {
  const received: Received[] = [];
  const waiters: (() => void)[] = [];
  const answer = { status: 200, text: '{"status":"recorded"}', silent: false, echoCode: false };
  const server = await startServer(async (request, response) => {
    const text = await readText(request);
    const { method = "", url = "", headers, rawHeaders } = request;
    received.push({ method, url, headers, rawHeaders, text });
    for (const wake of waiters.splice(0)) wake();
    if (answer.silent) return;
    const code = /"validationCode":"([^"]+)"/.exec(text)?.[1];
    response.writeHead(answer.status, { "Content-Type": "application/json" });
    response.end(answer.echoCode ? JSON.stringify({ validationResponse: code }) : answer.text);
  });
  return {
    url: `${server.url}/webhooks/acr/contoso`,
    answer,
    received: received as readonly Received[],
    /** Resolves when this many requests have come. */
    async until(count: number): Promise<void> {
      while (received.length < count) await new Promise<void>((resolve) => waiters.push(resolve));
    },
    [Symbol.asyncDispose]: server.close,
  };
}
