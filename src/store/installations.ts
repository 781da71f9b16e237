import type { Installation } from "../nouns/installation.ts";
import type { Engine } from "./engine/engine.ts";
import type { Store } from "./store.ts";

/** A tenant has fewer teams and chats with the bot than this; what is beyond is not listed. */
const MAX_LISTED = 5_000;

type InstallationVerbs = Pick<Store, "saveInstallation" | "findInstallation" | "listInstallations">;

/** The verbs of the places where the bot is or was, as the platform told them. */
export function createInstallationVerbs(engine: Engine): InstallationVerbs {
  return {
    saveInstallation: async (installation) => {
      const { platform, id } = installation;
      const facts = JSON.stringify(installation);
      await engine.query((db) =>
        db
          .insertInto("installations")
          .values({ platform, id, facts })
          .onConflict((conflict) => conflict.columns(["platform", "id"]).doUpdateSet({ facts }))
          .execute(),
      );
    },
    findInstallation: (platform, id) =>
      engine.query(async (db) => {
        const row = await db
          .selectFrom("installations")
          .select("facts")
          .where("platform", "=", platform)
          .where("id", "=", id)
          .executeTakeFirst();
        return row === undefined ? undefined : (JSON.parse(row.facts) as Installation);
      }),
    listInstallations: (platform) =>
      engine.query(async (db) => {
        const rows = await db
          .selectFrom("installations")
          .select("facts")
          .where("platform", "=", platform)
          .orderBy("id")
          .limit(MAX_LISTED)
          .execute();
        return rows.map((row) => JSON.parse(row.facts) as Installation);
      }),
  };
}
