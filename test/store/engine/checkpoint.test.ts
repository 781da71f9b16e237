import { statSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { sighting } from "../../contract/store-samples.ts";
import { useSqliteFile } from "../sqlite-file.ts";

describe("checkpoints", () => {
  const file = useSqliteFile();

  it("empties a log that has passed 64 MB, while the store goes on answering", async () => {
    const { engine, store } = await file.open();
    const walBytes = () => statSync(`${file.path}-wal`).size;
    engine.connection.exec("create table ballast (bytes blob)");
    engine.connection.exec(`insert into ballast
      with recursive n(i) as (select 1 union all select i + 1 from n where i < 70) select zeroblob(1000000) from n`);
    expect(walBytes()).toBeGreaterThan(64 * 1024 * 1024);
    const answers = await vi.waitFor(
      async () => {
        const answer = await store.recordEvents([sighting({ id: String(Math.random()) })]);
        expect(walBytes()).toBeLessThan(1024 * 1024);
        return answer;
      },
      { timeout: 20_000, interval: 20 },
    );
    expect(answers).toEqual(["recorded"]);
  }, 30_000);
});
