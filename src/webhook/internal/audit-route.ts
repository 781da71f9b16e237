import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ApiToken } from "../../config/config.ts";
import { ChatopsError, describeError } from "../../errors.ts";
import { type HttpRefusal, nothingHere, sendRefusal, unauthorized } from "../../http/http-refusal.ts";
import type { LogRefusal } from "../../http/refusal-log.ts";
import type { Log } from "../../log.ts";
import { auditLine } from "../../nouns/audit-chain.ts";
import type { Store } from "../../store/store.ts";
import { readCredentials } from "../callers/caller-credentials.ts";
import { matchesAnySecret } from "../callers/match-secret.ts";
import { type AuditQuery, readAuditQuery } from "./audit-query.ts";

/** Entries that one request looks through at most; the answer says where to go on. */
const maxLooked = 20_000;
const entriesAtOnce = 500;

/** What the endpoint of the audit needs. */
export interface AuditRouteDeps {
  readonly store: Pick<Store, "listAudit" | "readAuditChain">;
  /** Tokens of the internal port, as they are now. */
  readonly tokens: () => readonly ApiToken[];
}

interface Page {
  readonly lines: readonly string[];
  /** The number to go on from; absent: that was all. */
  readonly next?: number;
}

/**
 * `GET /audit`: entries as JSON Lines, newest first, or from a number on with their hashes. For bearers of a token with
 * the scope `audit`; 404 while there is none.
 */
export function addAuditRoute(
  app: FastifyInstance,
  deps: AuditRouteDeps & { readonly log: Log; readonly logRefusal: LogRefusal },
): void {
  const refuse = (request: FastifyRequest, reply: FastifyReply, refusal: HttpRefusal) => {
    deps.logRefusal(refusal, { remote: request.ip });
    return sendRefusal(reply, refusal);
  };
  app.get("/audit", async (request, reply) => {
    const who = bearerOf(request, deps.tokens());
    if ("status" in who) return refuse(request, reply, who);
    const query = readAuditQuery(request.query);
    if ("status" in query) return refuse(request, reply, query);
    try {
      const { lines, next } = await read(deps.store, query);
      deps.log.info({ by: who.name, ...query, entries: lines.length }, "audit read");
      if (next !== undefined) reply.header("x-audit-next", String(next));
      return await reply
        .header("content-type", "application/x-ndjson; charset=utf-8")
        .header("cache-control", "no-store")
        .send(lines.map((line) => `${line}\n`).join(""));
    } catch (error) {
      if (!(error instanceof ChatopsError)) throw error;
      deps.log.warn({ error: describeError(error) }, "the audit could not be read");
      return refuse(request, reply, unreadable);
    }
  });
}

function bearerOf(request: FastifyRequest, tokens: readonly ApiToken[]): ApiToken | HttpRefusal {
  if (!tokens.some((token) => token.scopes.includes("audit"))) return nothingHere;
  const { bearer } = readCredentials({ authorization: request.headers.authorization }, []);
  const presented = bearer === undefined ? [] : [Buffer.from(bearer, "latin1")];
  // Each token is compared, so that the time does not tell which matched.
  const held = tokens.filter((token) => matchesAnySecret(presented, [token.secret]));
  return held.find((token) => token.scopes.includes("audit")) ?? (held.length > 0 ? forbidden : unauthorized);
}

async function read(store: AuditRouteDeps["store"], query: AuditQuery): Promise<Page> {
  const { from, limit, filter } = query;
  if (from === undefined) {
    const entries = await store.listAudit(limit, filter);
    return { lines: entries.map((entry) => JSON.stringify({ entry })) };
  }
  const wanted = Object.entries(filter) as [keyof typeof filter, string][];
  const lines: string[] = [];
  let next = from;
  for (let looked = 0; looked < maxLooked; ) {
    const entries = await store.readAuditChain(next, entriesAtOnce);
    for (const chained of entries) {
      if (lines.length === limit) return { lines, next };
      if (wanted.every(([key, value]) => chained.entry[key] === value)) lines.push(auditLine(chained));
      next = chained.number + 1;
    }
    if (entries.length < entriesAtOnce) return { lines };
    looked += entries.length;
  }
  return { lines, next };
}

const forbidden: HttpRefusal = {
  status: 403,
  code: "forbidden",
  message: "This token may not read the audit.",
};
const unreadable: HttpRefusal = {
  status: 503,
  code: "store-unwritable",
  message: "The store cannot be read now.",
};
