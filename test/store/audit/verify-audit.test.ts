import { DatabaseSync } from "node:sqlite";
import { beforeEach, describe, expect, it } from "vitest";
import { entryHash } from "../../../src/nouns/audit-chain.ts";
import { readAudit } from "../../../src/store/audit/read-audit.ts";
import { type AuditVerification, verifyAudit } from "../../../src/store/audit/verify-audit.ts";
import type { AuditHead } from "../../../src/store/store.ts";
import { audit } from "../../contract/store-samples.ts";
import { useSqliteFile } from "../sqlite-file.ts";

const entries = 12;

describe("verifying the audit", () => {
  const file = useSqliteFile();
  let head: AuditHead = { number: 0, hash: "" };

  /** Twelve entries: 1 to 3 pruned, 4 to 6 and 7 to 9 sealed, 10 to 12 not yet. */
  beforeEach(async () => {
    const { store } = await file.open();
    for (let at = 1; at <= entries; at += 1) {
      await store.appendAudit(audit({ id: `${at}`, at, detail: `entry ${at}` }));
      if (at % 3 === 0 && at < entries) await store.sealAudit(3);
    }
    await store.pruneAudit(4);
    head = await store.auditHead();
    await store.close();
  });

  /** Does to the file what somebody with the right to write it can do, and verifies. */
  async function verifyAfter(
    tamper: (db: DatabaseSync) => void,
    known?: AuditHead,
  ): Promise<AuditVerification> {
    const db = new DatabaseSync(file.path);
    tamper(db);
    db.close();
    return await readAudit(`sqlite:${file.path}`, (reads) => verifyAudit(reads, known));
  }
  const run = (sql: string) => (db: DatabaseSync) => db.exec(sql);

  it("finds nothing where nobody changed anything", async () => {
    const verified = await verifyAfter(() => {}, head);
    expect(verified).toMatchObject({ kind: "whole", head, first: 4, compared: true });
  });

  const whys = {
    changed: /does not follow from the entry before it/,
    missing: /is missing/,
    unsealed: /not the one that entries 7 to 9 were sealed with/,
    otherHead: /not that of the head that was given/,
    back: /was removed by retention, and is here again/,
    seals: /does not begin where the one before it ends/,
    sealHash: /does not follow from the one before it/,
    prunedLater: /older ones are not/,
  };
  it.each([
    [
      "a changed byte",
      "update audit_chain set text = replace(text, 'entry 8', 'entry 9') where number = 8",
      8,
      whys.changed,
    ],
    [
      "a byte of the last entry",
      "update audit_chain set text = text || ' ' where number = 12",
      12,
      whys.changed,
    ],
    [
      "a changed hash",
      "update audit_chain set hash = replace(hash, 'a', 'b') || '' where number = 5",
      5,
      whys.changed,
    ],
    ["text that is no JSON", "update audit_chain set text = 'gone' where number = 8", 8, whys.changed],
    ["a deleted entry", "delete from audit_chain where number = 11", 11, whys.missing],
    ["the first one that is kept, deleted", "delete from audit_chain where number = 4", 4, whys.missing],
    ["two deleted entries", "delete from audit_chain where number in (7, 8)", 7, /missing, and all up to 8/],
    [
      "two that changed places",
      "update audit_chain set number = -1 where number = 10; update audit_chain set number = 10 where number = 11; update audit_chain set number = 11 where number = -1",
      10,
      whys.changed,
    ],
    ["a sealed tail that was cut off", "delete from audit_chain where number > 7", 8, /sealed up to 9/],
    [
      "an entry put in at the end",
      "insert into audit_chain select 13, at, registry, repository, digest, target, text, hash from audit_chain where number = 12",
      13,
      whys.changed,
    ],
    [
      "an entry put back",
      "insert into audit_chain select 2, at, registry, repository, digest, target, text, hash from audit_chain where number = 5",
      2,
      whys.back,
    ],
    [
      "a number below the first",
      "insert into audit_chain select -7, at, registry, repository, digest, target, text, hash from audit_chain where number = 5",
      -7,
      whys.back,
    ],
    ["a seal that was taken away", "delete from audit_segments where first = 4", 4, whys.seals],
    ["a seal with another hash", "update audit_segments set hash = 'x' where first = 4", 7, whys.sealHash],
    [
      "the newest seal with another hash",
      "update audit_segments set hash = 'x' where first = 7",
      9,
      whys.unsealed,
    ],
    [
      "a pruned seal with another hash",
      "update audit_segments set hash = 'x' where first = 1",
      4,
      whys.sealHash,
    ],
    [
      "entries that were removed as if by retention",
      "delete from audit_chain where number in (7, 8, 9); update audit_segments set pruned = 1 where first = 7",
      7,
      whys.prunedLater,
    ],
  ] as const)("finds %s, and says where", async (_, sql, at, why) => {
    const verified = await verifyAfter(run(sql));
    expect(verified).toMatchObject({ kind: "broken", at, why: expect.stringMatching(why) });
  });

  it("finds a changed hash even where it looks like a hash", async () => {
    const verified = await verifyAfter(
      run("update audit_chain set hash = lower(hex(randomblob(32))) where number = 12"),
    );
    expect(verified).toMatchObject({ kind: "broken", at: 12 });
  });

  it("finds a tail that was cut off by a head that somebody noted, and only so", async () => {
    const cut = run("delete from audit_chain where number > 10");
    expect(await verifyAfter(cut)).toMatchObject({ kind: "whole", head: { number: 10 } });
    expect(await verifyAfter(() => {}, head)).toMatchObject({
      kind: "broken",
      at: 11,
      why: "it is missing: the chain ends at 10, and the head that was given is 12",
    });
  });

  /** Changes an entry and computes all hashes after it anew. */
  function forge(from: number) {
    return (db: DatabaseSync) => {
      const rows = db.prepare("select number, text, hash from audit_chain order by number").all();
      const before = rows.find((row) => row.number === from - 1);
      let hash = String(before?.hash);
      for (const row of rows.filter((one) => Number(one.number) >= from)) {
        const text = String(row.text).replace("entry", "forged");
        hash = entryHash(hash, Number(row.number), text);
        db.prepare("update audit_chain set text = ?, hash = ? where number = ?").run(
          text,
          hash,
          row.number ?? 0,
        );
      }
    };
  }

  it("finds a chain that was computed anew by its seals", async () => {
    expect(await verifyAfter(forge(8))).toMatchObject({
      kind: "broken",
      at: 9,
      why: expect.stringMatching(whys.unsealed),
    });
  });

  it("finds a chain that was computed anew behind the last seal by a head that somebody noted", async () => {
    expect(await verifyAfter(forge(11))).toMatchObject({ kind: "whole" });
    expect(await verifyAfter(() => {}, head)).toMatchObject({
      kind: "broken",
      at: 12,
      why: expect.stringMatching(whys.otherHead),
    });
  });

  it("compares a head of the pruned part by its seal, or says that it cannot", async () => {
    const known = (number: number, hash: string) => verifyAfter(() => {}, { number, hash });
    expect(await known(3, "f".repeat(64))).toMatchObject({ kind: "broken", at: 3 });
    expect(await known(2, "f".repeat(64))).toMatchObject({ kind: "whole", compared: false });
    expect(await known(0, "f".repeat(64))).toMatchObject({ kind: "broken", at: 0 });
  });

  it("will not prune over what somebody else removed", async () => {
    const db = new DatabaseSync(file.path);
    db.exec("delete from audit_chain where number = 5");
    db.close();
    const { store } = await file.open();
    await expect(store.pruneAudit(Date.now())).rejects.toMatchObject({
      code: "store-unwritable",
      message: expect.stringContaining("4 to 6"),
    });
    expect((await store.readAuditChain(1, 10)).map((each) => each.number)).toContain(4);
  });

  it("reads page after page", async () => {
    const { store } = await file.open();
    await Promise.all(Array.from({ length: 1_100 }, (_, at) => store.appendAudit(audit({ id: `${at}` }))));
    await store.close();
    expect(await verifyAfter(() => {})).toMatchObject({ kind: "whole", head: { number: entries + 1_100 } });
    expect(await verifyAfter(run("update audit_chain set text = '{}' where number = 1000"))).toMatchObject({
      kind: "broken",
      at: 1_000,
    });
  });
});
