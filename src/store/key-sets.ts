import type { Engine } from "./engine/engine.ts";
import type { Store } from "./store.ts";

/** The verbs of the public keys that sign other services' tokens: read in the background, used without any network. */
export function createSigningKeyVerbs(engine: Engine) {
  return {
    saveKeySet: async ({ issuer, jwks, readAt }) => {
      await engine.query((db) =>
        db
          .insertInto("signing_keys")
          .values({ issuer, jwks, read_at: readAt })
          .onConflict((conflict) => conflict.column("issuer").doUpdateSet({ jwks, read_at: readAt }))
          .execute(),
      );
    },
    findKeySet: (issuer) =>
      engine.query(async (db) => {
        const found = db.selectFrom("signing_keys").selectAll().where("issuer", "=", issuer);
        const row = await found.executeTakeFirst();
        return row === undefined ? undefined : { issuer, jwks: row.jwks, readAt: row.read_at };
      }),
  } satisfies Partial<Store>;
}
