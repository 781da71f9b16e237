import { describe, it } from "vitest";
import { whyNoPostgres } from "../store/postgres-server.ts";
import { newStore } from "../support/shared-programs.ts";
import { storeContract } from "./store-contract.ts";

const missing = await whyNoPostgres();

if (missing !== undefined) {
  process.stderr.write(`skipped: store on PostgreSQL: ${missing}\n`);
  describe("store on PostgreSQL", () => it.skip(missing, () => {}));
} else {
  storeContract("store on PostgreSQL", {
    engine: "postgres",
    newUrl: newStore,
  });
}
