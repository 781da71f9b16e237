import { describeError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Artifact, ArtifactKey } from "../nouns/artifact.ts";
import type { RegistryReader } from "../registry/registry-port.ts";
import type { Store } from "../store/store.ts";
import type { Clock } from "../work/clock.ts";
import { noteTag } from "./observe-environment.ts";
import { type VerifyDeps, verifyNow } from "./verify-work.ts";

// Somebody waits for the answer; what is known already will do where the registry takes longer.
const limitMs = 5_000;
// What was asked so short a time ago is not asked again.
const freshMs = 2_000;
// What an event said and the registry denied is in doubt for as long, whoever names it (confirm.ts).
const doubtMs = 60_000;

type LookDeps = Pick<VerifyDeps, "store" | "clock" | "targetsOf"> & {
  readonly reader: RegistryReader | undefined;
  readonly log: Log;
};

/**
 * Asks the registry anew about a known image that somebody names, and about the tag by which they do: events get lost,
 * and what was deleted may be back without one. Where it gives no answer, all stays as it was known.
 */
export async function lookAgain(
  image: ArtifactKey & { readonly tag?: string },
  deps: LookDeps,
): Promise<void> {
  const { store, reader, clock, log } = deps;
  const artifact = await store.findArtifact(image);
  if (artifact === undefined || reader === undefined || isFresh(artifact, clock.now())) return;
  const signal = AbortSignal.timeout(limitMs);
  try {
    await verifyNow(artifact, reader, deps, signal);
    const { repository, tag } = image;
    if (tag === undefined || tag === artifact.announcedTag) return;
    const digest = await reader.findTagDigest(repository, tag, { signal });
    if (digest !== undefined) await noteTag({ ...image, digest }, tag, clock.now(), store);
  } catch (error) {
    const { registry, repository, digest } = image;
    const about = { registry, repository, digest, error: describeError(error) };
    log.info({ step: "verify", ...about }, "the registry could not be asked about an image that was named");
  }
}

function isFresh({ verification, deletedAt, missedAt }: Artifact, now: number): boolean {
  if (verification.state === "unverified") return false;
  const isSettled = deletedAt === undefined && missedAt === undefined;
  const since = verification.state === "mismatched" ? doubtMs : isSettled ? freshMs : 0;
  return now - verification.at < since;
}

/**
 * Has the registry asked about an image by the verify loop, unless it was within `sinceMs`; what is unverified is on
 * that loop's list already.
 */
export async function wantLook(
  image: ArtifactKey,
  sinceMs: number,
  { store, clock }: { readonly store: Pick<Store, "findArtifact" | "changeArtifact">; readonly clock: Clock },
): Promise<void> {
  const isOld = ({ verification }: Artifact) => {
    if (verification.state === "unverified") return false;
    const ageMs = clock.now() - verification.at;
    return ageMs > (verification.state === "mismatched" ? Math.max(doubtMs, sinceMs) : sinceMs);
  };
  const known = await store.findArtifact(image);
  if (known === undefined || !isOld(known)) return;
  await store.changeArtifact(image, undefined, ({ artifact }) =>
    artifact === undefined ? undefined : { artifact, due: { verify: clock.now() } },
  );
}
