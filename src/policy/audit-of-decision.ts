import type { Config } from "../config/config.ts";
import type { AuditEntry } from "../nouns/audit-entry.ts";
import type { Decision } from "../nouns/decision.ts";
import type { Operation } from "../nouns/operation.ts";
import { isWish, type Order } from "../nouns/request.ts";
import type { Verdict } from "../nouns/verdict.ts";
import { personIn } from "./persons.ts";
import { type Known, principalOfKnown } from "./roles.ts";

/** What makes a decision a durable thing: ids and time come from outside. */
export interface VerdictContext {
  readonly config: Config;
  readonly newId: () => string;
  readonly now: number;
  /** Whether the operator's kill switch is on. */
  readonly halted: boolean;
}

/** The verdict of a refusal, whatever was asked for. */
export function refusedVerdict(
  decision: Extract<Decision, { outcome: "refused" }>,
  audit: AuditEntry,
): Verdict {
  return {
    outcome: "refused",
    answer: `${decision.why} ${decision.help}`,
    audit,
    ...(decision.lacking === undefined ? {} : { lacking: decision.lacking }),
  };
}

/** The audit entry of a decision, refusals included; `operation` is the one that it made or is about. */
export function auditOf(
  order: Order,
  known: Known,
  decision: Decision,
  context: VerdictContext,
  operation?: Operation,
): AuditEntry {
  const about = isWish(order) ? order : order.kind === "suggest" ? order.wish : operation;
  const reason = order.kind === "suggest" ? order.wish.reason : order.reason;
  return {
    id: context.newId(),
    at: context.now,
    who: principalOfKnown(known),
    ...personIn(known.who, context.config.people),
    what: order.kind,
    outcome: decision.outcome,
    rule: decision.rule,
    detail: decision.outcome === "refused" ? decision.why : glassFirst(decision, reason ?? ""),
    ...(about === undefined
      ? {}
      : { registry: about.registry, repository: about.repository, digest: about.digest }),
    ...targetOf(order, about),
    ...(operation === undefined ? {} : { operationId: operation.id }),
    ...(operation?.plan?.digestBefore === undefined ? {} : { digestBefore: operation.plan.digestBefore }),
    configRevision: context.config.revision,
  };
}

function glassFirst(decision: Decision, reason: string): string {
  return decision.outcome === "allowed" && decision.breakGlass === true ? `break-glass: ${reason}` : reason;
}

function targetOf(order: Order, about: { readonly target?: string } | undefined): Pick<AuditEntry, "target"> {
  if (order.kind === "lock" || order.kind === "unlock")
    return { target: order.scope.kind === "all" ? "all" : order.scope.target };
  return about?.target === undefined ? {} : { target: about.target };
}
