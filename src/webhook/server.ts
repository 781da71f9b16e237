import type { FastifyInstance } from "fastify";
import { createHardenedServer } from "../http/hardened-server.ts";
import { createRefusalLog } from "../http/refusal-log.ts";
import { type ServerLimits, serverLimits } from "../http/request-limits.ts";
import type { IngestDeps } from "./delivery-route.ts";
import { addEventGridRoute } from "./event-grid/event-grid-route.ts";
import { addNativeRoute } from "./native-route.ts";
import { createRecord } from "./record.ts";

/**
 * The server of the public port, not listening yet: both webhooks and `GET /healthz`. Other rooms may add routes to
 * it; their bodies come as raw Buffers, whatever the content type.
 */
export function createIngestServer(
  deps: IngestDeps & {
    readonly limits?: Partial<ServerLimits>;
    /** How long a commit may take before the answer is 503, in ms. */
    readonly recordLimitMs?: number;
  },
): FastifyInstance {
  const { log, store, recordLimitMs } = deps;
  const logRefusal = createRefusalLog({ log, now: deps.now });
  const app = createHardenedServer({ limits: { ...serverLimits, ...deps.limits }, log, logRefusal });
  const record = createRecord({ store, log, limitMs: recordLimitMs });
  app.get("/healthz", async () => ({ status: "ok" }));
  addNativeRoute(app, { ...deps, record, logRefusal });
  addEventGridRoute(app, { ...deps, record, logRefusal });
  return app;
}
