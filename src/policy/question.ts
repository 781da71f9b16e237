import type { Config } from "../config/config.ts";
import type { Decision } from "../nouns/decision.ts";
import type { KnownPrincipal } from "../nouns/principal.ts";
import type { Wish } from "../nouns/request.ts";
import type { DecisionFacts } from "../nouns/verdict.ts";

/** The part of the configuration that decides. */
export type Rules = Pick<Config, "mode" | "registries" | "targets" | "roles" | "people" | "freeze">;

/** Who asks, and when. */
export interface Asker {
  readonly who: KnownPrincipal;
  /** Names of the roles that they have now. */
  readonly roles: readonly string[];
  /** Our own workspace or tenant; undefined while it is not known. */
  readonly home: string | undefined;
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

/** A refusal by a rule: why, in words for the person, and what helps. */
export function refuse(rule: string, why: string, help: string, lacking?: readonly string[]): Refusal {
  return {
    outcome: "refused",
    rule,
    why,
    help,
    ...(lacking === undefined || lacking.length === 0 ? {} : { lacking }),
  };
}

/** Looks a name up that comes from people: every object has a "constructor" without being given one. */
export function ownOf<T>(named: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(named, name) ? named[name] : undefined;
}
