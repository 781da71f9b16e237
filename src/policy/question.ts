import type { Config } from "../config/config.ts";
import type { Decision } from "../nouns/decision.ts";
import type { Request, Wish } from "../nouns/request.ts";
import type { DecisionFacts } from "../nouns/verdict.ts";
import type { Known } from "./roles.ts";

/** The part of the configuration that decides. */
export type Rules = Pick<
  Config,
  "mode" | "registries" | "targets" | "roles" | "people" | "freeze" | "routes"
>;

/** Who asks, and when. */
export interface Asker extends Known {
  /** Ms since the epoch. */
  readonly now: number;
  /** Whether the operator's kill switch is on. */
  readonly halted: boolean;
}

export interface Question extends Asker {
  readonly wish: Wish;
  readonly facts: DecisionFacts;
  /** The operation that is being decided again before its effect: it does not stand in its own way. */
  readonly again?: {
    readonly operationId: string;
    /** It goes back by itself after a failure: the configuration allows it, and no person. */
    readonly isRollbackByItself: boolean;
  };
}

export type Refusal = Extract<Decision, { outcome: "refused" }>;

const nothingChanged = "Nothing was changed.";

/** A refusal by a rule: why, in words for the person, and what helps. */
export function refuse(
  rule: string,
  why: string,
  help: string = nothingChanged,
  lacking: readonly string[] = [],
): Refusal {
  const refusal = { outcome: "refused", rule, why, help } as const;
  return lacking.length === 0 ? refusal : { ...refusal, lacking };
}

/** The same, where it helps to know besides that nothing was changed. */
export function refuseWith(rule: string, why: string, advice: string): Refusal {
  return refuse(rule, why, `${advice} ${nothingChanged}`);
}

/** Looks a name up that comes from people: every object has a "constructor" without being given one. */
export function ownOf<T>(named: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(named, name) ? named[name] : undefined;
}

/** A click that waited in the store while the bot was away is not what somebody wants hours later; in ms. */
export const oldestRequestMs = 60 * 60_000;

/** The decision on a request, or a refusal if it would be granted and was asked for more than an hour ago. */
export function inTime(decision: Decision, { at }: Pick<Request, "at">, { now }: Asker): Decision {
  return decision.outcome === "refused" || now - at <= oldestRequestMs
    ? decision
    : refuseWith("age", "This was asked for too long ago: I was away.", "Ask again.");
}
