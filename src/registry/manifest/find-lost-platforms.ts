import { hasCode } from "../../errors.ts";
import { signalWithin } from "../../outgoing/deadline.ts";
import type { CallOptions, RegistryReader } from "../registry-port.ts";
import type { ManifestShape } from "./manifest-shape.ts";
import { isPlatformImage, platformText } from "./platforms.ts";

// Real indexes have a dozen platforms at most.
const mostLookedAt = 32;
const limitMs = 5_000;

/**
 * The platforms of an index whose manifests are gone: a registry lets them be deleted one by one, and what is left
 * cannot be pulled for them. Undefined: it would not say.
 */
export async function findLostPlatforms(
  reader: RegistryReader,
  repository: string,
  { manifests = [] }: ManifestShape,
  options: CallOptions,
): Promise<readonly string[] | undefined> {
  const within = { signal: signalWithin(limitMs, options.signal) };
  const looked = await Promise.all(
    manifests
      .filter(isPlatformImage)
      .slice(0, mostLookedAt)
      .map(async ({ digest, platform }) => {
        const name =
          platform === undefined
            ? digest.slice(0, 19)
            : platformText(platform.os, platform.architecture, platform.variant);
        return { name, isLost: await isLost(reader, repository, digest, within) };
      }),
  );
  const lost = looked.flatMap(({ name, isLost }) => (isLost === true ? [name] : []));
  return lost.length === 0 && looked.some(({ isLost }) => isLost === undefined) ? undefined : lost;
}

async function isLost(reader: RegistryReader, repository: string, digest: string, options: CallOptions) {
  try {
    await reader.readManifest(repository, digest, options);
    return false;
  } catch (error) {
    return hasCode(error, "registry-not-found") ? true : undefined;
  }
}
