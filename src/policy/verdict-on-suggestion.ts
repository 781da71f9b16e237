import { subjectOf } from "../nouns/artifact.ts";
import type { Decision } from "../nouns/decision.ts";
import type { Operation } from "../nouns/operation.ts";
import { principalKey } from "../nouns/principal.ts";
import type { Request, Suggestion, Wish } from "../nouns/request.ts";
import type { DecisionFacts, Verdict } from "../nouns/verdict.ts";
import { present } from "../present.ts";
import { auditOf, refusedVerdict, type VerdictContext } from "./audit-of-decision.ts";
import { decideWish } from "./decide-wish.ts";
import { askerOf, refuse } from "./question.ts";
import { type Known, principalOfKnown } from "./roles.ts";
import { sentenceOf } from "./sentences.ts";

/** A suggestion that nobody has taken up by then is nobody's any more. */
const suggestionMs = 4 * 60 * 60_000;

/** The verdict on a suggestion: whoever has the role could do this now, and this person could not. */
export function verdictOnSuggestion(
  request: Request,
  wish: Wish,
  known: Known,
  facts: DecisionFacts,
  context: VerdictContext,
): Verdict {
  const own = decideWish({ ...askerOf(known, context), wish, facts }, context.config);
  const roles = own.outcome === "refused" ? (own.lacking ?? []) : [];
  const decision = roles.length === 0 ? notToSuggest(own) : decideFor(roles, wish, known, facts, context);
  const order = { kind: "suggest", wish } as const;
  const audit = auditOf(order, known, decision, context);
  if (decision.outcome === "refused") return refusedVerdict(decision, audit);
  const suggestion: Suggestion = {
    id: context.newId(),
    wish,
    by: principalOfKnown(known),
    at: context.now,
    expiresAt: context.now + suggestionMs,
    roles,
    ...present({ channel: request.channel }),
  };
  return {
    outcome: "accepted",
    answer: `${sentenceOf(wish)}: suggested to ${roles.join(", ")}.`,
    audit,
    consequence: {
      kind: "set",
      standing: { kind: "suggestion", key: suggestion.id, until: suggestion.expiresAt, facts: suggestion },
      shownOn: { kind: "subject", subject: subjectOf(wish) },
    },
  };
}

/** Whoever accepts asks within the suggestion's time, so their operation is among so many of the repository's newest. */
export const closedAmong = 50;

/** Why a suggestion can no longer be taken up, in words for people; undefined: it can. */
export function whyClosed(
  { wish, by, at, expiresAt }: Suggestion,
  operations: readonly Operation[],
  now: number,
): string | undefined {
  const taken = operations.find(
    ({ suggestedBy, requestedAt, kind, digest, target }) =>
      suggestedBy !== undefined &&
      principalKey(suggestedBy) === principalKey(by) &&
      requestedAt >= at &&
      kind === wish.kind &&
      digest === wish.digest &&
      target === wish.target,
  );
  if (taken !== undefined) return `${taken.requestedBy.name} has asked for it already.`;
  return expiresAt <= now ? "This suggestion is over: its time has passed." : undefined;
}

function notToSuggest(own: Decision): Decision {
  return own.outcome === "refused"
    ? own
    : refuse("suggestion", "You may ask for this yourself.", "Press its button. Nothing was changed.");
}

/** What would be decided if they had the role: what nobody could do is not suggested to anybody. */
function decideFor(
  roles: readonly string[],
  wish: Wish,
  known: Known,
  facts: DecisionFacts,
  context: VerdictContext,
): Decision {
  const decision = decideWish({ ...askerOf({ ...known, roles }, context), wish, facts }, context.config);
  return decision.outcome === "refused" ? decision : { outcome: "allowed", rule: "suggestion" };
}
