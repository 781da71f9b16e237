import type { Config } from "../config/config.ts";
import type { AuditEntry } from "../nouns/audit-entry.ts";
import type { Decision } from "../nouns/decision.ts";
import type { Operation } from "../nouns/operation.ts";
import type { Request, Wish } from "../nouns/request.ts";
import { currentOf } from "../nouns/target.ts";
import type { DecisionFacts, Verdict } from "../store/store.ts";
import { decide } from "./decide.ts";
import { personIn } from "./people.ts";
import type { Known } from "./roles.ts";

/** What makes a decision a durable thing: ids and time come from outside. */
export interface JudgeContext {
  readonly config: Config;
  readonly newId: () => string;
  readonly now: number;
}

/** Turns a recorded request into its verdict: the operation to run, if any, the audit entry and the words. Pure. */
export function judge(request: Request, known: Known, facts: DecisionFacts, context: JudgeContext): Verdict {
  const { wish } = request;
  const decision = decide(
    { wish, who: known.who, roles: known.roles, home: known.home, facts },
    context.config,
  );
  const operation =
    decision.outcome === "allowed" ? newOperation(request, known, decision.rule, facts, context) : undefined;
  const audit = auditOf(wish, known, decision, context, operation?.id);
  switch (decision.outcome) {
    case "allowed":
      return {
        outcome: "accepted",
        answer: `${sentenceOf(wish)}: asked. The outcome will show on the card.`,
        audit,
        ...(operation === undefined ? {} : { operation }),
      };
    case "observed":
      return {
        outcome: "observed",
        answer: `I only observe here: I would have done it (${sentenceOf(wish)}, allowed by ${decision.rule}). Nothing was changed.`,
        audit,
      };
    case "refused":
      return { outcome: "refused", answer: `${decision.why} ${decision.help}`, audit };
    default:
      return decision satisfies never;
  }
}

/** The audit entry of a decision, refusals included. */
export function auditOf(
  wish: Wish,
  known: Known,
  decision: Decision,
  context: JudgeContext,
  operationId?: string,
): AuditEntry {
  return {
    id: context.newId(),
    at: context.now,
    who: {
      platform: known.who.platform,
      tenant: known.who.tenant,
      userId: known.who.userId,
      name: known.who.name,
    },
    ...personIn(known.who, context.config.people),
    what: wish.kind,
    outcome: decision.outcome,
    rule: decision.rule,
    detail: decision.outcome === "refused" ? decision.why : (wish.reason ?? ""),
    registry: wish.registry,
    repository: wish.repository,
    digest: wish.digest,
    ...(wish.target === undefined ? {} : { target: wish.target }),
    ...(operationId === undefined ? {} : { operationId }),
    configRevision: context.config.revision,
  };
}

/** `deploy shop/checkout:1.4.2 to staging`, for answers and logs. */
function sentenceOf(wish: Wish): string {
  const image = `${wish.repository}${wish.tag === undefined ? `@${wish.digest.slice(0, 19)}…` : `:${wish.tag}`}`;
  switch (wish.kind) {
    case "deploy":
      return `Deploy ${image} to ${wish.target}`;
    case "redeploy":
      return `Redeploy ${image} on ${wish.target}`;
    case "rollback":
      return `Roll back ${wish.repository} on ${wish.target} to ${wish.digest.slice(0, 19)}…`;
    case "release":
      return `Release ${image}`;
    case "reject":
      return `Reject ${image}`;
    default:
      return wish.kind satisfies never;
  }
}

function newOperation(
  request: Request,
  known: Known,
  rule: string,
  facts: DecisionFacts,
  context: JudgeContext,
): Operation {
  const { wish } = request;
  const before = currentOf(facts.placement)?.digest;
  const { platform, tenant, userId, name } = known.who;
  return {
    id: context.newId(),
    kind: wish.kind,
    registry: wish.registry,
    repository: wish.repository,
    digest: wish.digest,
    ...(wish.tag === undefined ? {} : { tag: wish.tag }),
    ...(wish.target === undefined ? {} : { target: wish.target }),
    requestedBy: { platform, tenant, userId, name },
    ...(wish.reason === undefined ? {} : { reason: wish.reason }),
    ...(request.channel === undefined ? {} : { channel: request.channel }),
    rule,
    requestId: request.id,
    state: "queued",
    requestedAt: context.now,
    ...(before === undefined ? {} : { digestBefore: before }),
    attempts: 0,
  };
}
