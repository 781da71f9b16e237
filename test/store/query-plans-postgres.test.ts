import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresDialect,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from "kysely";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Artifact } from "../../src/nouns/artifact.ts";
import type { WorkKind } from "../../src/nouns/due-work.ts";
import type { TakeBackPlace } from "../../src/nouns/taken-back.ts";
import { claimDue, nextDueIn } from "../../src/store/due-work/claim-due.ts";
import { countWork } from "../../src/store/due-work/finish-turn.ts";
import { workTables } from "../../src/store/due-work/work-tables.ts";
import type { Engine, Queries } from "../../src/store/engine/engine.ts";
import { openPostgres } from "../../src/store/engine/postgres.ts";
import { createTurns } from "../../src/store/next-events.ts";
import type { Schema } from "../../src/store/tables/table-types.ts";
import { createTakeBackVerbs } from "../../src/store/take-back-claims.ts";
import { everything } from "../contract/claim-work.ts";
import { newDatabase } from "../support/shared-programs.ts";
import { whyNoPostgres } from "./postgres-server.ts";

const missing = await whyNoPostgres();
if (missing !== undefined) process.stderr.write(`skipped: plans of PostgreSQL: ${missing}\n`);

const rows = 20_000;
const kinds = Object.keys(workTables) as WorkKind[];
const listed = kinds.filter((kind) => workTables[kind].table === "due_work");
const log = { info: () => {}, warn: () => {}, error: () => {} };

/** Open items, those of every other lane with one that somebody has, and as many again that are over. */
const fill: Readonly<Record<string, (lanes: number, open: number) => string>> = {
  due_work: (lanes, open) => `
    insert into due_work (kind, key, lane, due_at, lease_token, lease_until)
    select kind, 'key ' || n, 'lane ' || n % ${lanes}, n, case when n < ${lanes} and n % 2 = 0 then 'x' end,
      case when n < ${lanes} and n % 2 = 0 then 9000000000000 end
    from generate_series(0, ${rows - 1}) n, unnest(array['${[...listed, "other"].join("', '")}']) kind
    where n < ${open} or kind = 'other'`,
  messages: (lanes, open) => `
    insert into messages (subject, incarnation, channel, slot, id, state, wanted_version, shown_version, due_at,
      attempts, created_at, claimable, lease_token, lease_until)
    select 'subject ' || n / 2, 1, 'slack:' || n / 2 % ${lanes}, case n % 2 when 0 then 'alert:1' else 'root' end,
      n, 'waiting', 1, 0, n, 0, n, case when n < ${open} then 1 else 0 end,
      case when n < ${lanes} and n % 4 = 0 then 'x' end,
      case when n < ${lanes} and n % 4 = 0 then 9000000000000 end
    from generate_series(0, ${open + rows - 1}) n`,
  requests: (lanes, open) => `
    insert into requests (id, at, facts, verdict, lane, due_at, lease_token, lease_until)
    select n, n, '{}', case when n < ${open} then null else '{}' end, 'lane ' || n % ${lanes}, n,
      case when n < ${lanes} and n % 2 = 0 then 'x' end,
      case when n < ${lanes} and n % 2 = 0 then 9000000000000 end
    from generate_series(0, ${open + rows - 1}) n`,
  operations: (lanes, open) => `
    insert into operations (id, placement_key, lane, crowd, registry, repository, digest, state, requested_at,
      queued_at, due_at, attempts, expires_at, finished_at, lease_token, lease_until, facts, verdict)
    select n, 'target ' || n % ${lanes}, 'lane ' || n % ${lanes}, 'target ' || n % ${lanes} / 2, 'contoso', 'shop',
      'sha256:a', case when n >= 2 * ${open} then 'succeeded' when n >= ${open} then 'awaiting-approval'
        when n < ${lanes} and n % 2 = 0 then 'running' else 'queued' end, n, n, n, 0,
      case when n between ${open} and 2 * ${open} - 1 then n end, case when n >= 2 * ${open} then n end,
      case when n < ${lanes} and n % 2 = 0 then 'x' end,
      case when n < ${lanes} and n % 2 = 0 then 9000000000000 end, '{}', '{}'
    from generate_series(0, 2 * ${open} + ${rows} - 1) n`,
};

interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

interface Plan {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly "Rows Removed by Index Recheck"?: number;
  readonly "Shared Hit Blocks": number;
  readonly "Shared Read Blocks": number;
  readonly Plans?: readonly Plan[];
}

describe.skipIf(missing !== undefined)("plans of due work on PostgreSQL", () => {
  let engine: Engine | undefined;
  let client: pg.Client | undefined;
  let url = "";
  beforeAll(async () => {
    url = await newDatabase();
    engine = await openPostgres({ url, now: Date.now, log });
    client = new pg.Client({ connectionString: url });
    await client.connect();
  }, 60_000);
  afterAll(async () => {
    await client?.end();
    await engine?.close();
  });

  /** What a verb of the store asks of the database. */
  async function statementOf(ask: (engine: Engine, db: Queries) => Promise<unknown>) {
    if (engine === undefined) throw new Error("no engine");
    const seen: Statement[] = [];
    const db = new Kysely<Schema>({
      dialect: {
        createAdapter: () => new PostgresAdapter(),
        createDriver: () => new DummyDriver(),
        createIntrospector: (of: Kysely<unknown>) => new PostgresIntrospector(of),
        createQueryCompiler: () => new PostgresQueryCompiler(),
      },
      log: ({ query }) => void seen.push(query),
    });
    await ask(engine, db);
    const statement = seen.at(-1);
    if (statement === undefined) throw new Error("nothing was asked");
    return statement;
  }

  /** Runs it without a trace, and gives every node of its plan. */
  async function planOf(ask: (engine: Engine, db: Queries) => Promise<unknown>) {
    return await planOfStatement(await statementOf(ask));
  }

  async function planOfStatement({ sql, parameters }: Statement) {
    await client?.query("begin");
    const result = await client?.query({
      text: `explain (analyze, buffers, timing off, format json) ${sql}`,
      values: [...parameters],
    });
    await client?.query("rollback");
    const root: Plan = result?.rows[0]["QUERY PLAN"][0].Plan;
    const nodes: Plan[] = [];
    const walk = (plan: Plan) => {
      nodes.push(plan);
      for (const each of plan.Plans ?? []) walk(each);
    };
    walk(root);
    const touched = nodes
      .filter((node) => node["Relation Name"] !== undefined && node["Node Type"] !== "ModifyTable")
      .map((node) => {
        const removed = (node["Rows Removed by Filter"] ?? 0) + (node["Rows Removed by Index Recheck"] ?? 0);
        return (node["Actual Rows"] + removed) * node["Actual Loops"];
      });
    return {
      scans: nodes.filter((node) => node["Node Type"] === "Seq Scan").map((node) => node["Relation Name"]),
      touched: touched.reduce((sum, each) => sum + each, 0),
      blocks: root["Shared Hit Blocks"] + root["Shared Read Blocks"],
    };
  }

  async function refill(lanes: number, open = rows): Promise<void> {
    for (const [table, insert] of Object.entries(fill)) {
      await client?.query(`truncate ${table}`);
      await client?.query(insert(lanes, open));
      await client?.query(`analyze ${table}`);
    }
  }

  const claimOf = (kind: WorkKind) =>
    planOf((of, db) => claimDue(of, db, kind, { ...everything, perLane: 4, perCrowd: 16, passOver: ["x"] }));
  const nextOf = (kind: WorkKind) => planOf((of, db) => nextDueIn(of, db, kind, everything));
  const countOf = (kind: WorkKind) => planOf((of, db) => countWork(of, db, kind, everything.serves));

  it.each([10, 40])(
    "a claim reads some rows of each of %i lanes, however many wait in them",
    async (lanes) => {
      await refill(lanes);
      for (const kind of kinds)
        for (const ask of [claimOf, nextOf]) {
          const { scans, touched, blocks } = await ask(kind);
          expect({ kind, scans }).toEqual({ kind, scans: [] });
          expect(touched, kind).toBeGreaterThanOrEqual(lanes);
          expect(touched, kind).toBeLessThanOrEqual(9 * lanes);
          expect(blocks, kind).toBeLessThanOrEqual(60 * lanes);
        }
      // What reads them all is seen.
      expect((await countOf("operate")).touched).toBeGreaterThanOrEqual(rows);
    },
  );

  it("a count reads what is open, and none of what is over", async () => {
    await refill(4, 20);
    for (const kind of kinds) {
      const { scans, touched } = await countOf(kind);
      expect({ kind, scans, touched }).toEqual({ kind, scans: [], touched: 20 });
    }
  });

  /** Every statement that is asked of the database itself. */
  async function statementsOf(ask: (engine: Engine, db: Queries) => Promise<void>) {
    const seen: Statement[] = [];
    const dialect = new PostgresDialect({ pool: new pg.Pool({ connectionString: url, max: 1 }) });
    const db = new Kysely<Schema>({ dialect, log: ({ query }) => void seen.push(query) });
    try {
      if (engine === undefined) throw new Error("no engine");
      await ask(engine, db);
    } finally {
      await db.destroy();
    }
    return seen;
  }

  it("a page of what is taken back reads no more than its rows, wherever in the events and images it stands", async () => {
    await client?.query(`insert into registry_events (registry, repository, occurred_at, received_at, id, way, region,
        action, facts, folded)
      select 'flooded', 'shop/' || n % 100, n, n, n, 'webhook', '', 'push', '{"registry":"flooded","action":"push",
        "repository":"shop/' || n % 100 || '","digest":"sha256:' || n || '"}', n % 2
      from generate_series(0, ${rows - 1}) n`);
    await client?.query(`insert into artifacts (registry, repository, digest, incarnation, seen_at, facts)
      select 'flooded', 'shop/' || n % 100, 'sha256:' || n, 1, n, '{"registry":"flooded","repository":"shop/' || n % 100
        || '","digest":"sha256:' || n || '"}'
      from generate_series(0, ${rows - 1}) n`);
    await client?.query("analyze registry_events");
    await client?.query("analyze artifacts");
    const arrivals = { registry: "flooded", since: 0, until: rows };
    const rules = {
      judge: () => "keep" as const,
      isTaken: ({ digest }: { readonly digest: string }) => digest.endsWith("77"),
      undo: (artifact: Artifact) => artifact,
    };
    const places: readonly TakeBackPlace[] = [
      { of: "events", after: [rows / 2, "", "", ""] },
      { of: "artifacts", after: ["shop/76", ""] },
    ];
    for (const from of places) {
      const seen = await statementsOf(async (of, db) => {
        const { takeBack } = createTakeBackVerbs({
          ...of,
          query: (run) => run(db),
          transaction: (run) => run(db),
        });
        await takeBack(arrivals, rules, { from, dry: true });
      });
      expect(seen.length).toBeGreaterThan(1);
      for (const statement of seen) {
        const { scans, touched } = await planOfStatement(statement);
        expect({ sql: statement.sql, scans }).toEqual({ sql: statement.sql, scans: [] });
        expect(touched, statement.sql).toBeLessThanOrEqual(501);
      }
    }
  });

  it("the next events to fold are found without reading all that wait", async () => {
    await client?.query(`insert into registry_events (registry, repository, occurred_at, received_at, id, way, region,
        action, facts, folded)
      select 'registry ' || n % 3, 'repository ' || n % 1000, n, n, n, 'webhook', '', 'push', '{}', n % 2
      from generate_series(0, ${rows - 1}) n`);
    await client?.query("analyze registry_events");
    const seen = await statementsOf(async (of, db) => {
      expect(await createTurns(of)(db, 25)).toHaveLength(25);
    });
    for (const statement of seen) {
      const { scans, touched } = await planOfStatement(statement);
      expect({ sql: statement.sql, scans }).toEqual({ sql: statement.sql, scans: [] });
      expect(touched, statement.sql).toBeLessThanOrEqual(100);
    }
  });
});
