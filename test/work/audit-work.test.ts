import { describe, expect, it } from "vitest";
import { ChatopsError } from "../../src/errors.ts";
import { auditWork } from "../../src/work/audit-work.ts";
import { createLogLines } from "../support/log-lines.ts";
import { createManualClock } from "../support/manual-clock.ts";

const dayMs = 86_400_000;

/** The audit's work over a store that has so many entries to seal and segments to prune. */
function start(waiting: number, segments: number, keepMs: number, refusal?: Error) {
  const clock = createManualClock();
  const { log, lines } = createLogLines();
  const asked: { readonly prunedBefore: number[] } = { prunedBefore: [] };
  let unsealed = waiting;
  let prunable = segments;
  const work = auditWork({
    store: {
      sealAudit: async (limit) => {
        const sealed = Math.min(unsealed, limit);
        unsealed -= sealed;
        return sealed;
      },
      pruneAudit: async (before) => {
        asked.prunedBefore.push(before);
        if (refusal !== undefined) throw refusal;
        prunable -= 1;
        return prunable >= 0 ? 5 : 0;
      },
      auditHead: async () => ({ number: 7, hash: "abc" }),
    },
    keepMs: () => keepMs,
    clock,
    log,
  });
  const turn = { lease: "l", attempts: 0, signal: new AbortController().signal, pause: async () => {} };
  const pauses = async (count: number) => {
    const seen: number[] = [];
    while (seen.length < count) {
      const outcome = await work.run("chain", turn);
      seen.push(outcome.kind === "again" ? outcome.afterMs : Number.NaN);
    }
    return seen;
  };
  const heads = () => lines().filter((line) => line.msg === "audit head");
  return { pauses, heads, lines, asked, clock, unsealed: () => unsealed };
}

describe("the audit's work", () => {
  it("seals all there is, prunes what is old slice by slice, and logs the head once a day", async () => {
    const made = start(2_500, 2, dayMs);
    expect(await made.pauses(6)).toEqual([1_000, 1_000, 1_000, 1_000, dayMs, dayMs]);
    expect(made.unsealed()).toBe(0);
    expect(made.heads()).toHaveLength(2);
    expect(made.heads()[0]).toMatchObject({ level: "info", number: 7, hash: "abc", head: "7:abc" });
    const [before = 0] = made.asked.prunedBefore;
    expect(made.clock.now() - before).toBeGreaterThanOrEqual(dayMs);
  });

  it("goes on where entries may not be removed, and says so", async () => {
    const refusal = new ChatopsError("store-unwritable", "the role has no right to delete");
    const made = start(5, 2, dayMs, refusal);
    expect(await made.pauses(2)).toEqual([dayMs, dayMs]);
    expect(made.heads()).toHaveLength(2);
    expect(made.lines().filter((line) => line.level === "warn")).toMatchObject([
      { error: "the role has no right to delete" },
      { error: "the role has no right to delete" },
    ]);
  });

  it("removes nothing where the audit is kept for ever", async () => {
    const made = start(5, 2, Number.POSITIVE_INFINITY);
    await made.pauses(1);
    expect(made.asked.prunedBefore).toEqual([]);
  });
});
