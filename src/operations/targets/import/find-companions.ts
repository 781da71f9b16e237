import { z } from "zod";
import { isDigest } from "../../../registry/manifest/digest.ts";
import type { RegistryReader } from "../../../registry/registry-port.ts";

// Ours: an image has a few signatures and SBOMs, and each is an import of its own (an ARM write of 1,200 an hour).
const mostReferrers = 50;
// Of an index, each platform's manifest may be signed for itself.
const mostSubjects = 20;
// Tags by which cosign found its artifacts before OCI 1.1, and where it still writes them by default.
const cosignEndings = ["sig", "att", "sbom"] as const;

/** What goes with an image: by digest alone, or under the tag by which it is looked for. */
export interface Companion {
  readonly digest: string;
  readonly tag?: string;
}

const Index = z.object({
  manifests: z
    .array(z.object({ digest: z.string().refine(isDigest) }))
    .max(1_000)
    .default([])
    .catch([]),
});

/**
 * Finds signatures, SBOMs and attestations of an image, of its platforms, and of each other, at most 50; `isCut` if there
 * are more. `importImage` copies none of them by itself (acr-facts 3.5).
 */
export async function findCompanions(
  reader: RegistryReader,
  repository: string,
  digest: string,
  signal: AbortSignal,
): Promise<{ readonly companions: readonly Companion[]; readonly isCut: boolean }> {
  const { manifest } = await reader.readManifest(repository, digest, { signal });
  const platforms = Index.parse(manifest).manifests.map((child) => child.digest);
  const waiting = [...new Set([digest, ...platforms])].slice(0, mostSubjects);
  const found = new Map<string, Companion>();
  let subjects = 0;
  for (let subject = waiting.shift(); subject !== undefined; subject = waiting.shift()) {
    subjects += 1;
    for (const companion of await ofSubject(reader, repository, subject, signal)) {
      if (found.has(companion.digest)) continue;
      if (found.size >= mostReferrers) return { companions: [...found.values()], isCut: true };
      found.set(companion.digest, companion);
      // An SBOM may be signed itself.
      if (subjects + waiting.length < mostSubjects) waiting.push(companion.digest);
    }
  }
  return { companions: [...found.values()], isCut: platforms.length >= mostSubjects };
}

async function ofSubject(
  reader: RegistryReader,
  repository: string,
  subject: string,
  signal: AbortSignal,
): Promise<readonly Companion[]> {
  const tags = cosignEndings.map((ending) => `${subject.replace(":", "-")}.${ending}`);
  const [referrers, ...digests] = await Promise.all([
    reader.listReferrers(repository, subject, mostReferrers + 1, { signal }),
    ...tags.map((tag) => reader.findTagDigest(repository, tag, { signal })),
  ]);
  const tagged = tags.flatMap((tag, index) => {
    const digest = digests[index];
    return digest === undefined ? [] : [{ tag, digest }];
  });
  return [...tagged, ...referrers.map(({ digest }) => ({ digest }))];
}
