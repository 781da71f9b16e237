import { type Artifact, type ArtifactKey, isConfirmed } from "../nouns/artifact.ts";
import type { DigestList, RegistryReader } from "../registry/registry-port.ts";
import type { ArtifactChange, Store } from "../store/store.ts";
import type { Clock } from "../work/clock.ts";
import { mostListed } from "./deny-together.ts";

// A delete that the registry still denies after this never was one; until then a replica may lag.
const deleteIsFinalAfterMs = 60_000;
const askAgainMs = 10_000;

/**
 * Asks the registry about a repository that was deleted as a whole, by events: with one list of it, however many images
 * and events there are. Gives when to ask again, in ms since the epoch; null: it is settled.
 */
export async function examineRepository(
  key: ArtifactKey,
  reader: RegistryReader,
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  signal: AbortSignal,
): Promise<number | null> {
  const list = await reader.listDigests(key.repository, mostListed, { signal });
  const living = await store.livingArtifacts(key.registry, key.repository, mostListed);
  let askAgainAt: number | null = null;
  await store.changeArtifact(key, undefined, ({ artifact }) => {
    if (artifact?.deletedAt === undefined) return undefined;
    const { due, ...change } = confirmRepository(artifact, artifact.deletedAt, list, living, clock.now());
    askAgainAt = due?.verify ?? null;
    return change;
  });
  return askAgainAt;
}

/** What the registry's list changes in what we know of a repository that was deleted as a whole: pure. */
export function confirmRepository(
  artifact: Artifact,
  deletedAt: number,
  list: DigestList | undefined,
  living: readonly Artifact[],
  now: number,
): ArtifactChange {
  const told = (what: string) => ({ touchAt: now, happenings: [{ at: now, step: "verify" as const, what }] });
  const known = living.filter(isConfirmed).map(({ digest }) => digest);
  if (list === undefined || list.digests.length === 0) {
    const isNews = known.length > 0 || artifact.verification.state === "verified";
    // Anybody can name a repository that never was.
    const why = "the registry has no such repository, and no image was known in it";
    const verification = isNews
      ? ({ state: "verified", at: now } as const)
      : ({ state: "unverified", asked: "failed", why } as const);
    return { artifact: { ...artifact, verification }, alsoVerify: known, ...told("the repository is gone") };
  }
  const missing = list.isWhole ? known.filter((digest) => !list.digests.includes(digest)) : [];
  const why = "a delete event arrived, but the registry still has this repository";
  const doubted: Artifact = { ...artifact, verification: { state: "mismatched", at: now, why } };
  const change = { alsoVerify: missing, ...told(why) };
  if (now - deletedAt <= deleteIsFinalAfterMs)
    return { ...change, artifact: doubted, due: { verify: now + askAgainMs } };
  const { deletedAt: _, ...standing } = doubted;
  return { ...change, artifact: standing };
}
