import type { Operation } from "../../nouns/operation.ts";
import type { Target } from "../../nouns/target.ts";
import type { RegistryReader, RegistryWriter } from "../../registry/registry-port.ts";
import type { Effect, RunEffect } from "../target-port.ts";

/**
 * Moves the target's tag to the operation's digest: the manifest's own bytes under another name, so the digest stays.
 * Putting the same bytes under the same tag twice is the same as once, which is why a crash at any point is harmless.
 *
 * 1. read the bytes by digest (checked against it)  2. read what the tag names now  3. write that down
 * 4. put the bytes under the tag  5. read the tag again
 */
export function retag(
  target: Target,
  registry: { readonly reader: RegistryReader; readonly writer: RegistryWriter },
): RunEffect {
  return async (operation, row, signal) => {
    const { reader, writer } = registry;
    const { repository, digest } = operation;
    const manifest = await reader.readManifest(repository, digest, { signal }); // 1
    const before = await reader.findTagDigest(repository, target.tag, { signal }); // 2
    const changed = changedUnderneath(operation, before);
    if (changed !== undefined) return changed;
    // A run that was cut off after its effect finds its own digest there: what ran before was noted by that run.
    if (before !== digest || operation.digestBefore === undefined) await row.noteDigestBefore(before); // 3
    const put = await writer.putTag(repository, manifest, target.tag, { signal }); // 4
    if (put !== digest) {
      return {
        kind: "in-doubt",
        outcome: `the registry says that ${target.tag} is ${put} now, and not the digest that was asked for`,
      };
    }
    return await confirm(reader, target, operation, signal); // 5
  };
}

/** A roll back is for what was there when it was asked for; if that has changed, the person decides again. */
function changedUnderneath(operation: Operation, before: string | undefined): Effect | undefined {
  if (operation.kind !== "rollback" || before === operation.digest) return undefined;
  if (operation.digestBefore === undefined || before === operation.digestBefore) return undefined;
  return {
    kind: "refused",
    outcome: `${operation.target} runs ${short(before)} now, which is not what it ran when this was asked for; nothing was changed`,
  };
}

async function confirm(
  reader: RegistryReader,
  target: Target,
  operation: Operation,
  signal: AbortSignal,
): Promise<Effect> {
  const now = await reader.findTagDigest(operation.repository, target.tag, { signal });
  if (now === operation.digest) return { kind: "done", outcome: "" };
  // A replica may answer with the tag of a moment ago (geo-replication): the registry took the write all the same.
  return {
    kind: "done",
    outcome: `the registry took it; a replica still answers ${short(now)} for ${target.tag}`,
  };
}

function short(digest: string | undefined): string {
  return digest === undefined ? "nothing" : digest.slice(0, 19);
}
