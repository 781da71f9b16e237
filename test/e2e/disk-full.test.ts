import { spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync, writeSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { waitForCard } from "../support/bot.ts";
import { createChildBotHome } from "../support/child-bot.ts";
import { startProgram } from "../support/child-program.ts";
import { press, submitReason, tagOf } from "../support/press.ts";
import { sendEvent } from "../support/send-event.ts";

const refusal = await mountSmallDisk().then(
  async (disk) => void (await disk[Symbol.asyncDispose]()),
  (error: Error) => error.message.trim(),
);
if (refusal !== undefined)
  process.stderr.write(`skipped: a full disk: tmpfs cannot be mounted: ${refusal}\n`);

/** A disk of 4 MB that is gone when it is disposed; throws mount's own words where that is not permitted. */
async function mountSmallDisk(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), "acr-chatops-disk-"));
  const mount = spawnSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", path], { encoding: "utf8" });
  if (mount.status !== 0) {
    await rm(path, { recursive: true });
    throw new Error(mount.error?.message ?? mount.stderr);
  }
  return {
    path,
    [Symbol.asyncDispose]: async () => {
      spawnSync("umount", [path]);
      await rm(path, { recursive: true });
    },
  };
}

/** Writes until there is no room for one byte more; disposing it frees the room. */
function fill(directory: string): AsyncDisposable {
  const path = join(directory, "filler");
  const file = openSync(path, "w");
  try {
    for (let size = 65_536; size >= 1; ) {
      try {
        writeSync(file, Buffer.alloc(size));
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
        size = Math.floor(size / 2);
      }
    }
  } finally {
    closeSync(file);
  }
  return { [Symbol.asyncDispose]: () => rm(path, { force: true }) };
}

describe.skipIf(refusal !== undefined)("a store whose disk is full", () => {
  it("refuses events with 503 and submissions with no answer, and goes on when there is room", async () => {
    await using disk = await mountSmallDisk();
    await using home = await createChildBotHome({
      overrides: () => ({ store: { url: `sqlite:${join(disk.path, "bot.db")}`, ephemeral: true } }),
    });
    const { world } = home;
    const bot = await home.start();
    world.registry.push({ repository: "shop/checkout", tag: "1.4.2" });
    const view = await press(world, "acr:deploy");
    {
      await using _full = fill(disk.path);
      // The log may have room left inside it for some events more.
      const statuses: number[] = [];
      while (statuses.at(-1) !== 503 && statuses.length < 500) {
        statuses.push((await sendEvent(bot.publicAddress, world)).status);
      }
      expect(statuses.slice(0, -1).filter((status) => status !== 200)).toEqual([]);
      const refused = await sendEvent(bot.publicAddress, world);
      expect(refused).toMatchObject({ status: 503, body: { error: { code: "store-unwritable" } } });
      const readiness = await fetch(`${bot.internalAddress}/readyz`);
      expect(readiness.status).toBe(503);
      expect(await readiness.json()).toMatchObject({ checks: { store: { status: "not-ready" } } });

      const submitted = await submitReason(world, view, "tax fix");
      expect(submitted.outcome).toBe("failed");
      expect(tagOf(world, "staging")).toBeUndefined();
    }
    expect((await sendEvent(bot.publicAddress, world)).status).toBe(200);
    expect((await fetch(`${bot.internalAddress}/readyz`)).status).toBe(200);
    expect((await submitReason(world, view, "tax fix")).outcome).toBe("closed");
    await waitForCard(world, ({ text }) => text.includes("Live on staging"));
    bot.kill("SIGTERM");
    expect(await bot.exit).toMatchObject({ code: 0 });
  });
});

const fullDevice = "/dev/full";
if (!existsSync(fullDevice)) process.stderr.write(`skipped: a log that is full: there is no ${fullDevice}\n`);

describe.skipIf(!existsSync(fullDevice))("a log that cannot be written", () => {
  it("does not end the bot: it starts, serves, and leaves with 0", async () => {
    await using home = await createChildBotHome();
    const { world } = home;
    const into = ["sh", "-c", `exec "$0" "$@" > ${fullDevice}`];
    const serve = ["src/main.ts", "serve", "--config", await home.configure()];
    await using bot = startProgram(serve, world.environment, into);
    await world.slack.waitFor(() => world.slack.calls("auth.test").length > 0, 20_000);
    bot.kill("SIGTERM");
    expect(await bot.exit).toMatchObject({ code: 0, stderr: "" });
  });
});
