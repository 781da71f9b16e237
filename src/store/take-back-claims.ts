import { type SqlBool, sql } from "kysely";
import { type Artifact, type ArtifactKey, subjectOf } from "../nouns/artifact.ts";
import type { RegistryEvent, Sighting, Way } from "../nouns/registry-event.ts";
import {
  type Arrivals,
  added,
  type FalseClaim,
  type Judgement,
  nothingTaken,
  type TakeBackPlace,
  type TakeBackRules,
  type TakenCounts,
  type TakenPage,
} from "../nouns/taken-back.ts";
import { loadKnown, repositoryLock, selectArtifact, writeChange } from "./artifact-change.ts";
import { documentsOf } from "./documents.ts";
import type { Engine, Queries } from "./engine/engine.ts";
import { isEvent } from "./events.ts";
import type { EventRow } from "./next-events.ts";
import type { Store } from "./store.ts";
import { takeBackArtifact } from "./take-back-artifact.ts";
import { recountHeld } from "./unconfirmed.ts";

/** Read at once; most of them may be of another time. */
const rowsAPage = 500;
// Short transactions keep the answer lane fast, as those of the fold (ADR 0004).
const changedAtOnce = 25;

/** The verb that takes back what events claimed and no registry has confirmed. */
export function createTakeBackVerbs(engine: Engine) {
  return {
    takeBack: (arrivals, rules, { from = first, dry }) => {
      const page = { engine, arrivals, rules, dry };
      return from.of === "events" ? eventPage(page, from.after) : artifactPage(page, from.after);
    },
  } satisfies Partial<Store>;
}

const first: TakeBackPlace = { of: "events", after: [] };

interface Page {
  readonly engine: Engine;
  readonly arrivals: Arrivals;
  readonly rules: TakeBackRules;
  readonly dry: boolean;
}

type JudgedRow = EventRow & { readonly folded: number };

interface Judged {
  readonly row: JudgedRow;
  readonly key: ArtifactKey;
  readonly action: RegistryEvent["action"];
  readonly judgement: Judgement;
}

/**
 * By the key of events: when one arrived stands in no index but that of what waits, and its own time is anybody's claim.
 * Events go first, so that what is folded meanwhile is found among the artifacts.
 */
async function eventPage(page: Page, after: TakeBackPlace["after"]): Promise<TakenPage> {
  const { engine, arrivals, dry } = page;
  const judged = await engine.query(async (db) => {
    const rows = await eventsAfter(db, arrivals.registry, after);
    return { rows, found: await judgeRows(db, page, rows) };
  });
  const found = judged.found.filter(({ judgement }) => judgement !== "keep");
  let undone = dry ? undoneBy(found) : 0;
  for (let at = 0; at < found.length && !dry; at += changedAtOnce)
    undone += await takeEvents(page, found.slice(at, at + changedAtOnce));
  const counts = { ...nothingTaken, events: found.length, undone };
  const last = judged.rows.at(-1);
  const isLast = judged.rows.length < rowsAPage || last === undefined;
  const next: TakeBackPlace = isLast
    ? { of: "artifacts", after: [] }
    : { of: "events", after: [last.occurred_at, last.id, last.way, last.region] };
  return { ...counts, claims: found.map(claimOf), next };
}

async function eventsAfter(
  db: Queries,
  registry: string,
  after: TakeBackPlace["after"],
): Promise<readonly JudgedRow[]> {
  return await db
    .selectFrom("registry_events")
    .select(["registry", "occurred_at", "id", "way", "region", "received_at", "folded", "facts"])
    .where("registry", "=", registry)
    .$if(after.length > 0, (query) =>
      query.where(sql<SqlBool>`(occurred_at, id, way, region) > (${sql.join(after)})`),
    )
    .orderBy("occurred_at")
    .orderBy("id")
    .orderBy("way")
    .orderBy("region")
    .limit(rowsAPage)
    .execute();
}

/** What becomes of the rows of the time; what they are about is read once for each artifact. */
async function judgeRows(
  db: Queries,
  { arrivals: { since, until }, rules }: Page,
  rows: readonly JudgedRow[],
): Promise<readonly Judged[]> {
  const known = new Map<string, Artifact | undefined>();
  const judged: Judged[] = [];
  for (const row of rows) {
    if (row.received_at < since || row.received_at > until) continue;
    const sighting = sightingOf(row);
    const { registry, repository, digest = "", action } = sighting.event;
    if (repository === undefined) continue;
    const key = { registry, repository, digest };
    const subject = subjectOf(key);
    if (!known.has(subject)) known.set(subject, await selectArtifact(db, key));
    judged.push({ row, key, action, judgement: rules.judge(sighting, row.folded !== 0, known.get(subject)) });
  }
  return judged;
}

