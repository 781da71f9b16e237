import type { FastifyInstance } from "fastify";
import { onTestFinished } from "vitest";
import type { Config } from "../../src/config/config.ts";
import type { ServerLimits } from "../../src/http/request-limits.ts";
import type { SigningKeySource } from "../../src/outgoing/signing-keys.ts";
import { createIngestServer } from "../../src/webhook/server.ts";
import { createLogLines, type LogLines } from "../support/log-lines.ts";
import { createMemoryEvents, type MemoryEvents } from "../support/memory-events.ts";
import { aConfig } from "../support/registry-config.ts";

export interface Ingest extends LogLines {
  readonly app: FastifyInstance;
  readonly store: MemoryEvents;
}

export const now = Date.UTC(2026, 5, 1, 12, 30);

/** The real public server over an in-memory record, closed when the test ends. */
export function startIngest(
  options: {
    readonly config?: Config;
    readonly signingKeys?: SigningKeySource;
    readonly limits?: Partial<ServerLimits>;
    readonly recordLimitMs?: number;
  } = {},
): Ingest {
  const store = createMemoryEvents();
  const lines = createLogLines();
  const config = options.config ?? aConfig();
  const app = createIngestServer({
    config: () => config,
    store,
    signingKeys: options.signingKeys ?? { find: () => undefined },
    now: () => now,
    log: lines.log,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.recordLimitMs === undefined ? {} : { recordLimitMs: options.recordLimitMs }),
  });
  onTestFinished(() => app.close());
  return { app, store, ...lines };
}

export const aDigest = "sha256:80f0d5c8786bb9e621a45ece0db56d11cdc624ad20da9fe62e9d25490f331d7d";

/** A native push as ACR sends it; fields of the target can be overridden. */
export function aPush(target: object = {}, rest: object = {}): object {
  return {
    id: "cb8c3971-9adc-488b-bdd8-43cbb4974ff5",
    timestamp: "2026-06-01T12:22:07.0958813Z",
    action: "push",
    target: {
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      size: 524,
      digest: aDigest,
      length: 524,
      repository: "shop/checkout",
      tag: "1.4.2",
      ...target,
    },
    request: { id: "3cbb6949", host: "contoso.azurecr.io", method: "PUT", useragent: "docker/29.0" },
    ...rest,
  };
}

export const nativeHeaders = { "x-webhook-secret": "native-secret" };
export const gridHeaders = { "x-webhook-secret": "grid-secret" };

/** Posts to the native webhook of `contoso`. */
export async function postNative(
  app: FastifyInstance,
  payload: object | string | Buffer,
  headers: Record<string, string | string[]> = nativeHeaders,
  url = "/webhooks/acr/contoso",
) {
  const response = await app.inject({ method: "POST", url, headers, payload });
  return { status: response.statusCode, body: response.json(), headers: response.headers };
}

/** Posts to the Event Grid webhook of `contoso`. */
export async function postGrid(
  app: FastifyInstance,
  payload: object | string | Buffer,
  headers: Record<string, string | string[]> = gridHeaders,
  url = "/webhooks/eventgrid/contoso",
) {
  return postNative(app, payload, headers, url);
}
