import { type SqlBool, sql } from "kysely";
import { subjectOf } from "../nouns/artifact.ts";
import type { Request, Wish } from "../nouns/request.ts";
import { selectArtifact } from "./artifact-change.ts";
import { writeAudit } from "./audit.ts";
import { touchRoots } from "./cards.ts";
import type { Engine, Queries } from "./engine.ts";
import { insertOperation, operationKey, selectOpen } from "./operation-row.ts";
import { placementLock, selectPlacement } from "./placements.ts";
import type { DecidedRequest, DecisionFacts, Store, Verdict } from "./store.ts";
import { selectTag } from "./tags.ts";

type RequestVerbs = Pick<Store, "recordRequest" | "decideRequest" | "readDecisionFacts" | "findUndecided">;
type Decide = (request: Request, facts: DecisionFacts) => Verdict;

/** The verbs of what people asked for. */
export function createRequestVerbs(engine: Engine): RequestVerbs {
  return {
    recordRequest: (request) => engine.recordRequest(request),
    decideRequest: async (requestId, decide) => {
      const decided = await engine.transaction((tx) => decideOnce(engine, tx, requestId, decide));
      if (decided.first) engine.announce();
      return decided;
    },
    readDecisionFacts: (wish) => engine.query((db) => readFacts(db, wish)),
    findUndecided: (limit) =>
      engine.query(async (db) => {
        const rows = await db
          .selectFrom("requests")
          .select("facts")
          .where(sql<SqlBool>`verdict is null`)
          .orderBy("at")
          .orderBy("id")
          .limit(limit)
          .execute();
        return rows.map((row) => JSON.parse(row.facts) as Request);
      }),
  };
}

async function decideOnce(
  engine: Engine,
  tx: Queries,
  requestId: string,
  decide: Decide,
): Promise<DecidedRequest> {
  const row = await tx
    .selectFrom("requests")
    .select(["facts", "verdict"])
    .where("id", "=", requestId)
    .$if(engine.kind === "postgres", (query) => query.forUpdate())
    .executeTakeFirst();
  if (row === undefined) throw new RangeError(`no request ${requestId} was recorded`);
  if (row.verdict !== null) return { verdict: verdictOf(row.verdict), first: false };
  const request = JSON.parse(row.facts) as Request;
  // Two requests for one placement are decided one after the other, so that both cannot find it free.
  await engine.lock(tx, [placementLock(operationKey(request.wish))]);
  const earlier = await findOfButton(tx, request.buttonReference);
  const verdict = isOwn(earlier, request)
    ? earlier
    : firstOf(earlier, decide(request, await readFacts(tx, request.wish)));
  await tx
    .updateTable("requests")
    .set({ verdict: JSON.stringify(verdict) })
    .where("id", "=", requestId)
    .execute();
  if (verdict === earlier) return { verdict, first: false };
  await writeVerdict(tx, request, verdict);
  return { verdict, first: true };
}

async function writeVerdict(tx: Queries, request: Request, verdict: Verdict): Promise<void> {
  await writeAudit(tx, verdict.audit);
  const { operation } = verdict;
  if (operation === undefined) return;
  await insertOperation(tx, operation, request.buttonReference, verdict);
  await touchRoots(tx, subjectOf(operation), operation.requestedAt);
}

function isOwn(earlier: Verdict | undefined, { who }: Request): earlier is Verdict {
  const by = earlier?.operation?.requestedBy;
  return by?.userId === who.userId && by.tenant === who.tenant && by.platform === who.platform;
}

/** Another person's press of a used button starts nothing more either; but whoever may not is refused, and audited. */
function firstOf(earlier: Verdict | undefined, fresh: Verdict): Verdict {
  return earlier === undefined || fresh.operation === undefined ? fresh : earlier;
}

/** One button gives at most one operation: a second click gets the first one's verdict. */
async function findOfButton(tx: Queries, reference: string | undefined): Promise<Verdict | undefined> {
  if (reference === undefined) return undefined;
  const row = await tx
    .selectFrom("operations")
    .select("verdict")
    .where("button_reference", "=", reference)
    .executeTakeFirst();
  return row === undefined ? undefined : verdictOf(row.verdict);
}

async function readFacts(tx: Queries, wish: Wish): Promise<DecisionFacts> {
  const { registry, repository, target } = wish;
  return {
    artifact: await selectArtifact(tx, wish),
    namedTag: wish.tag === undefined ? undefined : await selectTag(tx, wish, wish.tag),
    placement: target === undefined ? undefined : await selectPlacement(tx, { target, registry, repository }),
    open: await selectOpen(tx, operationKey(wish)),
  };
}

function verdictOf(text: string): Verdict {
  return JSON.parse(text) as Verdict;
}
