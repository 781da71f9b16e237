import type { FastifyInstance } from "fastify";
import { describeError } from "../../errors.ts";
import { createHardenedServer } from "../../http/hardened-server.ts";
import { createRefusalLog } from "../../http/refusal-log.ts";
import { serverLimits } from "../../http/request-limits.ts";
import type { Log } from "../../log.ts";
import { systemClock } from "../../work/clock.ts";
import { within } from "../../work/within.ts";
import { type AuditRouteDeps, addAuditRoute } from "./audit-route.ts";

/** Whether one dependency can be used: resolves if so, rejects with the reason. */
export type ReadinessCheck = () => Promise<void>;

type CheckResult = { readonly status: "ready" } | { readonly status: "not-ready"; readonly reason: string };

/** Kubernetes gives a probe 1 s unless told; a dependency that answers later is as good as away. */
const checkLimitMs = 900;

/**
 * The server of the internal port, not listening yet: `GET /healthz`; `GET /readyz`, which runs every named check and
 * answers 200, or 503 if one that it needs fails, with each dependency by name; `GET /audit` for those with a token.
 */
export function createInternalServer(deps: {
  /** What the bot cannot take events without. */
  readonly checks: Readonly<Record<string, ReadinessCheck>>;
  /** What later steps need: named in the answer, but no reason to send it no events. */
  readonly watched?: Readonly<Record<string, ReadinessCheck>>;
  readonly audit?: AuditRouteDeps;
  readonly now: () => number;
  readonly log: Log;
  readonly checkLimitMs?: number;
}): FastifyInstance {
  const { log } = deps;
  const logRefusal = createRefusalLog({ log, now: deps.now });
  const app = createHardenedServer({ limits: serverLimits, log, logRefusal });
  const limitMs = deps.checkLimitMs ?? checkLimitMs;
  app.get("/healthz", async () => ({ status: "ok" }));
  app.get("/readyz", async (_request, reply) => {
    const [needed, watched] = await Promise.all([
      runChecks(deps.checks, limitMs),
      runChecks(deps.watched ?? {}, limitMs),
    ]);
    const ready = Object.values(needed).every((result) => result.status === "ready");
    const checks = { ...needed, ...watched };
    return reply.code(ready ? 200 : 503).send({ status: ready ? "ready" : "not-ready", checks });
  });
  if (deps.audit !== undefined) addAuditRoute(app, { ...deps.audit, log, logRefusal });
  return app;
}

async function runChecks(
  checks: Readonly<Record<string, ReadinessCheck>>,
  limitMs: number,
): Promise<Readonly<Record<string, CheckResult>>> {
  const results = Object.entries(checks).map(
    async ([name, check]) => [name, await runCheck(check, limitMs)] as const,
  );
  return Object.fromEntries(await Promise.all(results));
}

async function runCheck(check: ReadinessCheck, limitMs: number): Promise<CheckResult> {
  const result = await within(resultOf(check), limitMs, systemClock);
  return result ?? { status: "not-ready", reason: `no answer within ${limitMs} ms` };
}

async function resultOf(check: ReadinessCheck): Promise<CheckResult> {
  try {
    await check();
    return { status: "ready" };
  } catch (error) {
    return { status: "not-ready", reason: describeError(error) };
  }
}
