import { type Expression, type SqlBool, sql } from "kysely";
import type { Engine } from "./engine.ts";

/** Whether a row's lease is free by the clock that leases go by. */
export function isUnleased(engine: Engine): Expression<SqlBool> {
  return sql<SqlBool>`(lease_until is null or lease_until <= ${engine.leaseClock()})`;
}

/** When a lease that is taken now ends, by the clock that leases go by. */
export function leaseEnd(engine: Engine, leaseMs: number): Expression<number> {
  return sql<number>`${engine.leaseClock()} + cast(${leaseMs} as bigint)`;
}

/**
 * Frees every lease. Only for a store that this process holds alone: whoever held them is dead, and what they had
 * begun is claimable at once.
 */
export async function voidLeases(engine: Engine): Promise<void> {
  await engine.transaction(async (tx) => {
    await tx
      .updateTable("messages")
      .set({ lease_token: null, lease_until: null })
      .where("lease_until", "is not", null)
      .execute();
    // It stays `running` or `cancelling`, with its lane held, until somebody claims it and goes on.
    await tx
      .updateTable("operations")
      .set({ lease_token: null, lease_until: 0 })
      .where(sql<SqlBool>`state in ('running', 'cancelling')`)
      .execute();
    await tx
      .updateTable("artifacts")
      .set({ verify_lease_until: null })
      .where("verify_due_at", "is not", null)
      .where("verify_lease_until", "is not", null)
      .execute();
  });
}
