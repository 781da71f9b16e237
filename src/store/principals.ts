import type { KnownPrincipal } from "../nouns/principal.ts";
import type { Engine } from "./engine/engine.ts";
import type { KnownGroup, Store } from "./store.ts";

type PeopleVerbs = Pick<Store, "savePrincipal" | "findPrincipal" | "saveGroup" | "listGroups">;

/** The verbs of people and groups as they were last read from a platform. */
export function createPeopleVerbs(engine: Engine): PeopleVerbs {
  return {
    savePrincipal: async (principal) => {
      const { platform, tenant, userId } = principal;
      const facts = JSON.stringify(principal);
      await engine.query((db) =>
        db
          .insertInto("principals")
          .values({ platform, tenant, user_id: userId, facts })
          .onConflict((conflict) =>
            conflict.columns(["platform", "tenant", "user_id"]).doUpdateSet({ facts }),
          )
          .execute(),
      );
    },
    findPrincipal: ({ platform, tenant, userId }) =>
      engine.query(async (db) => {
        const row = await db
          .selectFrom("principals")
          .select("facts")
          .where("platform", "=", platform)
          .where("tenant", "=", tenant)
          .where("user_id", "=", userId)
          .executeTakeFirst();
        return row === undefined ? undefined : (JSON.parse(row.facts) as KnownPrincipal);
      }),
    saveGroup: async (group) => {
      const { platform, tenant, groupId } = group;
      const facts = JSON.stringify(group);
      await engine.query((db) =>
        db
          .insertInto("groups")
          .values({ platform, tenant, group_id: groupId, facts })
          .onConflict((conflict) =>
            conflict.columns(["platform", "tenant", "group_id"]).doUpdateSet({ facts }),
          )
          .execute(),
      );
    },
    listGroups: () =>
      engine.query(async (db) => {
        const rows = await db
          .selectFrom("groups")
          .select("facts")
          .orderBy("platform")
          .orderBy("tenant")
          .orderBy("group_id")
          .execute();
        return rows.map((row) => JSON.parse(row.facts) as KnownGroup);
      }),
  };
}
