import type { KnownPrincipal } from "../../src/nouns/principal.ts";
import type { Order, Request } from "../../src/nouns/request.ts";
import type { Verdicts } from "../../src/nouns/verdict.ts";
import type { VerdictContext } from "../../src/policy/audit-of-decision.ts";
import type { Rules } from "../../src/policy/question.ts";
import { createVerdicts } from "../../src/policy/verdicts.ts";
import { aConfig } from "../support/registry-config.ts";
import { home, rulesWith, tenant, wednesday } from "./questions.ts";

export interface Situation {
  readonly who: KnownPrincipal;
  readonly roles: readonly string[];
  readonly rules?: Partial<Rules>;
  readonly now?: number;
  readonly halted?: boolean;
}

/** Verdicts on what one person asks for; ids are id1, id2 … in the order in which they are taken. */
export function verdictsFor({ who, roles, rules, now = wednesday, halted = false }: Situation): Verdicts {
  let count = 0;
  const context: VerdictContext = {
    config: { ...aConfig([]), ...rulesWith(rules), revision: "rev1" },
    newId: () => {
      count += 1;
      return `id${count}`;
    },
    now,
    halted,
    who,
    roles,
    home: who.platform === "slack" ? home : tenant,
  };
  return createVerdicts(context);
}

/** An order as it was recorded. */
export function aRequest({ platform, tenant: of, userId, name }: KnownPrincipal, wish: Order): Request {
  const who = { platform, tenant: of, userId, name };
  return { id: "q1", who, order: wish, at: wednesday - 5, channel: "slack:C1", buttonReference: "ref" };
}
