import type { Config } from "../config/config.ts";
import type { AuditEntry } from "../nouns/audit-entry.ts";
import { isPlacing, type Operation } from "../nouns/operation.ts";
import type { PlacementChange } from "../nouns/placement.ts";
import { personIn } from "../nouns/same-person.ts";
import { countApprovals } from "../policy/approvals.ts";
import { present } from "../present.ts";
import type { OperationResult } from "../store/store.ts";
import type { Effect } from "./run-steps.ts";
import { messagesOfEnd, type ShownCard } from "./who-hears.ts";

export interface ResultContext {
  readonly config: Config;
  readonly newId: () => string;
  readonly now: number;
  /** The card that the operation is told on; undefined: its image is not known any more. */
  readonly card: ShownCard | undefined;
}

type End = Pick<OperationResult, "state" | "outcome" | "changed">;

/** How a run's end is written down: state, audit entry, what the placement runs, and replies to the cards. */
export function resultOf(operation: Operation, effect: Effect, context: ResultContext): OperationResult {
  const placementChange = placementChangeOf(operation, effect, context.now);
  return { ...endedAs(operation, endOf(effect), context), ...present({ placementChange }) };
}

/** The end of an operation whose approval was not given in time. */
export function expiredResult(operation: Operation, context: ResultContext): OperationResult {
  const { given, needed } = countApprovals(operation, context.config.people);
  const outcome = `its approvals did not come in time: ${given} of ${needed}`;
  return endedAs(operation, { state: "expired", outcome, changed: "no" }, context);
}

function endOf(effect: Effect): End {
  const { outcome } = effect;
  switch (effect.kind) {
    case "done":
      return { state: "succeeded", outcome };
    case "in-doubt":
      return { state: "in-doubt", outcome, changed: "unknown" };
    default:
      return { state: effect.kind, outcome, changed: effect.changed };
  }
}

function endedAs(operation: Operation, end: End, context: ResultContext): OperationResult {
  const { now, card, config } = context;
  const told =
    card === undefined ? [] : messagesOfEnd({ ...operation, state: end.state }, card, config.routes);
  return {
    ...end,
    at: now,
    audit: auditOfEnd(operation, end, context),
    messages: told.map((message) => ({ ...message, dueAt: now })),
  };
}

/** A deploy that changed its target and did not end well is what runs there now, and nothing to go back to. */
function placementChangeOf(operation: Operation, effect: Effect, at: number): PlacementChange | undefined {
  if (operation.target === undefined || !isPlacing(operation.kind)) return undefined;
  const change = { digest: operation.digest, at, how: operation.kind, operationId: operation.id };
  if (effect.kind === "done") return change;
  return effect.kind === "failed" && effect.changed === "yes" ? { ...change, unhealthy: true } : undefined;
}

function auditOfEnd(
  operation: Operation,
  { state, outcome }: End,
  { config, newId, now }: ResultContext,
): AuditEntry {
  const { requestedBy, digest, digestBefore } = operation;
  // Nobody asked for a roll back that came by itself.
  const who = operation.rollbackOf === undefined ? requestedBy : undefined;
  return {
    ...auditAbout(operation, { config, newId, now }),
    ...(who && { who, ...personIn(who, config.people) }),
    outcome: state,
    detail: outcome,
    ...present({ digestBefore, digestAfter: state === "succeeded" ? digest : undefined }),
  };
}

/** What every entry about an operation says. */
export function auditAbout(operation: Operation, context: Omit<ResultContext, "card">) {
  const { kind, rule, registry, repository, digest, id, target } = operation;
  const { config, newId, now } = context;
  return {
    id: newId(),
    at: now,
    what: kind,
    rule,
    registry,
    repository,
    digest,
    operationId: id,
    ...present({ target }),
    configRevision: config.revision,
  };
}
