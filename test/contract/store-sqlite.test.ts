import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { storeContract } from "./store-contract.ts";

let directory = "";
let files = 0;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "acr-chatops-store-"));
});
afterAll(() => rm(directory, { recursive: true }));

storeContract("store on SQLite", {
  engine: "sqlite",
  newUrl: async () => {
    files += 1;
    return `sqlite:${join(directory, `${files}.db`)}`;
  },
});
