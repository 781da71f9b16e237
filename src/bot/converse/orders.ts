import type { Config } from "../../config/config.ts";
import { describeError } from "../../errors.ts";
import type { Log } from "../../log.ts";
import { addressOf } from "../../nouns/channel.ts";
import type { Decision } from "../../nouns/decision.ts";
import type { Operation } from "../../nouns/operation.ts";
import { isWish, type OperationOrder, type Request, type Wish } from "../../nouns/request.ts";
import type { Route } from "../../nouns/route.ts";
import type { DecidedRequest, Verdict } from "../../nouns/verdict.ts";
import { decideOperationOrder } from "../../policy/approvals.ts";
import { auditOf, refusedVerdict, type VerdictContext } from "../../policy/audit-of-decision.ts";
import { decideWish } from "../../policy/decide-wish.ts";
import { refuseWith } from "../../policy/question.ts";
import type { Known } from "../../policy/roles.ts";
import { createVerdicts } from "../../policy/verdicts.ts";
import type { Store } from "../../store/store.ts";
import type { Clock } from "../../work/clock.ts";
import type { KillSwitch } from "../../work/kill-switch.ts";
import { within } from "../../work/within.ts";
import { messagesOfVerdict } from "../deliver/verdict-messages.ts";
import type { People } from "../people.ts";

// Slack waits 3 s for the whole answer, Teams 5 s.
const decisionBudgetMs = 2_000;

interface OrderDeps {
  readonly store: Store;
  readonly config: () => Config;
  readonly routes: () => Promise<readonly Route[]>;
  readonly people: People;
  readonly isHalted: KillSwitch;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly log: Log;
}

/** What became of a request; `later`: it is recorded, and who asked must be looked up before it can be decided. */
export type OrderOutcome =
  | { readonly kind: "decided"; readonly verdict: Verdict; readonly first: boolean }
  | { readonly kind: "later" };

/** The one way in which an order becomes more than words: for buttons, dialogs and commands of every platform. */
export function createOrders(deps: OrderDeps) {
  const { store, people } = deps;
  return {
    /** What would be decided now, without a trace. */
    preview: async (order: Wish | OperationOrder, known: Known): Promise<Decision> =>
      (await previewIn(order, await contextOf(known, deps), store)).decision,

    /** What would be decided now, without asking for it; a refusal is written to the audit. */
    previewAndAudit: async (order: Wish | OperationOrder, known: Known): Promise<Decision> => {
      const context = await contextOf(known, deps);
      const { decision, operation } = await previewIn(order, context, store);
      if (decision.outcome !== "refused") return decision;
      const audit = auditOf(order, decision, context, operation);
      await store.appendAudit(audit);
      logDecision(deps.log, { outcome: "refused", audit });
      return decision;
    },

    /** Records the request (on disk before anything else happens), then decides it. Throws `store-unwritable`. */
    place: async (request: Request): Promise<OrderOutcome> => {
      await store.recordRequest(request);
      const known = await people.recall(request.who);
      const { who, home } = known;
      const isStranger = home === undefined || (who.membership === "unknown" && home === request.who.tenant);
      return isStranger ? { kind: "later" } : await withinBudget(decideAs(request, known, deps), deps);
    },

    /** Decides a request that was recorded, after looking its person up. */
    decideRecorded: async (request: Request): Promise<Verdict> => {
      // Who is not known yet was seen where they asked.
      const seenIn = request.channel === undefined ? undefined : addressOf(request.channel);
      return (await decideAs(request, await people.learn(request.who, false, seenIn), deps)).verdict;
    },

    /** Ends a request that nobody could decide, with the reason. */
    endRecorded: (request: Request, why: string): Promise<Verdict> => endRecorded(request, why, deps),
  };
}
export type Orders = ReturnType<typeof createOrders>;

async function contextOf(known: Known, deps: OrderDeps): Promise<VerdictContext> {
  const { newId, clock } = deps;
  return { ...known, config: deps.config(), newId, now: clock.now(), halted: await deps.isHalted() };
}

async function decideAs(request: Request, known: Known, deps: OrderDeps): Promise<DecidedRequest> {
  const context = await contextOf(known, deps);
  const { targets } = context.config;
  const tellWhere = { routes: await deps.routes(), targets, now: context.now };
  const decided = await deps.store.decideRequest(request.id, {
    ...createVerdicts(context),
    messages: (asked, verdict, told) => messagesOfVerdict(asked, verdict, told, tellWhere),
  });
  if (decided.first) logDecision(deps.log, decided.verdict);
  return decided;
}

async function endRecorded(request: Request, why: string, deps: OrderDeps): Promise<Verdict> {
  const context = await contextOf(await deps.people.recall(request.who), deps);
  const decision = refuseWith("age", why, "Ask again.");
  const refused = refusedVerdict(decision, auditOf(request.order, decision, context));
  const verdicts = { onWish: () => refused, onOperation: () => refused, onStanding: () => refused };
  const { verdict, first } = await deps.store.decideRequest(request.id, verdicts);
  if (first) logDecision(deps.log, verdict);
  return verdict;
}

async function previewIn(
  order: Wish | OperationOrder,
  context: VerdictContext,
  store: Store,
): Promise<{ readonly decision: Decision; readonly operation?: Operation | undefined }> {
  const { config } = context;
  if (isWish(order)) {
    const facts = await store.readDecisionFacts(order);
    return { decision: decideWish({ ...context, wish: order, facts }, config) };
  }
  const operation = await store.findOperation(order.operationId);
  return { decision: decideOperationOrder(context, order, operation, config), operation };
}

/** What is decided in time; else the person hears that it is recorded, and the decision goes on by itself. */
async function withinBudget(
  deciding: Promise<DecidedRequest>,
  { clock, log }: OrderDeps,
): Promise<OrderOutcome> {
  const decided = await within(deciding, decisionBudgetMs, clock);
  if (decided !== undefined) return { kind: "decided", ...decided };
  deciding.catch((error: unknown) => {
    log.warn({ step: "decide", error: describeError(error) }, "a decision failed; it is taken up again");
  });
  return { kind: "later" };
}

function logDecision(log: Log, { outcome, audit }: Pick<Verdict, "outcome" | "audit">): void {
  const { what, registry, repository, digest, target, operationId, rule, who } = audit;
  const subject = registry === undefined ? undefined : `${registry}/${repository}@${digest}`;
  const userId = who?.userId;
  log.info({ step: "decide", what, subject, target, operationId, userId, outcome, rule }, "decided");
}
