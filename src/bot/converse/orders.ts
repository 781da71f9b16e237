import type { Config } from "../../config/config.ts";
import { describeError } from "../../errors.ts";
import type { Log } from "../../log.ts";
import { addressOf } from "../../nouns/channel.ts";
import type { Decision } from "../../nouns/decision.ts";
import { isWish, type OperationOrder, type Request, type Wish } from "../../nouns/request.ts";
import type { Verdict } from "../../nouns/verdict.ts";
import { decideOperationOrder } from "../../policy/approvals.ts";
import { auditOf, refusedVerdict, type VerdictContext } from "../../policy/audit-of-decision.ts";
import { decideWish } from "../../policy/decide-wish.ts";
import { askerOf, refuse } from "../../policy/question.ts";
import type { Known } from "../../policy/roles.ts";
import { createVerdicts } from "../../policy/verdicts.ts";
import type { Store } from "../../store/store.ts";
import type { Clock } from "../../work/clock.ts";
import type { KillSwitch } from "../../work/kill-switch.ts";
import { within } from "../../work/within.ts";
import { wantVerdictMessages } from "../deliver/want-verdict-messages.ts";
import type { People } from "../people.ts";

// Slack waits 3 s for the whole answer, Teams 5 s.
const decisionBudgetMs = 2_000;

export interface OrderDeps {
  readonly store: Store;
  readonly config: () => Config;
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

export interface Orders {
  /** What would be decided now, without a trace. */
  preview(order: Wish | OperationOrder, known: Known): Promise<Decision>;
  /** What would be decided now, without asking for it; a refusal is written to the audit. */
  previewAndAudit(order: Wish | OperationOrder, known: Known): Promise<Decision>;
  /** Records the request (on disk before anything else happens), then decides it. Throws `store-unwritable`. */
  place(request: Request): Promise<OrderOutcome>;
  /** Decides a request that was recorded, after looking its person up. */
  decideRecorded(request: Request): Promise<Verdict>;
  /** Ends a request that nobody could decide, with the reason. */
  endRecorded(request: Request, why: string): Promise<Verdict>;
}

/** The one way in which an order becomes more than words: for buttons, dialogs and commands of every platform. */
export function createOrders(deps: OrderDeps): Orders {
  const context = async (): Promise<VerdictContext> => ({
    config: deps.config(),
    newId: deps.newId,
    now: deps.clock.now(),
    halted: await deps.isHalted(),
  });

  const decideAs = async (request: Request, known: Known): Promise<{ verdict: Verdict; first: boolean }> => {
    const decided = await deps.store.decideRequest(request.id, createVerdicts(known, await context()));
    const { verdict, first } = decided;
    if (first) logDecision(deps.log, verdict);
    if (first) await wantVerdictMessages(request, verdict, deps);
    return decided;
  };

  const preview: Orders["preview"] = async (order, known) =>
    previewIn(order, known, await context(), deps.store);

  return {
    preview,
    previewAndAudit: async (order, known) => {
      const now = await context();
      const decision = await previewIn(order, known, now, deps.store);
      if (decision.outcome === "refused") {
        const operation = isWish(order) ? undefined : await deps.store.findOperation(order.operationId);
        const audit = auditOf(order, known, decision, now, operation);
        await deps.store.appendAudit(audit);
        logDecision(deps.log, { outcome: "refused", audit });
      }
      return decision;
    },
    place: async (request) => {
      await deps.store.recordRequest(request);
      const known = await deps.people.recall(request.who);
      const stranger =
        known.home === undefined || (known.who.membership === "unknown" && known.home === request.who.tenant);
      if (stranger) return { kind: "later" };
      return await withinBudget(decideAs(request, known), deps);
    },
    decideRecorded: async (request) => {
      // Who is not known yet was seen where they asked.
      const seenIn = request.channel === undefined ? undefined : addressOf(request.channel);
      return (await decideAs(request, await deps.people.learn(request.who, false, seenIn))).verdict;
    },
    endRecorded: async (request, why) => {
      const known = await deps.people.recall(request.who);
      const decision = refuse("age", why, "Ask again. Nothing was changed.");
      const refused = refusedVerdict(decision, auditOf(request.order, known, decision, await context()));
      const verdicts = { onWish: () => refused, onOperation: () => refused, onStanding: () => refused };
      const { verdict, first } = await deps.store.decideRequest(request.id, verdicts);
      if (first) logDecision(deps.log, verdict);
      return verdict;
    },
  };
}

async function previewIn(
  order: Wish | OperationOrder,
  known: Known,
  context: VerdictContext,
  store: Store,
): Promise<Decision> {
  const asker = askerOf(known, context);
  if (!isWish(order))
    return decideOperationOrder(asker, order, await store.findOperation(order.operationId), context.config);
  const facts = await store.readDecisionFacts(order);
  return decideWish({ ...asker, wish: order, facts }, context.config);
}

/** What is decided in time; else the person hears that it is recorded, and the decision goes on by itself. */
async function withinBudget(
  deciding: Promise<{ verdict: Verdict; first: boolean }>,
  deps: OrderDeps,
): Promise<OrderOutcome> {
  const decided = await within(deciding, decisionBudgetMs, deps.clock);
  if (decided !== undefined) return { kind: "decided", ...decided };
  deciding.catch((error: unknown) => {
    deps.log.warn({ step: "decide", error: describeError(error) }, "a decision failed; it is taken up again");
  });
  return { kind: "later" };
}

function logDecision(log: Log, { outcome, audit }: Pick<Verdict, "outcome" | "audit">): void {
  const { what, registry, repository, digest, target, operationId, rule, who } = audit;
  const subject = registry === undefined ? undefined : `${registry}/${repository}@${digest}`;
  const userId = who?.userId;
  log.info({ step: "decide", what, subject, target, operationId, userId, outcome, rule }, "decided");
}
