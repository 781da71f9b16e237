import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { exportAudit, verifyAnswer } from "../../src/audit-command.ts";
import { openStore } from "../../src/store/open-store.ts";
import type { Store } from "../../src/store/store.ts";
import { audit } from "../contract/store-samples.ts";

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const log = { info: () => {}, warn: () => {}, error: () => {} };

describe("acr-chatops audit", () => {
  let directory = "";
  let store: Store;
  const path = () => join(directory, "store.db");
  const url = () => `sqlite:${path()}`;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "acr-chatops-audit-"));
    store = await openStore({ url: url(), ephemeral: true, now: Date.now, log });
  });
  afterEach(async () => {
    await store.close();
    rmSync(directory, { recursive: true });
  });

  async function add(count: number): Promise<void> {
    for (let at = 0; at < count; at += 1) await store.appendAudit(audit({ id: `${at}`, detail: "entry" }));
  }
  const headText = async () => {
    const { number, hash } = await store.auditHead();
    return `${number}:${hash}`;
  };
  function tamper(sql: string): void {
    const db = new DatabaseSync(path(), { timeout: 2_000 });
    db.exec(sql);
    db.close();
  }

  it("verifies beside the bot that has the store open, and by a head noted before", async () => {
    expect(await verifyAnswer(url(), undefined)).toEqual({ lines: ["the audit is empty"], exitCode: 0 });
    await add(3);
    const before = await headText();
    await add(2);
    const { lines, exitCode } = await verifyAnswer(url(), ` ${before.toUpperCase()} `);
    expect(exitCode).toBe(0);
    expect(lines).toEqual([
      `the audit is whole: entries 1 to 5, head ${await headText()}`,
      "sealed up to entry 0",
      `it goes on from ${before}`,
    ]);
    // The bot was not disturbed.
    await store.checkWritable();
  });

  it("says where it is broken, with exit code 1", async () => {
    await add(3);
    const head = await headText();
    tamper("update audit_chain set text = replace(text, 'entry', 'Entry') where number = 2");
    const changed = await verifyAnswer(url(), undefined);
    expect(changed.exitCode).toBe(1);
    expect(changed.lines).toEqual([
      expect.stringMatching(/^the audit is broken at entry 2: it does not follow/),
    ]);
    tamper("delete from audit_chain where number > 1");
    expect((await verifyAnswer(url(), undefined)).exitCode).toBe(0);
    const cut = await verifyAnswer(url(), head);
    expect(cut).toEqual({
      exitCode: 1,
      lines: [
        "the audit is broken at entry 2: it is missing: the chain ends at 1, and the head that was given is 3",
      ],
    });
  });

  it("tells what retention removed, and that an old head cannot be compared", async () => {
    await add(3);
    await store.sealAudit(10);
    await store.pruneAudit(Date.now() + 1);
    const { lines } = await verifyAnswer(url(), `2:${"a".repeat(64)}`);
    expect(lines[0]).toBe(`the audit is whole: no entry is kept, head ${await headText()}`);
    expect(lines[1]).toBe("sealed up to entry 3; retention removed entries 1 to 3");
    expect(lines[2]).toContain("could not be compared");
  });

  it("exports every entry as a line that holds the text byte for byte", async () => {
    await add(1_200);
    tamper("update audit_chain set text = 'no json' where number = 7");
    const out = new PassThrough();
    const [lines] = await Promise.all([text(out), exportAudit(url(), out).then(() => out.end())]);
    const parsed = lines.trimEnd().split("\n");
    expect(parsed).toHaveLength(1_200);
    const [chained] = await store.readAuditChain(1, 1);
    expect(parsed[0]).toBe(`{"number":1,"hash":"${chained?.hash}","entry":${chained?.text}}`);
    expect(JSON.parse(parsed[6] ?? "")).toMatchObject({ number: 7, text: "no json" });
  });

  it("ends in peace when nobody reads on", async () => {
    await add(1_200);
    const out = new PassThrough({ highWaterMark: 1 });
    const exporting = exportAudit(url(), out);
    out.destroy(new Error("EPIPE"));
    await exporting;
  });

  it("refuses what it cannot read, and makes nothing", async () => {
    const absent = join(directory, "absent.db");
    await expect(verifyAnswer(`sqlite:${absent}`, undefined)).rejects.toMatchObject({
      code: "store-unwritable",
      message: expect.stringContaining(absent),
    });
    await expect(verifyAnswer("sqlite::memory:", undefined)).rejects.toMatchObject({
      code: "config-invalid",
    });
    const old = join(directory, "old.db");
    const db = new DatabaseSync(old);
    db.exec("create table t (x)");
    await expect(verifyAnswer(`sqlite:${old}`, undefined)).rejects.toThrow("is no store");
    db.exec("create table schema_version (version bigint); insert into schema_version values (2)");
    await expect(verifyAnswer(`sqlite:${old}`, undefined)).rejects.toThrow("Start the bot once");
    db.exec("insert into schema_version values (99)");
    await expect(verifyAnswer(`sqlite:${old}`, undefined)).rejects.toMatchObject({
      code: "store-schema-newer",
    });
    db.close();
    writeFileSync(join(directory, "text.db"), "this is no database at all ".repeat(200));
    await expect(verifyAnswer(`sqlite:${join(directory, "text.db")}`, undefined)).rejects.toMatchObject({
      code: "store-unwritable",
    });
    expect((await verifyAnswer(url(), "12")).exitCode).toBe(1);
  });

  it("is a command, with the exit code that scripts look at", async () => {
    await add(2);
    const run = async (...args: readonly string[]) => {
      const child = spawn(process.execPath, [main, "audit", ...args], {
        env: { PATH: process.env.PATH, ACR_CHATOPS_STORE_URL: url(), ...minimalEnvironment },
      });
      const [out, err, [code]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, "exit"),
      ]);
      return { out, err, code };
    };
    expect(await run("verify")).toMatchObject({ code: 0, err: "", out: expect.stringContaining("is whole") });
    expect((await run("export")).out.split("\n")).toHaveLength(3);
    tamper("delete from audit_chain where number = 1");
    expect(await run("verify")).toMatchObject({ code: 1, out: "", err: expect.stringContaining("entry 1") });
  });
});

/** What notify mode needs to be configured by environment variables alone. */
const minimalEnvironment = {
  ACR_LOGIN_SERVER: "contoso.azurecr.io",
  ACR_WEBHOOK_SECRET: "0123456789abcdef0123456789abcdef",
  SLACK_WEBHOOK_URL: "https://hooks.slack.com/services/T0/B0/abcdefghijkl",
};
