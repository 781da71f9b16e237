import type { Artifact } from "../nouns/artifact.ts";
import { type LockScope, lockKey } from "../nouns/lock.ts";
import type { Placement } from "../nouns/placement.ts";
import type { Wish } from "../nouns/request.ts";
import type { DecisionFacts } from "../nouns/verdict.ts";
import { selectArtifact } from "./artifact-change.ts";
import { documentsOf } from "./documents.ts";
import type { Queries } from "./engine/engine.ts";
import { operationKey, selectOpen } from "./operations/operation-row.ts";
import { selectPlacements } from "./placements.ts";
import { selectStanding } from "./standings.ts";
import { selectTags } from "./tags.ts";

/** Somebody who goes back further than this names the digest. */
const maxRan = 20;

/** What a decision on a wish is made of, as the store knows it now. */
export async function readFacts(db: Queries, wish: Wish): Promise<DecisionFacts> {
  const { registry, repository, target, tag } = wish;
  const placements = await selectPlacements(db, { registry, repository });
  const placement = placements.find((one) => target !== undefined && one.target === target);
  const scopes: LockScope[] = [{ kind: "all" }];
  if (target !== undefined) scopes.push({ kind: "target", target });
  const named = tag === undefined ? [] : await selectTags(db, { registry, repository, tag });
  return {
    artifact: await selectArtifact(db, wish),
    namedTag: named[0],
    placement,
    placements,
    ran: await selectRan(db, placement),
    locks: await selectStanding(db, "lock", scopes.map(lockKey)),
    open: await selectOpen(db, operationKey(wish)),
  };
}

/** The artifacts of a placement's history that are known, the newest first, each once. */
async function selectRan(db: Queries, placement: Placement | undefined): Promise<readonly Artifact[]> {
  if (placement === undefined) return [];
  const digests = new Set(placement.history.map((change) => change.digest).reverse());
  const wanted = [...digests].slice(0, maxRan);
  const { registry, repository } = placement;
  const rows = await db
    .selectFrom("artifacts")
    .select("facts")
    .where((eb) => eb.and({ registry, repository }))
    .where("digest", "in", wanted)
    .execute();
  const found = new Map(documentsOf<Artifact>(rows).map((artifact) => [artifact.digest, artifact]));
  return wanted.flatMap((digest) => found.get(digest) ?? []);
}
