import type { Log } from "../log.ts";
import { type ArtifactKey, subjectOf } from "../nouns/artifact.ts";
import type { RegistryReader } from "../registry/registry-port.ts";
import type { Store } from "../store/store.ts";
import type { Clock } from "../work/clock.ts";
import { confirm } from "./confirm.ts";

// So many questions about one repository are answered by a list of what is in it.
const fromSoMany = 10;
/** More is not listed of a repository: ten pages of it. */
export const mostListed = 1_000;
// Short transactions keep the answer lane fast, as those of the fold (ADR 0004).
const atOnce = 25;

interface Deps {
  readonly store: Pick<Store, "dueVerifications" | "changeArtifacts">;
  readonly clock: Clock;
  readonly log: Log;
}

export type DenyTogether = (
  key: ArtifactKey,
  reader: RegistryReader,
  signal: AbortSignal,
) => Promise<boolean>;

/**
 * Gives what answers many questions about a repository at once: it lists what the registry has there and writes down what
 * it has not, so that thousands of false pushes cost some calls. True: the image of `key` is among those. What the
 * registry has is examined one by one.
 */
export function createDenyTogether(deps: Deps): DenyTogether {
  // Several images of a repository are taken up at the same time: one of them asks for all.
  const asking = new Map<string, Promise<ReadonlySet<string>>>();
  return async (key, reader, signal) => {
    const repository = `${key.registry}/${key.repository}`;
    const shared = asking.get(repository) ?? deny(key, reader, deps, signal);
    asking.set(repository, shared);
    try {
      return (await shared).has(subjectOf(key));
    } finally {
      asking.delete(repository);
    }
  };
}

async function deny(
  { registry, repository }: ArtifactKey,
  reader: RegistryReader,
  { store, clock, log }: Deps,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const asked = await store.dueVerifications(registry, repository, mostListed);
  if (asked.length < fromSoMany) return new Set();
  const list = await reader.listDigests(repository, mostListed, { signal });
  if (list !== undefined && !list.isWhole) return new Set();
  const there = new Set(list?.digests);
  const missing = asked.filter(({ digest }) => digest !== "" && !there.has(digest));
  const denied = new Set<string>();
  for (let from = 0; from < missing.length; from += atOnce) {
    signal.throwIfAborted();
    await store.changeArtifacts(missing.slice(from, from + atOnce), (known) => {
      const { artifact } = known;
      // What it had is missed alone: a list leaves out what somebody has hidden from lists.
      if (artifact === undefined || artifact.verification.state === "verified") return undefined;
      denied.add(subjectOf(artifact));
      const finding = { outcome: "absent", why: `The registry has no ${artifact.digest}.` } as const;
      return confirm(known, artifact, finding, clock.now());
    });
  }
  log.info(
    { step: "verify", registry, repository, denied: denied.size },
    "asked the registry what a repository has",
  );
  return denied;
}
