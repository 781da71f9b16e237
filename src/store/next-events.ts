import { type SqlBool, sql } from "kysely";
import type { Engine, Queries } from "./engine/engine.ts";
import type { EventKeyColumns } from "./tables/table-types.ts";

export type EventRow = EventKeyColumns & { readonly received_at: number; readonly facts: string };

/**
 * Gives what takes the next rows to fold: registries share them alike, and so do the repositories of one; each repository
 * goes by arrival. Its place is kept in memory and goes round: a flood in one repository delays that repository only.
 */
export function createTurns(engine: Engine): (tx: Queries, limit: number) => Promise<readonly EventRow[]> {
  let lastRegistry = "";
  const lastRepository = new Map<string, string>();

  const takeOf = async (tx: Queries, registry: string, share: number): Promise<readonly EventRow[]> => {
    const repositories = await nextRepositories(tx, registry, lastRepository.get(registry), share);
    const each = Math.ceil(share / Math.max(1, repositories.length));
    const rows: EventRow[] = [];
    for (const repository of repositories) {
      if (rows.length >= share) break;
      rows.push(
        ...(await oldestOf(engine, tx, { registry, repository }, Math.min(each, share - rows.length))),
      );
      lastRepository.set(registry, repository);
    }
    return rows;
  };

  return async (tx, limit) => {
    const waiting = await waitingRegistries(tx);
    const inTurn = [
      ...waiting.filter((one) => one > lastRegistry),
      ...waiting.filter((one) => one <= lastRegistry),
    ];
    const rows: EventRow[] = [];
    for (const [at, registry] of inTurn.entries()) {
      const share = Math.ceil((limit - rows.length) / (inTurn.length - at));
      if (share <= 0) break;
      rows.push(...(await takeOf(tx, registry, share)));
      lastRegistry = registry;
    }
    return rows;
  };
}

const waits = sql<SqlBool>`folded = 0`;

/** Steps along the index from registry to registry, however much waits in each. */
async function waitingRegistries(tx: Queries): Promise<readonly string[]> {
  const { rows } = await sql<{ registry: string }>`with recursive found(registry) as (
      select (select registry from registry_events where ${waits} order by registry limit 1)
      union all
      select (select registry from registry_events where ${waits} and registry > found.registry
        order by registry limit 1)
      from found where found.registry is not null
    ) select registry from found where registry is not null`.execute(tx);
  return rows.map(({ registry }) => registry);
}

/** Repositories with something to fold, those after `last` first, at most `limit`. */
async function nextRepositories(
  tx: Queries,
  registry: string,
  last: string | undefined,
  limit: number,
): Promise<readonly string[]> {
  if (last === undefined) return await repositoriesWhere(tx, registry, sql`true`, limit);
  const after = await repositoriesWhere(tx, registry, sql`repository > ${last}`, limit);
  if (after.length === limit) return after;
  const before = await repositoriesWhere(tx, registry, sql`repository <= ${last}`, limit - after.length);
  return [...after, ...before];
}

async function repositoriesWhere(
  tx: Queries,
  registry: string,
  within: ReturnType<typeof sql>,
  limit: number,
): Promise<readonly string[]> {
  const of = sql`registry_events where ${waits} and registry = ${registry} and ${within}`;
  const { rows } = await sql<{ repository: string }>`with recursive found(repository, place) as (
      select (select repository from ${of} order by repository limit 1), 1
      union all
      select (select repository from ${of} and repository > found.repository order by repository limit 1), place + 1
      from found where found.repository is not null and place < ${limit}
    ) select repository from found where repository is not null`.execute(tx);
  return rows.map(({ repository }) => repository);
}

async function oldestOf(
  engine: Engine,
  tx: Queries,
  of: { readonly registry: string; readonly repository: string },
  limit: number,
): Promise<readonly EventRow[]> {
  return await tx
    .selectFrom("registry_events")
    .select(["registry", "occurred_at", "id", "way", "region", "received_at", "facts"])
    .where(waits)
    .where((eb) => eb.and(of))
    .orderBy("received_at")
    .orderBy("occurred_at")
    .limit(limit)
    .$if(engine.kind === "postgres", (query) => query.forUpdate().skipLocked())
    .execute();
}
