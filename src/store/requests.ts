import { subjectOf } from "../nouns/artifact.ts";
import { cardOf } from "../nouns/operation.ts";
import { isStandingOrder, isWish, type Request, standingOf } from "../nouns/request.ts";
import type { DecidedRequest, ToldOn, Verdict, Verdicts } from "../nouns/verdict.ts";
import { present } from "../present.ts";
import { selectArtifact } from "./artifact-change.ts";
import { auditedTransaction, type WriteAudit } from "./audit/append-audit.ts";
import { insertMessages, subjectsOf, touchCards } from "./cards.ts";
import { readFacts } from "./decision-facts.ts";
import type { Engine, Queries } from "./engine/engine.ts";
import { selectMessages } from "./messages.ts";
import { selectHeldOperation, selectOperation, writeConsequence } from "./operations/consequences.ts";
import { insertOperation, operationKey } from "./operations/operation-row.ts";
import { placementLock } from "./placements.ts";
import { selectStanding, standingLock } from "./standings.ts";
import type { Store } from "./store.ts";
import { selectTags } from "./tags.ts";

/** The verbs of what people asked for. */
export function createRequestVerbs(engine: Engine) {
  return {
    recordRequest: (request) => engine.recordRequest(request),
    decideRequest: (requestId, verdicts) =>
      auditedTransaction(engine, (tx, writeAudit) => decideOnce(engine, tx, requestId, verdicts, writeAudit)),
    findDecided: (id) =>
      engine.query(async (db) => {
        const row = await db
          .selectFrom("requests")
          .select(["facts", "verdict"])
          .where("id", "=", id)
          .executeTakeFirst();
        if (row === undefined || row.verdict === null) return undefined;
        return { request: JSON.parse(row.facts) as Request, verdict: verdictOf(row.verdict) };
      }),
    readDecisionFacts: (wish) => engine.query((db) => readFacts(db, wish)),
  } satisfies Partial<Store>;
}

async function decideOnce(
  engine: Engine,
  tx: Queries,
  requestId: string,
  verdicts: Verdicts,
  writeAudit: WriteAudit,
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
  const { verdict, first } = await decide(engine, tx, request, verdicts);
  await tx
    .updateTable("requests")
    .set({ verdict: JSON.stringify(verdict), lease_token: null, lease_until: null })
    .where("id", "=", requestId)
    .execute();
  if (first) {
    await writeVerdict(engine, tx, request, verdict, writeAudit);
    await wantMessages(engine, tx, request, verdict, verdicts);
  }
  return { verdict, first };
}

/** Each kind of order by facts that nobody changes before its verdict is written. */
async function decide(
  engine: Engine,
  tx: Queries,
  request: Request,
  verdicts: Verdicts,
): Promise<DecidedRequest> {
  const order = request.order;
  if (isWish(order)) {
    // Two requests for one placement are decided one after the other, so that both cannot find it free.
    await engine.lock(tx, [placementLock(operationKey(order))]);
    const earlier = await findOfButton(tx, request.buttonReference);
    if (isOwn(earlier, request)) return { verdict: earlier, first: false };
    return firstOf(earlier, verdicts.onWish(request, order, await readFacts(tx, order)));
  }
  if (isStandingOrder(order)) {
    const kind = standingOf[order.kind];
    await engine.lock(tx, [standingLock(kind)]);
    return asFirst(verdicts.onStanding(request, kind, await selectStanding(tx, kind)));
  }
  switch (order.kind) {
    case "suggest":
      return asFirst(verdicts.onWish(request, order.wish, await readFacts(tx, order.wish)));
    case "approve":
    case "decline":
    case "cancel": {
      const operation = await selectHeldOperation(engine, tx, order.operationId);
      return asFirst(verdicts.onOperation(request, { operation }));
    }
    default:
      return order satisfies never;
  }
}

async function writeVerdict(
  engine: Engine,
  tx: Queries,
  request: Request,
  verdict: Verdict,
  writeAudit: WriteAudit,
): Promise<void> {
  const { operation, consequence, audit } = verdict;
  const touched: string[] = [];
  if (operation !== undefined) {
    const buttonReference = isWish(request.order) ? request.buttonReference : undefined;
    await insertOperation(engine, tx, operation, verdict, { buttonReference });
    touched.push(...subjectsOf(operation));
  }
  if (consequence !== undefined) touched.push(...(await writeConsequence(engine, tx, consequence, audit.at)));
  writeAudit(audit);
  await touchCards(engine, tx, touched, operation?.requestedAt ?? audit.at);
}

/** In the same transaction: what must be heard is not lost by a crash. */
async function wantMessages(
  engine: Engine,
  tx: Queries,
  request: Request,
  verdict: Verdict,
  { messages }: Verdicts,
): Promise<void> {
  if (messages === undefined || verdict.outcome !== "accepted") return;
  const wanted = messages(request, verdict, await readTold(tx, verdict));
  const dueAt = verdict.audit.at;
  await insertMessages(
    engine,
    tx,
    wanted.map((message) => ({ ...message, dueAt })),
  );
}

async function readTold(tx: Queries, { operation: made, consequence }: Verdict): Promise<ToldOn | undefined> {
  const suggestion = consequence?.kind === "set" && "wish" in consequence.standing.facts;
  const wish = suggestion ? consequence.standing.facts.wish : undefined;
  const about =
    consequence !== undefined && "operationId" in consequence ? consequence.operationId : undefined;
  const operation = made ?? (about === undefined ? undefined : await selectOperation(tx, about));
  const subject = operation ?? wish;
  if (subject === undefined) return undefined;
  const card = cardOf(subject);
  const artifact = await selectArtifact(tx, card);
  if (artifact === undefined) return undefined;
  const { registry, repository, digest } = card;
  return present({
    artifact,
    tags: await selectTags(tx, { registry, repository, digest }),
    messages: await selectMessages(tx, subjectOf(card)),
    operation,
  });
}

function isOwn(earlier: Verdict | undefined, { who }: Request): earlier is Verdict {
  const by = earlier?.operation?.requestedBy;
  return by?.userId === who.userId && by.tenant === who.tenant && by.platform === who.platform;
}

/** Another person's press of a used button starts nothing more either; but whoever may not is refused, and audited. */
function firstOf(earlier: Verdict | undefined, fresh: Verdict): DecidedRequest {
  return earlier === undefined || fresh.operation === undefined
    ? asFirst(fresh)
    : { verdict: earlier, first: false };
}

function asFirst(verdict: Verdict): DecidedRequest {
  return { verdict, first: true };
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

function verdictOf(text: string): Verdict {
  return JSON.parse(text) as Verdict;
}
