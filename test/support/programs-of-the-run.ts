import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { chromium } from "playwright-core";
import type { TestProject } from "vitest/node";
import { describeError } from "../../src/errors.ts";
import { type PostgresServer, startPostgres } from "../store/postgres-server.ts";
import { chromiumArguments, chromiumPath } from "./chromium.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where tests ask for the one PostgreSQL and the one Chromium of the whole run. */
    readonly programsAddress: string;
  }
}

/** Starts each program when the first test asks for it, and ends it after the last. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  let postgres: Promise<PostgresServer> | undefined;
  let browser: ReturnType<typeof chromium.launchServer> | undefined;
  const answers: Readonly<Record<string, () => Promise<string>>> = {
    "/database": async () => {
      postgres ??= startPostgres();
      return await (await postgres).newDatabase();
    },
    "/store": async () => {
      postgres ??= startPostgres();
      return await (await postgres).newStore();
    },
    "/browser": async () => {
      browser ??= chromium.launchServer({ executablePath: chromiumPath, args: [...chromiumArguments] });
      return (await browser).wsEndpoint();
    },
  };
  const server = createServer((request, response) => {
    const answer = answers[request.url ?? ""] ?? (() => Promise.reject(new Error("no such program")));
    answer().then(
      (address) => response.end(address),
      (error: unknown) => response.writeHead(500).end(describeError(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  project.provide("programsAddress", `http://127.0.0.1:${port}`);
  return async () => {
    server.closeAllConnections();
    server.close();
    await Promise.allSettled([postgres?.then((it) => it.stop()), browser?.then((it) => it.close())]);
  };
}
