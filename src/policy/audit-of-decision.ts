import type { Config } from "../config/config.ts";
import type { AuditEntry } from "../nouns/audit-entry.ts";
import type { Decision } from "../nouns/decision.ts";
import type { Operation } from "../nouns/operation.ts";
import { isWish, type Order } from "../nouns/request.ts";
import { personIn } from "../nouns/same-person.ts";
import type { Verdict } from "../nouns/verdict.ts";
import { present } from "../present.ts";
import type { Asker, Refusal } from "./question.ts";
import { principalOfKnown } from "./roles.ts";

/** Who asks, and what makes a decision a durable thing: ids and time come from outside. */
export interface VerdictContext extends Asker {
  readonly config: Config;
  readonly newId: () => string;
}

/** The verdict of a refusal, whatever was asked for. */
export function refusedVerdict({ why, help, lacking }: Refusal, audit: AuditEntry): Verdict {
  return present({ outcome: "refused" as const, answer: `${why} ${help}`, audit, lacking });
}

/** The audit entry of a decision, refusals included; `operation` is the one that it made or is about. */
export function auditOf(
  order: Order,
  decision: Decision,
  context: VerdictContext,
  operation?: Operation,
): AuditEntry {
  const { config, now, who } = context;
  const about = isWish(order) ? order : order.kind === "suggest" ? order.wish : operation;
  const reason = order.kind === "suggest" ? order.wish.reason : order.reason;
  return present({
    id: context.newId(),
    at: now,
    who: principalOfKnown(context),
    ...personIn(who, config.people),
    what: order.kind,
    outcome: decision.outcome,
    rule: decision.rule,
    detail: decision.outcome === "refused" ? decision.why : glassFirst(decision, reason ?? ""),
    registry: about?.registry,
    repository: about?.repository,
    digest: about?.digest,
    target: targetOf(order, about),
    operationId: operation?.id,
    digestBefore: operation?.plan?.digestBefore,
    configRevision: config.revision,
  });
}

function glassFirst(decision: Decision, reason: string): string {
  return decision.outcome === "allowed" && decision.breakGlass === true ? `break-glass: ${reason}` : reason;
}

function targetOf(order: Order, about: { readonly target?: string } | undefined): string | undefined {
  if (order.kind !== "lock" && order.kind !== "unlock") return about?.target;
  return order.scope.kind === "all" ? "all" : order.scope.target;
}
