import { describe, expect, it } from "vitest";
import { createOnce } from "../../../src/bot/converse/once.ts";
import { createLog } from "../../../src/log.ts";
import { useSqliteFile } from "../../store/sqlite-file.ts";
import { createManualClock } from "../../support/manual-clock.ts";

describe("one message is one command", () => {
  const file = useSqliteFile();
  const clock = createManualClock();
  const log = createLog({ level: "error", destination: { write: () => undefined }, secrets: () => [] });
  const counted = () => {
    const count = { runs: 0 };
    const run = async () => {
      count.runs += 1;
    };
    return { count, run };
  };

  it("after a restart, too", async () => {
    const { store } = await file.open();
    const { count, run } = counted();
    expect(await createOnce({ store, clock, log })("slack:C1:1.1", run)).toBe(true);
    // Another process on the same store.
    const later = createOnce({ store, clock, log });
    expect(await later("slack:C1:1.1", run)).toBe(false);
    expect(await later("slack:C1:1.2", run)).toBe(true);
    expect(count.runs).toBe(2);
  });

  it("while the first is still running, and not if that failed", async () => {
    const { store } = await file.open();
    const once = createOnce({ store, clock, log });
    const { count, run } = counted();
    const both = await Promise.all([once("slack:C1:2", run), once("slack:C1:2", run)]);
    expect(both.toSorted()).toEqual([false, true]);
    await expect(once("slack:C1:3", () => Promise.reject(new Error("store")))).rejects.toThrow("store");
    expect(await once("slack:C1:3", run)).toBe(true);
    expect(count.runs).toBe(2);
  });

  it("where it cannot be noted, in this process at least", async () => {
    const { store } = await file.open();
    const broken = { wasHeard: store.wasHeard, noteHeard: () => Promise.reject(new Error("full")) };
    const once = createOnce({ store: broken, clock, log });
    const { count, run } = counted();
    expect(await once("slack:C1:4", run)).toBe(true);
    expect(await once("slack:C1:4", run)).toBe(false);
    expect(count.runs).toBe(1);
  });
});
