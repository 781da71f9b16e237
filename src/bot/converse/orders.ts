import type { Config } from "../../config/config.ts";
import { describeError } from "../../errors.ts";
import type { Log } from "../../log.ts";
import { addressOf } from "../../nouns/channel.ts";
import type { Decision } from "../../nouns/decision.ts";
import { isWish, type OperationOrder, type Request, type Wish } from "../../nouns/request.ts";
import type { Verdict } from "../../nouns/verdict.ts";
import { decideOrder } from "../../policy/approvals.ts";
import { decide } from "../../policy/decide-wish.ts";
import { askerOf, auditOf, type JudgeContext } from "../../policy/judgement.ts";
import type { Known } from "../../policy/roles.ts";
import { createDeciders } from "../../policy/verdicts.ts";
import type { Store } from "../../store/store.ts";
import type { Clock } from "../../work/clock.ts";
import type { KillSwitch } from "../../work/kill-switch.ts";
import { wantWhatFollows } from "../deliver/want-verdict-messages.ts";
import type { People } from "../people.ts";

// Slack waits 3 s for the whole answer, Teams 5 s.
const decisionBudgetMs = 2_000;

export interface AskDeps {
  readonly store: Store;
  readonly config: () => Config;
  readonly people: People;
  readonly isHalted: KillSwitch;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly log: Log;
}

/** What became of a request; `later`: it is recorded, and who asked must be looked up before it can be decided. */
export type Asked =
  | { readonly kind: "decided"; readonly verdict: Verdict; readonly first: boolean }
  | { readonly kind: "later" };

export interface Ask {
  /** What would be decided now, without a trace. */
  foresee(order: Wish | OperationOrder, known: Known): Promise<Decision>;
  /** What would be decided now, without asking for it; a refusal is written to the audit. */
  preview(order: Wish | OperationOrder, known: Known): Promise<Decision>;
  /** Records the request (on disk before anything else happens), then decides it. Throws `store-unwritable`. */
  ask(request: Request): Promise<Asked>;
  /** Decides a request that was recorded, after looking its person up. */
  decideRecorded(request: Request): Promise<Verdict>;
}

/** The one way in which an order becomes more than words: for buttons, dialogs and commands of every platform. */
export function createAsk(deps: AskDeps): Ask {
  const context = async (): Promise<JudgeContext> => ({
    config: deps.config(),
    newId: deps.newId,
    now: deps.clock.now(),
    halted: await deps.isHalted(),
  });

  const decideAs = async (request: Request, known: Known): Promise<{ verdict: Verdict; first: boolean }> => {
    const decided = await deps.store.decideRequest(request.id, createDeciders(known, await context()));
    const { verdict, first } = decided;
    if (first) logDecision(deps.log, verdict);
    if (first) await wantWhatFollows(request, verdict, deps);
    return decided;
  };

  const foresee: Ask["foresee"] = async (order, known) =>
    foreseeIn(order, known, await context(), deps.store);

  return {
    foresee,
    preview: async (order, known) => {
      const now = await context();
      const decision = await foreseeIn(order, known, now, deps.store);
      if (decision.outcome === "refused") {
        const operation = isWish(order) ? undefined : await deps.store.findOperation(order.operationId);
        const audit = auditOf(order, known, decision, now, operation);
        await deps.store.appendAudit(audit);
        logDecision(deps.log, { outcome: "refused", audit });
      }
      return decision;
    },
    ask: async (request) => {
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
  };
}

async function foreseeIn(
  order: Wish | OperationOrder,
  known: Known,
  context: JudgeContext,
  store: Store,
): Promise<Decision> {
  const asker = askerOf(known, context);
  if (!isWish(order))
    return decideOrder(asker, order, await store.findOperation(order.operationId), context.config);
  const facts = await store.readDecisionFacts(order);
  return decide({ ...asker, wish: order, facts }, context.config);
}

/** What is decided in time; else the person hears that it is recorded, and the decision goes on by itself. */
async function withinBudget(
  deciding: Promise<{ verdict: Verdict; first: boolean }>,
  deps: AskDeps,
): Promise<Asked> {
  const inTime = new AbortController();
  const late = deps.clock.sleep(decisionBudgetMs, inTime.signal);
  try {
    const decided = await Promise.race([deciding, late]);
    if (decided !== undefined) return { kind: "decided", ...decided };
  } finally {
    inTime.abort();
  }
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
