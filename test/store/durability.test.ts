import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { useSqliteFile } from "./sqlite-file.ts";

const recorder = fileURLToPath(new URL("./record-events.ts", import.meta.url));

describe("durability of recorded events", () => {
  const file = useSqliteFile();

  it("has every answered event after kill -9", async () => {
    const child = spawn(process.execPath, [recorder, `sqlite:${file.path}`, "16"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    for await (const chunk of child.stdout) {
      said += String(chunk);
      if (said.split("\n").length > 300 && !child.killed) child.kill("SIGKILL");
    }
    if (child.signalCode === null) await once(child, "exit");
    expect(child.signalCode).toBe("SIGKILL");
    const answered = said.split("\n").filter((line) => line.startsWith("recorded "));
    expect(answered.length).toBeGreaterThan(290);
    const { store } = await file.open();
    const kept = new Set<string>();
    const note = ({ event }: { event: { id: string } }) => {
      kept.add(`recorded ${event.id}`);
      return undefined;
    };
    while ((await store.foldBatch(1_000, note)) > 0);
    expect(answered.filter((line) => !kept.has(line))).toEqual([]);
  }, 30_000);

  const missing = whyNoStrace();
  if (missing !== undefined) process.stderr.write(`skipped: sync before every answer: ${missing}\n`);

  it.skipIf(missing !== undefined)(
    "syncs the log before every answer",
    () => {
      const count = 20;
      const trace = `${file.path}.trace`;
      const calls = "trace=fdatasync,fsync,write";
      const command = ["-f", "-y", "-e", calls, "-o", trace, process.execPath, recorder];
      const run = spawnSync("strace", [...command, `sqlite:${file.path}`, "1", String(count)], {
        encoding: "utf8",
      });
      expect(run.stderr).toBe("");
      const steps = stepsOf(readFileSync(trace, "utf8"));
      const answers = steps.filter((step, at) => {
        if (step === "answer") expect(steps[at - 1], `before answer at step ${at}`).toBe("synced");
        return step === "answer";
      }).length;
      expect(answers).toBe(count);
    },
    60_000,
  );
});

/** What the answering thread did, in order: finished syncs of the log, and answers. */
function stepsOf(trace: string): readonly ("synced" | "answer")[] {
  const lines = trace.split("\n");
  const isAnswer = /^(\d+) +write\(1<[^>]*>, "recorded event-/;
  const thread = lines.map((line) => isAnswer.exec(line)?.[1]).find((tid) => tid !== undefined);
  const steps: ("synced" | "answer")[] = [];
  let syncing = false;
  // `-y` shows the file behind a descriptor: 41 fdatasync(20</…/store.db-wal>) = 0, in two lines if another thread
  // makes a call meanwhile.
  for (const line of lines.filter((each) => each.startsWith(`${thread} `))) {
    if (isAnswer.test(line)) steps.push("answer");
    if (/(fdatasync|fsync)\(\d+<[^>]*store\.db-wal>/.test(line)) syncing = true;
    if (syncing && /(fdatasync|fsync).*\) += 0$/.test(line)) {
      steps.push("synced");
      syncing = false;
    }
  }
  return steps;
}

/** Why calls of a process cannot be watched here; undefined: they can. */
function whyNoStrace(): string | undefined {
  const probe = spawnSync("strace", ["-o", "/dev/null", "true"], { encoding: "utf8" });
  if (probe.error !== undefined) return `strace is not installed (${probe.error.message})`;
  return probe.status === 0 ? undefined : `strace is not permitted here (${probe.stderr.trim()})`;
}
