import type { Engine } from "./engine/engine.ts";
import type { Store } from "./store.ts";

/** The verbs of what people typed and was taken. */
export function createHeardVerbs(engine: Engine) {
  return {
    wasHeard: (id) =>
      engine.query(async (db) => {
        const heard = db.selectFrom("heard_messages").select("id").where("id", "=", id);
        return (await heard.executeTakeFirst()) !== undefined;
      }),
    noteHeard: async (id, at) => {
      await engine.query((db) =>
        db
          .insertInto("heard_messages")
          .values({ id, at })
          .onConflict((conflict) => conflict.column("id").doNothing())
          .execute(),
      );
    },
  } satisfies Partial<Store>;
}
