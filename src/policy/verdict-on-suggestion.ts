import { subjectOf } from "../nouns/artifact.ts";
import type { Decision } from "../nouns/decision.ts";
import type { Operation } from "../nouns/operation.ts";
import { principalKey } from "../nouns/principal.ts";
import type { Request, Suggestion, Wish } from "../nouns/request.ts";
import type { DecisionFacts, Verdict } from "../nouns/verdict.ts";
import { present } from "../present.ts";
import { auditOf, refusedVerdict, type VerdictContext } from "./audit-of-decision.ts";
import { decideWish } from "./decide-wish.ts";
import { refuseWith } from "./question.ts";
import { principalOfKnown } from "./roles.ts";
import { sentenceOf } from "./sentences.ts";

/** A suggestion that nobody has taken up by then is nobody's any more. */
const suggestionMs = 4 * 60 * 60_000;

/** The verdict on a suggestion: whoever has the role could do this now, and this person could not. */
export function verdictOnSuggestion(
  request: Request,
  wish: Wish,
  facts: DecisionFacts,
  context: VerdictContext,
): Verdict {
  const { config, now: at } = context;
  const own = decideWish({ ...context, wish, facts }, config);
  const roles = own.outcome === "refused" ? (own.lacking ?? []) : [];
  // What would be decided if they had the role: what nobody could do is not suggested to anybody.
  const decision =
    roles.length === 0 ? notToSuggest(own) : decideWish({ ...context, roles, wish, facts }, config);
  const isRefused = decision.outcome === "refused";
  const told = isRefused ? decision : ({ outcome: "allowed", rule: "suggestion" } as const);
  const audit = auditOf({ kind: "suggest", wish }, told, context);
  if (isRefused) return refusedVerdict(decision, audit);
  const by = principalOfKnown(context);
  const times = { at, expiresAt: at + suggestionMs };
  const suggestion = present({ id: context.newId(), wish, by, ...times, roles, channel: request.channel });
  const answer = `${sentenceOf(wish)}: suggested to ${roles.join(", ")}.`;
  const { id: key, expiresAt: until } = suggestion;
  const standing = { kind: "suggestion", key, until, facts: suggestion } as const;
  const shownOn = { kind: "subject", subject: subjectOf(wish) } as const;
  return { outcome: "accepted", answer, audit, consequence: { kind: "set", standing, shownOn } };
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
    : refuseWith("suggestion", "You may ask for this yourself.", "Press its button.");
}
