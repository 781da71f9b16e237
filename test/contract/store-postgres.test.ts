import { afterAll, beforeAll, describe, it } from "vitest";
import { type PostgresServer, startPostgres, whyNoPostgres } from "../store/postgres-server.ts";
import { storeContract } from "./store-contract.ts";

const missing = await whyNoPostgres();

if (missing !== undefined) {
  process.stderr.write(`skipped: store on PostgreSQL: ${missing}\n`);
  describe("store on PostgreSQL", () => it.skip(missing, () => {}));
} else {
  let server: PostgresServer | undefined;
  // The first initdb on a cold disk took 4 s here.
  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(() => server?.stop());
  storeContract("store on PostgreSQL", {
    engine: "postgres",
    newUrl: async () => {
      if (server === undefined) throw new Error("PostgreSQL is not running");
      return await server.newDatabase();
    },
  });
}
