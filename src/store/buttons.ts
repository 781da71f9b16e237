import { findDocument } from "./documents.ts";
import type { Engine } from "./engine/engine.ts";
import type { Store } from "./store.ts";

/** The verbs of what rendered buttons stand for. */
export function createButtonVerbs(engine: Engine) {
  return {
    saveButtons: async (buttons) => {
      const saved_at = engine.now();
      const rows = new Map(
        buttons.map((button) => {
          const { reference } = button;
          return [reference, { reference, saved_at, facts: JSON.stringify(button) }];
        }),
      );
      if (rows.size === 0) return;
      await engine.query((db) =>
        db
          .insertInto("buttons")
          .values([...rows.values()])
          // A reference never changes its meaning; rendered again, it lives on.
          .onConflict((conflict) => conflict.column("reference").doUpdateSet({ saved_at }))
          .execute(),
      );
    },
    findButton: (reference) => engine.query((db) => findDocument(db, "buttons", { reference })),
  } satisfies Partial<Store>;
}
