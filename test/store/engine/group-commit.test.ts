import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { RecordedAs, Store } from "../../../src/store/store.ts";
import { claimMessage } from "../../contract/claim-work.ts";
import { artifact, change, root, sighting } from "../../contract/store-samples.ts";
import { useSqliteFile } from "../sqlite-file.ts";

describe("group commit on SQLite", () => {
  const file = useSqliteFile();

  async function idsOf(store: Store): Promise<Set<string>> {
    const ids = new Set<string>();
    const note = ({ event }: { event: { id: string } }) => {
      ids.add(event.id);
      return undefined;
    };
    while ((await store.foldBatch(500, note)) > 0);
    return ids;
  }

  it("never lands inside another transaction, while a fold and other verbs interleave", async () => {
    const { engine, store } = await file.open();
    await store.recordEvents(
      Array.from({ length: 400 }, (_, at) => sighting({ occurredAt: at, id: `old ${at}` })),
    );
    let turns = 0;
    let turnsInside = 0;
    let watching = true;
    const watch = (async () => {
      while (watching) {
        await nextTurn();
        turns += 1;
        if (engine.connection.isTransaction) turnsInside += 1;
      }
    })();
    const answered: Promise<readonly RecordedAs[]>[] = [];
    const verbs: Promise<unknown>[] = [];
    for (let at = 0; at < 100; at += 1) {
      answered.push(store.recordEvents([sighting({ occurredAt: 10_000 + at, id: `new ${at}` })]));
      verbs.push(store.foldBatch(40, ({ event }) => change({ artifact: artifact({ userAgent: event.id }) })));
      verbs.push(store.wantMessages([root({ subject: `a/b@${at}` })]), store.touch(`a/b@${at}`, at));
      verbs.push(claimMessage(store, "slack:C1", 1_000));
      if (at % 10 === 0) await nextTurn();
    }
    expect((await Promise.all(answered)).flat()).toEqual(Array(100).fill("recorded"));
    await Promise.all(verbs);
    watching = false;
    await watch;
    expect(turns).toBeGreaterThan(100);
    expect(turnsInside).toBe(0);
    expect(file.errors).toEqual([]);
  });

  it("loses no answered event when the fold beside it is rolled back", async () => {
    const { store } = await file.open();
    await store.recordEvents(
      Array.from({ length: 50 }, (_, at) => sighting({ occurredAt: at, id: `old ${at}` })),
    );
    const answered: Promise<readonly RecordedAs[]>[] = [];
    let folds = 0;
    // Each batch ends in a row that the database refuses, so each first try is rolled back as a whole.
    const fold = store.foldBatch(50, () => {
      folds += 1;
      answered.push(store.recordEvents([sighting({ occurredAt: 10_000 + folds, id: `new ${folds}` })]));
      const made = artifact();
      return change({ artifact: folds === 50 ? { ...made, incarnation: Number.NaN } : made });
    });
    await fold;
    expect(folds).toBe(100);
    expect((await Promise.all(answered)).flat()).toEqual(Array(100).fill("recorded"));
    const kept = await idsOf(store);
    for (let at = 1; at <= folds; at += 1) expect(kept).toContain(`new ${at}`);
  });

  it("waits while a transaction outlives its turn, and says so, instead of being rolled back with it", async () => {
    const { engine, store } = await file.open();
    const order: string[] = [];
    const bad = engine.transaction(async (tx) => {
      await tx.selectFrom("buttons").selectAll().execute();
      const recording = store.recordEvents([sighting()]).then((answers) => order.push(answers.join()));
      await nextTurn();
      await nextTurn();
      order.push("rolls back");
      throw Object.assign(new Error("rolls back"), { recording });
    });
    const error: { recording?: Promise<unknown> } = await bad.then(
      () => ({}),
      (thrown: object) => thrown,
    );
    await error.recording;
    expect(order).toEqual(["rolls back", "recorded"]);
    expect(await idsOf(store)).toContain(sighting().event.id);
    expect(file.errors).toContain("a transaction of the store outlived its turn of the event loop");
  });

  it("gives callers their own answers though they share a commit", async () => {
    const { store } = await file.open();
    await store.recordEvents([sighting({ id: "1" })]);
    const answers = await Promise.all(
      ["1", "2", "3"].map((id) => store.recordEvents([sighting({ id }), sighting({ id: `${id} too` })])),
    );
    expect(answers).toEqual([
      ["duplicate", "recorded"],
      ["recorded", "recorded"],
      ["recorded", "recorded"],
    ]);
  });
});

describe("a store that cannot write", () => {
  const file = useSqliteFile();

  it("refuses events and requests while the disk is full, and goes on when it is not", async () => {
    const { engine, store } = await file.open();
    const many = (name: string) =>
      Array.from({ length: 200 }, (_, at) =>
        sighting({ occurredAt: at, id: name, userAgent: "x".repeat(900) }),
      );
    const pages = engine.connection.prepare("pragma page_count").get() as { page_count: number };
    engine.connection.exec(`pragma max_page_count = ${pages.page_count + 5}`);
    const refused = await Promise.allSettled([
      store.recordEvents(many("1")),
      store.recordEvents(many("2")),
      store.wantMessages(
        Array.from({ length: 200 }, (_, at) => root({ subject: `a/${"b".repeat(900)}@${at}` })),
      ),
    ]);
    for (const each of refused) {
      expect(each).toMatchObject({
        status: "rejected",
        reason: {
          code: "store-unwritable",
          retryable: true,
          message: expect.stringContaining("SQLITE_FULL"),
        },
      });
    }
    engine.connection.exec("pragma max_page_count = 1000000");
    expect(await store.recordEvents(many("1"))).toEqual(Array(200).fill("recorded"));
    await store.checkWritable();
    expect(await store.messagesOf(`a/${"b".repeat(900)}@0`)).toEqual([]);
  });

  it("says so when asked whether it can write", async () => {
    const { engine, store } = await file.open();
    engine.connection.exec("pragma query_only = on");
    await expect(store.checkWritable()).rejects.toMatchObject({ code: "store-unwritable" });
    await expect(store.recordEvents([sighting()])).rejects.toMatchObject({
      code: "store-unwritable",
      message: expect.stringContaining("SQLITE_READONLY"),
    });
    engine.connection.exec("pragma query_only = off");
    await store.checkWritable();
    expect(await store.recordEvents([sighting()])).toEqual(["recorded"]);
  });
});