function sightingOf(row: JudgedRow): Sighting {
  const event = JSON.parse(row.facts) as RegistryEvent;
  return { event, way: row.way as Way, region: row.region, receivedAt: row.received_at };
}

/** Forgets events, so that the same ones may come again; gives how many artifacts are deleted no more. */
async function takeEvents({ engine, rules }: Page, judged: readonly Judged[]): Promise<number> {
  return await engine.transaction(async (tx) => {
    let undone = 0;
    const undoing = judged.filter(({ judgement }) => judgement === "undo");
    await engine.lock(
      tx,
      undoing.map(({ key }) => repositoryLock(key)),
    );
    for (const { row, key } of undoing) {
      const { artifact } = await loadKnown(tx, key, undefined);
      // Another arrival of the same delete was first.
      if (rules.judge(sightingOf(row), true, artifact) !== "undo" || artifact === undefined) continue;
      await undoDelete(engine, tx, artifact, rules.undo(artifact));
      undone += 1;
    }
    for (const { row } of judged) await tx.deleteFrom("registry_events").where(isEvent(row)).execute();
    return undone;
  });
}

/** Its tags come back where nothing else has them by now. */
async function undoDelete(engine: Engine, tx: Queries, deleted: Artifact, living: Artifact): Promise<void> {
  const { registry, repository, digest } = living;
  const movedAt = living.pushedAt ?? living.firstSeenAt;
  const tags = [];
  for (const tag of deleted.tagsWhenDeleted) {
    const { namedTag } = await loadKnown(tx, { registry, repository, digest }, tag);
    if (namedTag === undefined) tags.push({ tag, digest, movedAt, disputed: false });
  }
  const at = engine.now();
  const what = "an operator took back the event that it was deleted";
  await writeChange(engine, tx, {
    artifact: living,
    tags,
    due: { verify: at },
    touchAt: at,
    happenings: [{ at, step: "receive", what }],
  });
}

async function artifactPage(page: Page, after: TakeBackPlace["after"]): Promise<TakenPage> {
  const { engine, arrivals, rules, dry } = page;
  const rows = await engine.query((db) => artifactsAfter(db, arrivals.registry, after));
  const found = documentsOf<Artifact>(rows).filter((artifact) => rules.isTaken(artifact));
  let counts = nothingTaken;
  for (let at = 0; at < found.length; at += changedAtOnce)
    counts = added(counts, await takeArtifacts(page, found.slice(at, at + changedAtOnce)));
  const claims = found.map(
    (artifact): FalseClaim => ({ key: keyOf(artifact), isDelete: artifact.digest === "" }),
  );
  const last = rows.at(-1);
  if (rows.length === rowsAPage && last !== undefined)
    return { ...counts, claims, next: { of: "artifacts", after: [last.repository, last.digest] } };
  if (!dry) await engine.transaction((tx) => recountHeld(engine, tx, arrivals.registry, arrivals.since));
  return { ...counts, claims };
}

async function takeArtifacts(
  { engine, rules, dry }: Page,
  keys: readonly ArtifactKey[],
): Promise<TakenCounts> {
  return await engine.transaction(async (tx) => {
    await engine.lock(tx, keys.map(repositoryLock));
    let taken = nothingTaken;
    for (const key of keys) taken = added(taken, await takeBackArtifact(engine, tx, key, { rules, dry }));
    return taken;
  });
}

async function artifactsAfter(db: Queries, registry: string, after: TakeBackPlace["after"]) {
  return await db
    .selectFrom("artifacts")
    .select(["repository", "digest", "facts"])
    .where("registry", "=", registry)
    .$if(after.length > 0, (query) => query.where(sql<SqlBool>`(repository, digest) > (${sql.join(after)})`))
    .orderBy("repository")
    .orderBy("digest")
    .limit(rowsAPage)
    .execute();
}

/** How many artifacts; one delete may have arrived several times. */
function undoneBy(judged: readonly Judged[]): number {
  const undone = judged.filter(({ judgement }) => judgement === "undo");
  return new Set(undone.map(({ key }) => subjectOf(key))).size;
}

function claimOf({ key, action }: Judged): FalseClaim {
  return { key, isDelete: action === "delete" || action === "chart_delete" };
}

function keyOf({ registry, repository, digest }: Artifact): ArtifactKey {
  return { registry, repository, digest };
}
