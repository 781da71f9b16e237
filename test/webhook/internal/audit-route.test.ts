import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { ApiToken } from "../../../src/config/config.ts";
import { ChatopsError } from "../../../src/errors.ts";
import { openStore } from "../../../src/store/open-store.ts";
import type { Store } from "../../../src/store/store.ts";
import { createInternalServer } from "../../../src/webhook/internal/internal-server.ts";
import { audit } from "../../contract/store-samples.ts";
import { createLogLines } from "../../support/log-lines.ts";

const auditor: ApiToken = { name: "auditor", secret: "audit-sécret-1", scopes: ["audit"] };
const watcher: ApiToken = { name: "watcher", secret: "status-secret-2", scopes: ["status"] };
const bearer = (secret: string) => `Bearer ${Buffer.from(secret, "utf8").toString("latin1")}`;

async function start(tokens: readonly ApiToken[] = [watcher, auditor], broken?: Error) {
  const { log, text, lines } = createLogLines();
  const directory = mkdtempSync(join(tmpdir(), "acr-chatops-audit-route-"));
  const url = `sqlite:${join(directory, "store.db")}`;
  const store = await openStore({ url, ephemeral: true, now: Date.now, log });
  const failing: Pick<Store, "listAudit" | "readAuditChain"> = {
    listAudit: () => Promise.reject(broken),
    readAuditChain: () => Promise.reject(broken),
  };
  const app = createInternalServer({
    checks: {},
    audit: { store: broken === undefined ? store : failing, tokens: () => tokens },
    now: () => 0,
    log,
  });
  onTestFinished(async () => {
    await app.close();
    await store.close();
    rmSync(directory, { recursive: true });
  });
  const get = async (query = "", authorization: string | undefined = bearer(auditor.secret)) => {
    const headers = authorization === undefined ? {} : { authorization };
    const answer = await app.inject({ url: `/audit${query}`, headers });
    const entries = () =>
      answer.body
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line));
    return { status: answer.statusCode, headers: answer.headers, body: answer.body, entries };
  };
  const add = async (...ids: readonly string[]) => {
    for (const id of ids)
      await store.appendAudit(
        audit({ id, registry: "contoso", target: Number(id) % 2 === 0 ? "even" : "odd" }),
      );
  };
  return { get, add, store, text, lines, inject: app.inject.bind(app) };
}

describe("GET /audit", () => {
  it("gives the newest entries first, as lines of JSON", async () => {
    const { get, add } = await start();
    await add("1", "2", "3");
    const answer = await get("?limit=2");
    expect(answer.status).toBe(200);
    expect(answer.headers["content-type"]).toBe("application/x-ndjson; charset=utf-8");
    expect(answer.headers["cache-control"]).toBe("no-store");
    expect(answer.entries().map((line) => line.entry.id)).toEqual(["3", "2"]);
    expect((await get("?target=odd")).entries().map((line) => line.entry.id)).toEqual(["3", "1"]);
    expect((await get("?registry=contoso&target=even")).entries()).toHaveLength(1);
    expect((await get("?repository=none")).body).toBe("");
  });

  it("gives entries from a number on as they were hashed, and where to go on", async () => {
    const { get, add, store } = await start();
    await add("1", "2", "3", "4", "5");
    const answer = await get("?from=2&limit=2");
    const chain = await store.readAuditChain(2, 2);
    expect(answer.body).toBe(
      chain.map((each) => `{"number":${each.number},"hash":"${each.hash}","entry":${each.text}}\n`).join(""),
    );
    expect(answer.headers["x-audit-next"]).toBe("4");
    const filtered = await get("?from=2&limit=1&target=odd");
    expect(filtered.entries()).toMatchObject([{ number: 3 }]);
    expect(filtered.headers["x-audit-next"]).toBe("4");
    const rest = await get("?from=4");
    expect(rest.entries()).toMatchObject([{ number: 4 }, { number: 5 }]);
    expect(rest.headers["x-audit-next"]).toBeUndefined();
    expect((await get("?from=99")).body).toBe("");
  });

  it("answers 401 without a token or with a wrong one, and 403 to one that is for something else", async () => {
    const { get, text } = await start();
    const error = (code: string) => ({ error: { code, message: expect.any(String) } });
    const wrong = [
      "Bearer wrong-secret-value",
      "Bearer ",
      "Basic YTphdWRpdA==",
      "",
      auditor.secret.slice(0, 5),
    ];
    for (const authorization of wrong) {
      const answer = await get("", authorization);
      expect([authorization, answer.status]).toEqual([authorization, 401]);
      expect(JSON.parse(answer.body)).toEqual(error("unauthorized"));
      expect(answer.headers["www-authenticate"]).toContain("Bearer");
    }
    const forbidden = await get("", bearer(watcher.secret));
    expect(forbidden.status).toBe(403);
    expect(JSON.parse(forbidden.body)).toEqual(error("forbidden"));
    expect(text()).not.toContain("wrong-secret-value");
    expect(text()).not.toContain(watcher.secret);
  });

  it("takes no password of Basic and no secret of a webhook for a token", async () => {
    const { inject } = await start();
    const basic = `Basic ${Buffer.from(`x:${auditor.secret}`).toString("base64")}`;
    for (const headers of [{ authorization: basic }, { "x-webhook-secret": auditor.secret }])
      expect((await inject({ url: "/audit", headers })).statusCode).toBe(401);
  });

  it("is not there while no token may read it", async () => {
    for (const tokens of [[], [watcher]]) {
      const { get } = await start(tokens);
      const answer = await get("", bearer(watcher.secret));
      expect(answer.status).toBe(404);
      expect(JSON.parse(answer.body)).toEqual({
        error: { code: "not-found", message: "There is nothing here." },
      });
    }
  });

  it.each([
    "?limit=0",
    "?limit=1001",
    "?limit=x",
    "?limit=-1",
    "?from=0",
    "?from=1.5",
    "?from=99999999999999999",
    "?target=a&target=b",
    "?target=",
    "?targets=a",
    "?__proto__=a",
    `?digest=${"x".repeat(301)}`,
  ])("refuses %s", async (query) => {
    const { get } = await start();
    const answer = await get(query);
    expect([answer.status, JSON.parse(answer.body).error.code]).toEqual([400, "bad-request"]);
  });

  it("answers 503 where the store cannot be read, and says nothing of the inside", async () => {
    const { get } = await start(undefined, new ChatopsError("store-unwritable", "ECONNREFUSED 10.0.0.1"));
    for (const query of ["", "?from=1"]) {
      const answer = await get(query);
      expect(answer.status).toBe(503);
      expect(answer.body).not.toContain("10.0.0.1");
    }
  });

  it("notes who read what, and takes only GET", async () => {
    const { get, add, lines, inject } = await start();
    await add("1");
    await get("?target=odd&limit=5");
    expect(lines()).toContainEqual(
      expect.objectContaining({
        msg: "audit read",
        by: "auditor",
        limit: 5,
        filter: { target: "odd" },
        entries: 1,
      }),
    );
    expect((await inject({ method: "DELETE", url: "/audit" })).statusCode).toBe(405);
  });
});
