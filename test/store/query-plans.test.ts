import type { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { subjectOf } from "../../src/nouns/artifact.ts";
import type { Store } from "../../src/store/store.ts";
import { key } from "../contract/store-kit.ts";
import {
  accept,
  anna,
  artifact,
  audit,
  change,
  request,
  result,
  root,
  sighting,
} from "../contract/store-samples.ts";
import { useSqliteFile } from "./sqlite-file.ts";

// Walks of an index from its end that stop at a limit, or of a partial index that holds only what waits.
const boundedWalks = [
  "SCAN audit",
  "SCAN registry_events USING INDEX registry_events_to_fold",
  "SCAN messages USING INDEX messages_due",
  "SCAN messages USING INDEX messages_leased",
  "SCAN operations USING INDEX operations_newest",
  "SCAN operations USING INDEX operations_queued",
  "SCAN operations USING COVERING INDEX operations_leased",
  "SCAN requests USING INDEX requests_undecided",
];
// Tables that do not grow with history.
const small = ["groups", "schema_version", "write_checks"];

describe("query plans", () => {
  const file = useSqliteFile();

  it("reads no big table from end to end", async () => {
    const { engine, store } = await file.open();
    const seen = capture(engine.connection);
    await useEveryVerb(store);
    const queries = [...seen].filter((sql) => /^\s*(select|update|delete|insert)/i.test(sql));
    expect(queries.length).toBeGreaterThan(60);
    const scans = queries.flatMap((sql) =>
      planOf(engine.connection, sql)
        .filter((step) => /^(SCAN|USE TEMP B-TREE)/.test(step) && !isAllowed(step, sql))
        .map((step) => ({ step, sql })),
    );
    expect(scans).toEqual([]);
  });

  it("would notice a scan", async () => {
    const { engine } = await file.open();
    const plan = planOf(engine.connection, "select * from messages where external_id = ?");
    expect(plan.some((step) => step.startsWith("SCAN messages"))).toBe(true);
  });
});

function isAllowed(step: string, sql: string): boolean {
  if (small.some((table) => step === `SCAN ${table}` || step.startsWith(`SCAN ${table} USING`))) return true;
  // Ties of one time are sorted among themselves, and one subject's messages, which are few.
  if (/^USE TEMP B-TREE FOR LAST/.test(step) || sql.includes('order by "incarnation"')) return true;
  return boundedWalks.includes(step) || (step.startsWith("SCAN") && step.includes("CONSTANT ROW"));
}

function planOf(connection: DatabaseSync, sql: string): readonly string[] {
  return connection
    .prepare(`explain query plan ${sql}`)
    .all()
    .map((row) => String(row.detail));
}

/** Every statement that is prepared from now on. */
function capture(connection: DatabaseSync): Set<string> {
  const seen = new Set<string>();
  const prepare = connection.prepare.bind(connection);
  connection.prepare = (sql: string) => {
    if (!sql.startsWith("explain")) seen.add(sql);
    return prepare(sql);
  };
  return seen;
}

async function useEveryVerb(store: Store): Promise<void> {
  const now = Date.now();
  const subject = subjectOf(key);
  const placement = { target: "staging", registry: key.registry, repository: key.repository };
  await store.recordEvents([sighting()]);
  await store.foldBatch(10, () =>
    change({
      tags: [{ tag: "1", digest: key.digest, movedAt: 1, disputed: false }],
      removedTags: ["2"],
      claims: ["sha256:c"],
      verifyDueAt: 1,
      messages: [root(), root({ slot: "alert:1" })],
      touchAt: 1,
      happenings: [{ at: 1, step: "route", what: "x" }],
    }),
  );
  await store.changeArtifact(key, "1", () => change({ verifyDueAt: 1 }));
  await store.claimVerifications(now, 5, 1);
  await store.changeArtifact(key, "1", () => change({ verifyRepository: true }));
  await store.findArtifactByPrefix(key.registry, key.repository, "abcdef");
  await store.findAnnounced(key.registry, key.repository, "1");
  await store.tagsOfRepository(key.registry, key.repository, 5);
  await store.happeningsOf(key, 5);
  await store.findPing(key.registry, "x", 1);
  await store.wakeWaiting("teams", now);
  await store.findDueChannels(now);
  await store.nextMessageDueAt();
  const claimed = await store.claimMessage("slack:C1", now, 60_000);
  if (claimed === undefined) throw new Error("nothing was claimed");
  await store.beginPost(claimed.message, claimed.lease, 1);
  const shown = { kind: "shown", version: 1, hash: "h", externalId: "1" } as const;
  await store.settleMessage(claimed.message, claimed.lease, shown);
  const reply = await store.claimMessage("slack:C1", now, 60_000);
  if (reply === undefined) throw new Error("no reply was claimed");
  await store.settleMessage(reply.message, reply.lease, { kind: "unwanted" });
  await store.findMessageAt("slack:C1", "1");
  await store.messagesOf(subject);
  const button = { reference: "r", channel: "slack:C1", subject, incarnation: 1, verb: "details" } as const;
  await store.saveButtons([{ ...button, digest: key.digest }]);
  await store.findButton("r");
  await store.recordRequest(request({ buttonReference: "r" }));
  await store.findUndecided(5);
  await store.decideRequest("request-1", (of) => accept(of));
  await useOperations(store, now);
  await store.findPlacement(placement);
  await store.placementsOf(key.registry, key.repository);
  await store.recordPlacement(placement, { digest: "sha256:e", at: 2, how: "observed" });
  await store.appendAudit(audit());
  await store.listAudit(5);
  await store.savePrincipal({ ...anna, membership: "member", readAt: 1 });
  await store.findPrincipal(anna);
  await store.saveGroup({ platform: "slack", tenant: "T", groupId: "S", members: [], readAt: 1 });
  await store.listGroups();
  await store.saveSigningKeys({ issuer: "i", jwks: "{}", readAt: 1 });
  await store.saveInstallation({
    platform: "teams",
    id: "19:a@thread.v2",
    kind: "chat",
    tenant: "t",
    serviceUrl: "https://teams.example/",
    state: "installed",
    updatedAt: 1,
  });
  await store.findInstallation("teams", "19:a@thread.v2");
  await store.listInstallations("teams");
  await store.findSigningKeys("i");
  await store.findArtifact(artifact());
  await store.prune(now, 10);
  await store.checkWritable();
}

async function useOperations(store: Store, now: number): Promise<void> {
  const claimed = await store.claimOperation(now, 60_000);
  if (claimed === undefined) throw new Error("no operation was claimed");
  const { operation, lease } = claimed;
  await store.renewOperation(operation.id, lease, 60_000);
  await store.noteDigestBefore(operation.id, lease, "sha256:b");
  await store.nextOperationDueAt();
  await store.postponeOperation(operation.id, lease, now, "later");
  const again = await store.claimOperation(now, 60_000);
  if (again === undefined) throw new Error("no operation was claimed again");
  await store.finishOperation(operation.id, again.lease, result());
  await store.operationsOf(key, 5);
  await store.operationsOfRepository(key.registry, key.repository, 5);
  await store.findOperation(operation.id);
  await store.listOperations(5);
}
