import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createChildBotHome } from "../support/child-bot.ts";
import { aPushEvent, sendEvent } from "../support/send-event.ts";

const missing = whyNoStrace();
if (missing !== undefined) process.stderr.write(`skipped: fdatasync before every 2xx: ${missing}\n`);

// `-D`: the traced program is our child, not strace, so that ending it ends both. `-y` shows the file of a descriptor.
const strace = (file: string) => [
  ...["strace", "-D", "-f", "-y", "-s", "16384", "-o", file],
  ...["-e", "trace=pwrite64,fdatasync,fsync,write,writev"],
];

// Only a sync shows that what was answered survives a power cut: `kill -9` leaves the page cache.
describe.skipIf(missing !== undefined)("the answer to an event", () => {
  it("is sent when the event's own bytes are in the log and the log is synced", async () => {
    await using home = await createChildBotHome();
    const { world } = home;
    const file = join(world.directory, "trace.txt");
    const bot = await home.start({ through: strace(file) });
    const events = Array.from({ length: 12 }, () => aPushEvent(world));
    // One alone, some after each other, and some at once, which share one commit.
    for (const event of events.slice(0, 4)) {
      expect((await sendEvent(bot.publicAddress, world, event)).status).toBe(200);
    }
    const together = events.slice(4).map((event) => sendEvent(bot.publicAddress, world, event));
    for (const { status } of await Promise.all(together)) expect(status).toBe(200);
    bot.kill("SIGTERM");
    expect(await bot.exit).toMatchObject({ code: 0 });

    const trace = (await readFile(file, "utf8")).split("\n");
    for (const { id } of events) {
      const written = trace.findIndex((line) => /pwrite64\(\d+<[^>]*-wal>/.test(line) && line.includes(id));
      const answered = trace.findIndex((line) => /"HTTP\/1\.1 200 /.test(line) && line.includes(id));
      const synced = endOfSync(trace, written);
      expect(written, `${id} is written to the log`).toBeGreaterThan(-1);
      expect(answered, `${id} is answered`).toBeGreaterThan(-1);
      expect(synced, `${id} is synced before its answer`).toBeLessThan(answered);
    }
  }, 60_000);
});

/** The line in which the first sync of the log that began after `from` has ended well; Infinity if none has. */
function endOfSync(trace: readonly string[], from: number): number {
  const began = trace.findIndex((line, at) => at > from && /(fdatasync|fsync)\(\d+<[^>]*-wal>/.test(line));
  const [thread] = trace[began]?.split(" ") ?? [];
  // Another thread's call in between cuts it in two: `<unfinished ...>`, and later `<... fdatasync resumed>) = 0`.
  const ended = trace.findIndex(
    (line, at) => at >= began && line.startsWith(`${thread} `) && /(fdatasync|fsync).*\)\s+= 0$/.test(line),
  );
  return began === -1 || ended === -1 ? Number.POSITIVE_INFINITY : ended;
}

/** Why calls of a process cannot be watched here; undefined: they can. */
function whyNoStrace(): string | undefined {
  const probe = spawnSync("strace", ["-o", "/dev/null", "true"], { encoding: "utf8" });
  if (probe.error !== undefined) return `strace is not installed (${probe.error.message})`;
  return probe.status === 0 ? undefined : `strace is not permitted here (${probe.stderr.trim()})`;
}
