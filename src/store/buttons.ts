import type { ButtonMeaning } from "../nouns/request.ts";
import type { Engine } from "./engine/engine.ts";
import type { Store } from "./store.ts";

type ButtonVerbs = Pick<Store, "saveButtons" | "findButton">;

/** The verbs of what rendered buttons stand for. */
export function createButtonVerbs(engine: Engine): ButtonVerbs {
  return {
    saveButtons: async (buttons) => {
      const saved_at = engine.now();
      const rows = new Map(
        buttons.map((button) => [
          button.reference,
          { reference: button.reference, saved_at, facts: JSON.stringify(button) },
        ]),
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
    findButton: (reference) =>
      engine.query(async (db) => {
        const row = await db
          .selectFrom("buttons")
          .select("facts")
          .where("reference", "=", reference)
          .executeTakeFirst();
        return row === undefined ? undefined : (JSON.parse(row.facts) as ButtonMeaning);
      }),
  };
}
