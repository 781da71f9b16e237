import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Overrides } from "../../demo/configuration.ts";
import { createWorld, type World } from "../../demo/world.ts";
import { writeConfiguration } from "../support/bot.ts";
import { createChildBotHome } from "../support/child-bot.ts";
import { startProgram } from "../support/child-program.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

/** Runs `serve` to its end, which must be a failed start: code 1, nothing on stdout, no stack. Gives its lines. */
async function refusalOf(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = world.environment,
): Promise<readonly string[]> {
  await using program = startProgram(["src/main.ts", "serve", ...args], environment);
  const { code, stdout, stderr } = await program.exit;
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).not.toMatch(/^\s+at |node:internal|Error:/m);
  for (const secret of Object.values(world.secrets)) expect(stderr).not.toContain(secret);
  return stderr.trimEnd().split("\n");
}

/** A store elsewhere. */
const storeAt = (path: string, ephemeral = true): Overrides => ({
  store: { url: `sqlite:${path}`, ephemeral },
});

/** A port of loopback that is taken until the server is closed. */
async function takePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { port, [Symbol.dispose]: () => void server.close() };
}

const isRoot = process.getuid?.() === 0;
if (isRoot) process.stderr.write("skipped: a directory that cannot be written: root can write everywhere\n");
const shm = "/dev/shm";
const hasShm = existsSync(shm);
if (!hasShm) process.stderr.write(`skipped: a store on tmpfs: there is no ${shm}\n`);

describe("a start that fails", () => {
  it("refuses a second bot on the same SQLite file, and leaves the first alone", async () => {
    await using home = await createChildBotHome();
    const first = await home.start();
    const file = await writeConfiguration(home.world);
    const lines = await refusalOf(["--config", file], home.world.environment);
    expect(lines).toEqual([
      expect.stringMatching(/^acr-chatops: The store .*acr-chatops\.db is in use .*\[store-locked\]$/),
    ]);
    expect((await fetch(`${first.internalAddress}/readyz`)).status).toBe(200);
  });

  it("names every problem of a configuration with its place", async () => {
    const file = join(world.directory, "wrong.yaml");
    await writeFile(file, "mode: loud\nregistries: {}\nrouts: []\n");
    const lines = await refusalOf(["--config", file]);
    expect(lines.join("\n")).toMatch(/wrong\.yaml:1:7 mode: /);
    expect(lines.join("\n")).toMatch(/wrong\.yaml:3:1 routs: /);
    expect(lines.at(-1)).toMatch(/\[config-invalid\]$/);
  });

  it("names a missing file and a missing secret", async () => {
    expect((await refusalOf(["--config", join(world.directory, "none.yaml")])).join("\n")).toMatch(
      /none\.yaml/,
    );
    const { SLACK_BOT_TOKEN, ...rest } = world.environment;
    const lines = await refusalOf(["--config", await writeConfiguration(world)], rest);
    expect(lines).toEqual([expect.stringMatching(/slack\.botToken: .*SLACK_BOT_TOKEN/)]);
  });

  it("names what is missing when there is neither a file nor variables", async () => {
    const lines = await refusalOf([], {});
    expect(lines.join("\n")).toMatch(/ACR_LOGIN_SERVER.*ACR_WEBHOOK_SECRET.*SLACK_WEBHOOK_URL/s);
    expect(lines.at(-1)).toMatch(/--config/);
  });

  it.each(["port", "internalPort"])("names a %s that is in use", async (key) => {
    using taken = await takePort();
    const server = { host: "127.0.0.1", port: 0, internalPort: 0, [key]: taken.port };
    const lines = await refusalOf(["--config", await writeConfiguration(world, 0, { server })]);
    expect(lines).toEqual([
      expect.stringMatching(
        new RegExp(`Cannot listen on .*:${taken.port}.*server\\.${key}.*\\[port-in-use\\]$`),
      ),
    ]);
  });

  it.skipIf(!hasShm)("refuses a store on a disk that is lost", async () => {
    const directory = await mkdtemp(join(shm, "acr-chatops-"));
    try {
      const file = await writeConfiguration(world, 0, storeAt(join(directory, "bot.db"), false));
      expect(await refusalOf(["--config", file])).toEqual([
        expect.stringMatching(/tmpfs.*store\.ephemeral.*\[store-ephemeral\]$/),
      ]);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it("names a directory that cannot be used", async () => {
    await writeFile(join(world.directory, "file"), "");
    const file = await writeConfiguration(world, 0, storeAt(join(world.directory, "file", "bot.db")));
    expect(await refusalOf(["--config", file])).toEqual([expect.stringMatching(/\[store-unwritable\]$/)]);
  });

  it.skipIf(isRoot)("names a directory that cannot be written", async () => {
    const directory = join(world.directory, "sealed");
    await mkdir(directory);
    await chmod(directory, 0o555);
    const file = await writeConfiguration(world, 0, storeAt(join(directory, "bot.db")));
    expect(await refusalOf(["--config", file])).toEqual([expect.stringMatching(/\[store-unwritable\]$/)]);
  });

  it("says what a file is that is no store", async () => {
    const path = join(world.directory, "not-a-store.db");
    await writeFile(path, "this is not SQLite at all, but long enough to be looked at ".repeat(20));
    const file = await writeConfiguration(world, 0, storeAt(path));
    expect(await refusalOf(["--config", file])).toEqual([
      expect.stringMatching(/not-a-store\.db cannot be opened .*\[store-unwritable\]$/),
    ]);
  });
});
