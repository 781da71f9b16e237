import { subjectOf } from "../../src/nouns/artifact.ts";
import { type Lock, lockKey } from "../../src/nouns/lock.ts";
import type { Principal } from "../../src/nouns/principal.ts";
import type { Order, Request, Suggestion } from "../../src/nouns/request.ts";
import type { Consequence, Verdict, Verdicts } from "../../src/nouns/verdict.ts";
import { present } from "../../src/present.ts";
import type { Store } from "../../src/store/store.ts";
import type { StoreKit } from "./store-kit.ts";
import { audit, byWish, refuse, request } from "./store-samples.ts";

export const ben: Principal = { platform: "teams", tenant: "t", userId: "ben", name: "Ben" };

/** Records one order and has it decided; what comes of it is what the verdicts say. */
export function useOrders(kit: StoreKit) {
  let orders = 0;
  return async (what: Order, verdicts: Partial<Verdicts>, who = ben, store: Store = kit.store) => {
    orders += 1;
    const asked = request({ id: `order ${orders}`, who, order: what, at: 5_000 });
    await kit.store.recordRequest(asked);
    return await store.decideRequest(asked.id, { ...byWish(refuse), ...verdicts });
  };
}

/** A lock on its scope. */
export function lockSet(lock: Lock): Consequence {
  const key = lockKey(lock.scope);
  return {
    kind: "set",
    standing: { kind: "lock", key, facts: lock, ...present({ until: lock.until }) },
    shownOn: lock.scope,
  };
}

/** A suggestion, shown on its card. */
export function suggestionSet(suggestion: Suggestion): Consequence {
  const { id: key, expiresAt: until, wish } = suggestion;
  const shownOn = { kind: "subject", subject: subjectOf(wish) } as const;
  return { kind: "set", standing: { kind: "suggestion", key, until, facts: suggestion }, shownOn };
}

/** A verdict with such a consequence. */
export function verdict(of: Request, consequence: Consequence): Verdict {
  return {
    audit: audit({ id: `audit of ${of.id}`, at: 5_000 }),
    outcome: "accepted",
    answer: "Done.",
    consequence,
  };
}
