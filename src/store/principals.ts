import { documentsOf, findDocument, saveDocument } from "./documents.ts";
import type { Engine } from "./engine/engine.ts";
import type { KnownGroup, Store } from "./store.ts";

/** The verbs of people and groups as they were last read from a platform. */
export function createPeopleVerbs(engine: Engine) {
  return {
    savePrincipal: (principal) => {
      const { platform, tenant, userId: user_id } = principal;
      return engine.query((db) => saveDocument(db, "principals", { platform, tenant, user_id }, principal));
    },
    findPrincipal: ({ platform, tenant, userId: user_id }) =>
      engine.query((db) => findDocument(db, "principals", { platform, tenant, user_id })),
    saveGroup: (group) => {
      const { platform, tenant, groupId: group_id } = group;
      return engine.query((db) => saveDocument(db, "groups", { platform, tenant, group_id }, group));
    },
    listGroups: () =>
      engine.query(async (db) => {
        const groups = db.selectFrom("groups").select("facts");
        const rows = await groups.orderBy("platform").orderBy("tenant").orderBy("group_id").execute();
        return documentsOf<KnownGroup>(rows);
      }),
  } satisfies Partial<Store>;
}
