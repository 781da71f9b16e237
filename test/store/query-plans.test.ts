import type { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { subjectOf } from "../../src/nouns/artifact.ts";
import { wokenBy } from "../../src/nouns/due-work.ts";
import type { Store } from "../../src/store/store.ts";
import { claimMessage, claimOperation, claimVerifications, everything } from "../contract/claim-work.ts";
import { lockSet, suggestionSet } from "../contract/place-orders.ts";
import { key } from "../contract/store-kit.ts";
import {
  accept,
  acceptAll,
  anna,
  artifact,
  audit,
  byWish,
  change,
  operation,
  request,
  result,
  root,
  sighting,
  wish,
} from "../contract/store-samples.ts";
import { useSqliteFile } from "./sqlite-file.ts";

// Walks of an index from its end that stop at a limit, or of a partial index that holds only what waits.
const boundedWalks = [
  "SCAN registry_events USING COVERING INDEX registry_events_in_turn",
  "SCAN found",
  "SCAN counted",
  "SCAN operations USING INDEX operations_newest",
  "SCAN operations USING INDEX operations_awaiting",
  "SCAN operations USING INDEX operations_open",
  "SCAN placements USING INDEX placements_by_target",
];
// The lane that comes first, at which the walk stops.
const firstLane =
  /^SCAN w USING (COVERING )?INDEX (messages_due_in_channel|operations_expiring|operations_in_lane|requests_undecided|due_work_in_lane)$/;
const perLane =
  /^(SCAN (lanes|heads|last|next|ready|chosen|\(subquery-\d+\)|CONSTANT ROW)|USE TEMP B-TREE FOR ORDER BY)$/;
// Tables that do not grow with history.
const small = ["groups", "schema_version", "write_checks", "audit_segments"];

describe("query plans", () => {
  const file = useSqliteFile();

  it("reads no big table from end to end", async () => {
    const { engine, store } = await file.open();
    const seen = capture(engine.connection);
    await useEveryVerb(store);
    const queries = [...seen].filter((sql) => /^\s*(select|update|delete|insert|with)/i.test(sql));
    expect(queries.length).toBeGreaterThan(100);
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
  // A claim sorts one row of each lane, and steps from lane to lane.
  if (sql.startsWith("with recursive lanes") && (perLane.test(step) || firstLane.test(step))) return true;
  // Ties of one time are sorted among themselves, and one subject's messages, which are few.
  if (/^USE TEMP B-TREE FOR LAST/.test(step) || sql.includes('order by "incarnation"')) return true;
  if (step === "SCAN audit_chain") return sql.includes("limit");
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
      due: { verify: 1 },
      messages: [root(), root({ slot: "alert:1" })],
      touchAt: 1,
      happenings: [{ at: 1, step: "route", what: "x" }],
    }),
  );
  await store.changeArtifact(key, "1", () => change({ due: { verify: 1 } }));
  await claimVerifications(store, 5, 1);
  await store.changeArtifact(key, "1", () => change({ alsoVerify: ["sha256:c"] }));
  await store.livingArtifacts(key.registry, key.repository, 5);
  await store.dueVerifications(key.registry, key.repository, 5);
  await store.findArtifactsByDigest("abcdef", 2, key);
  await store.findArtifactsByDigest("abcdef", 2);
  await store.noteHeard("slack:C1:1", 1);
  await store.wasHeard("slack:C1:1");
  await store.findAnnounced(key.registry, key.repository, "1");
  await store.tagsOfRepository(key.registry, key.repository, 5);
  await store.happeningsOf(key, 5);
  await store.findPing(key.registry, "x", 1);
  await store.wakeWaiting("teams", now);
  await useDueWork(store);
  const claimed = await claimMessage(store, "slack:C1", 60_000);
  if (claimed === undefined) throw new Error("nothing was claimed");
  await store.countIn(claimed.item, claimed.lease, { since: 1, most: 5, at: now });
  await store.countHeld("slack:C1", key.registry, 1);
  await useHeld(store);
  await store.beginPost(claimed.item, claimed.lease, 1);
  const shown = { kind: "shown", version: 1, hash: "h", externalId: "1" } as const;
  await store.finishDelivery(claimed.item, claimed.lease, shown);
  const reply = await claimMessage(store, "slack:C1", 60_000);
  if (reply === undefined) throw new Error("no reply was claimed");
  await store.finishDelivery(reply.item, reply.lease, { kind: "unwanted" });
  await store.findMessageAt("slack:C1", "1");
  await store.messagesOf(subject);
  const button = { reference: "r", channel: "slack:C1", subject, incarnation: 1, verb: "details" } as const;
  await store.saveButtons([{ ...button, digest: key.digest }]);
  await store.findButton("r");
  await store.recordRequest(request({ buttonReference: "r" }));
  await store.decideRequest("request-1", acceptAll);
  await useOperations(store, now);
  await store.findPlacement(placement);
  await store.placementsOf(key.registry, key.repository);
  await store.listPlacements(5);
  await store.listPlacements(5, "staging");
  await store.recordPlacement(placement, { digest: "sha256:e", at: 2, how: "observed" });
  await store.appendAudit(audit());
  await store.listAudit(5);
  await store.listAudit(5, { registry: "r", repository: "r", digest: "d", target: "t" });
  await store.readAuditChain(1, 5);
  await store.auditHead();
  await store.sealAudit(5);
  await store.listAuditSegments();
  await store.pruneAudit(now + 1_000);
  await store.listStanding("lock");
  await store.findStanding("suggestion", "s");
  await store.savePrincipal({ ...anna, membership: "member", readAt: 1 });
  await store.findPrincipal(anna);
  await store.saveGroup({ platform: "slack", tenant: "T", groupId: "S", members: [], readAt: 1 });
  await store.listGroups();
  await store.saveKeySet({ issuer: "i", jwks: "{}", readAt: 1 });
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
  await store.findKeySet("i");
  await store.findArtifact(artifact());
  await store.prune(now, 10);
  await useTakeBack(store);
  await store.checkWritable();
}

/** Every page of a walk, over an image whose card is posted and one whose card is not, and a delete that is undone. */
async function useTakeBack(store: Store): Promise<void> {
  const within = { registry: "forged", since: 0, until: 1 };
  const known = artifact({
    registry: "forged",
    firstSeenAt: 0,
    announcedTag: "1",
    pushedAt: 1,
    deletedAt: 1,
  });
  const messages = [root({ subject: subjectOf(known) })];
  const tags = [{ tag: "1", digest: known.digest, movedAt: 1, disputed: false, previousDigest: "sha256:f" }];
  await store.changeArtifact(known, "1", () => change({ artifact: known, tags, messages }));
  await store.recordEvents([
    sighting({ registry: "forged" }, { receivedAt: 0 }),
    sighting({ registry: "forged", action: "delete", id: "deleted" }, { receivedAt: 0 }),
  ]);
  const places = [
    { of: "events", after: [0, "", "", ""] },
    { of: "artifacts", after: ["", ""] },
  ] as const;
  for (const judgement of ["undo", "take"] as const) {
    const rules = { judge: () => judgement, isTaken: () => judgement === "take", undo: () => known };
    for (const from of [undefined, ...places])
      for (const dry of [true, false]) await store.takeBack(within, rules, { dry, ...(from && { from }) });
  }
}

async function useHeld(store: Store): Promise<void> {
  const own = root({ channel: "slack:C9" });
  await store.wantMessages([own]);
  const claimed = await claimMessage(store, "slack:C9", 60_000);
  if (claimed === undefined) throw new Error("nothing was claimed");
  const line = { ...own, subject: "contoso/unconfirmed@1", slot: "held:hour" } as const;
  await store.finishDelivery(claimed.item, claimed.lease, { kind: "held", version: 1, line });
}

/** Every kind, for whoever serves everything, some lanes, or what begins so. */
async function useDueWork(store: Store): Promise<void> {
  await store.listWork("watch", [{ key: "staging/contoso/shop/checkout", lane: "staging" }]);
  for (const kind of wokenBy) {
    if (kind === "fold") continue;
    for (const serves of servings) {
      const wish = { ...everything, serves, limit: 0, perCrowd: 5, unservedAfterMs: 1, passOver: ["x"] };
      await store.claimDue(kind, wish);
      await store.nextDueIn(kind, wish);
    }
  }
  const [watched] = await store.claimDue("watch", everything);
  if (watched === undefined) throw new Error("nothing is watched");
  await store.renewLease("watch", watched, 60_000);
  await store.putOff("watch", watched, { afterMs: 0 });
  const [again] = await store.claimDue("watch", everything);
  if (again === undefined) throw new Error("nothing is watched again");
  await store.strikeOff("watch", again);
  await store.listWork("watch", []);
}

const servings = [
  { by: "everything" },
  { by: "name", names: ["a"] },
  { by: "prefix", prefixes: ["slack:"], names: ["slack-webhook:a"] },
] as const;

async function useOperations(store: Store, now: number): Promise<void> {
  const claimed = await claimOperation(store, 60_000);
  if (claimed === undefined) throw new Error("no operation was claimed");
  const { item: operation, lease } = claimed;
  await store.readStop(operation.id, lease);
  await store.noteDigestBefore(operation.id, lease, "sha256:b");
  await store.writeJournal(operation.id, lease, { steps: [], notes: {} });
  await store.noteProgress(operation.id, lease, { words: "x", touchAt: now });
  await store.listAwaiting(5);
  await store.listOpen(5);
  await store.operationsOfTarget("staging", 5);
  await store.putOff("operate", claimed, { afterMs: 0, error: "later" });
  const again = await claimOperation(store, 60_000);
  if (again === undefined) throw new Error("no operation was claimed again");
  await useOrders(store, operation.id);
  await store.finishOperation(operation.id, again.lease, result());
  await store.operationsOfRepository(key.registry, key.repository, 5);
  await store.findOperation(operation.id);
  await store.listOperations(5);
  await useApproval(store);
}

/** Cancels the operation, locks and unlocks its target, and suggests. */
async function useOrders(store: Store, operationId: string): Promise<void> {
  const scope = { kind: "target", target: "staging" } as const;
  const orders = [
    { kind: "cancel", operationId, by: anna, outcome: "x" },
    lockSet({ scope, reason: "x", by: anna, at: 1, until: 2 }),
    { kind: "lift", of: "lock", key: "target/staging", shownOn: scope },
    suggestionSet({ id: "s", wish, by: anna, at: 1, expiresAt: 2, roles: [] }),
  ] as const;
  const asked = [
    { kind: "cancel", operationId },
    { kind: "lock", scope },
    { kind: "unlock", scope },
    { kind: "suggest", wish },
  ] as const;
  for (const [at, consequence] of orders.entries()) {
    const order = asked[at];
    if (order === undefined) return;
    await store.recordRequest(request({ id: order.kind, order }));
    const decide = () => ({ audit: audit(), outcome: "accepted" as const, answer: "", consequence });
    await store.decideRequest(order.kind, { onWish: decide, onOperation: decide, onStanding: decide });
  }
}

async function useApproval(store: Store): Promise<void> {
  await store.recordRequest(request({ id: "request-2" }));
  const approvals = { count: 1, from: [], expiresAt: 1 };
  await store.decideRequest(
    "request-2",
    byWish((of) => ({ ...accept(of), operation: operation(of, { state: "awaiting-approval", approvals }) })),
  );
  await store.recordRequest(request({ id: "vote", order: { kind: "approve", operationId: "x" } }));
  const vote = { who: anna, vote: "approve", at: 1 } as const;
  const operationId = "operation of request-2";
  await store.decideRequest("vote", {
    ...acceptAll,
    onOperation: () => ({
      audit: audit(),
      outcome: "accepted",
      answer: "",
      consequence: { kind: "vote", operationId, vote },
    }),
  });
  const [expired] = await store.claimDue("expire", everything);
  if (expired === undefined) throw new Error("nothing expired");
  await store.finishOperation(expired.key, expired.lease, result({ state: "expired" }));
}
