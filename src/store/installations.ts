import type { Installation } from "../nouns/installation.ts";
import { documentsOf, findDocument, saveDocument } from "./documents.ts";
import type { Engine } from "./engine/engine.ts";
import type { Store } from "./store.ts";

/** A tenant has fewer teams and chats with the bot than this; what is beyond is not listed. */
const MAX_LISTED = 5_000;

/** The verbs of the places where the bot is or was, as the platform told them. */
export function createInstallationVerbs(engine: Engine) {
  return {
    saveInstallation: (installation) => {
      const { platform, id } = installation;
      return engine.query((db) => saveDocument(db, "installations", { platform, id }, installation));
    },
    findInstallation: (platform, id) =>
      engine.query((db) => findDocument(db, "installations", { platform, id })),
    listInstallations: (platform) =>
      engine.query(async (db) => {
        const all = db.selectFrom("installations").select("facts").where("platform", "=", platform);
        return documentsOf<Installation>(await all.orderBy("id").limit(MAX_LISTED).execute());
      }),
  } satisfies Partial<Store>;
}
