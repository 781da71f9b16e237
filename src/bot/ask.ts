import type { Config } from "../config/config.ts";
import { describeError } from "../errors.ts";
import type { Log } from "../log.ts";
import { subjectOf } from "../nouns/artifact.ts";
import { addressOf, type ChannelId, kindOfChannel } from "../nouns/channel.ts";
import type { Decision } from "../nouns/decision.ts";
import type { Request, Wish } from "../nouns/request.ts";
import { decide } from "../policy/decide.ts";
import { auditOf, judge } from "../policy/judge.ts";
import type { Known } from "../policy/roles.ts";
import type { Store, Verdict } from "../store/store.ts";
import type { Clock } from "../work/clock.ts";
import type { People } from "./people.ts";

// Slack waits 3 s for the whole answer, Teams 5 s.
const decisionBudgetMs = 2_000;

export interface AskDeps {
  readonly store: Store;
  readonly config: () => Config;
  readonly people: People;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly log: Log;
}

/** What became of a request; `later`: it is recorded, and who asked must be looked up before it can be decided. */
export type Asked =
  | { readonly kind: "decided"; readonly verdict: Verdict; readonly first: boolean }
  | { readonly kind: "later" };

export interface Ask {
  /** What would be decided now, without asking for it; a refusal is written to the audit. */
  preview(wish: Wish, known: Known): Promise<Decision>;
  /** Records the request (on disk before anything else happens), then decides it. Throws `store-unwritable`. */
  ask(request: Request): Promise<Asked>;
  /** Decides a request that was recorded, after looking its person up. */
  decideRecorded(request: Request): Promise<Verdict>;
}

/** The one way in which a wish becomes an operation: for buttons, dialogs and commands of every platform. */
export function createAsk(deps: AskDeps): Ask {
  const context = () => ({ config: deps.config(), newId: deps.newId, now: deps.clock.now() });

  const decideAs = async (request: Request, known: Known): Promise<{ verdict: Verdict; first: boolean }> => {
    const decided = await deps.store.decideRequest(request.id, (recorded, facts) =>
      judge(recorded, known, facts, context()),
    );
    const { verdict, first } = decided;
    if (first)
      logDecision(deps.log, request.wish, verdict.audit.who?.userId, verdict.outcome, verdict.audit.rule);
    if (first && verdict.operation !== undefined) await wantCard(deps, request);
    return decided;
  };

  return {
    preview: async (wish, known) => {
      const facts = await deps.store.readDecisionFacts(wish);
      const decision = decide(
        { wish, who: known.who, roles: known.roles, home: known.home, facts },
        deps.config(),
      );
      if (decision.outcome === "refused") {
        await deps.store.appendAudit(auditOf(wish, known, decision, context()));
        logDecision(deps.log, wish, known.who.userId, "refused", decision.rule);
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

/** An operation begun by a command lives on the artifact's card in that channel, else on a new card there. */
async function wantCard(deps: AskDeps, request: Request): Promise<void> {
  const { channel, wish } = request;
  const now = deps.clock.now();
  const subject = subjectOf(wish);
  // A roll back is asked for on the card of what runs now, and shows there too.
  if (wish.expectedCurrent !== undefined)
    await deps.store.touch(subjectOf({ ...wish, digest: wish.expectedCurrent }), now);
  const artifact = await deps.store.findArtifact(wish);
  if (channel !== undefined && artifact !== undefined && isTwoWay(channel))
    await deps.store.wantMessages([
      { channel, subject, incarnation: artifact.incarnation, slot: "root", dueAt: now },
    ]);
  await deps.store.touch(subject, now);
}

// Nothing comes back from an incoming webhook or a workflow: their cards have no buttons, and nobody types there.
function isTwoWay(channel: ChannelId): boolean {
  const kind = kindOfChannel(channel);
  return kind === "slack" || kind === "teams";
}

function logDecision(log: Log, wish: Wish, userId: string | undefined, outcome: string, rule: string): void {
  log.info(
    { step: "decide", what: wish.kind, subject: subjectOf(wish), target: wish.target, userId, outcome, rule },
    "decided",
  );
}
