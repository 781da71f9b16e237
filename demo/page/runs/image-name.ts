import { newestTag } from "../registry/next-tag.ts";
import { shortDigest } from "../registry/short-digest.ts";
import type { Repository } from "../world.ts";

type Repositories = Readonly<Record<string, Repository>>;

/** An image as people call it: its repository, the newest version tag that names its digest, and the short digest. */
export type ImageName = {
  readonly repository: string;
  /** Undefined where no version tag names it (any more). */
  readonly tag: string | undefined;
  readonly digest: string;
};

/** Reads `host/repository@sha256:…`. */
export function nameOfImage(image: string, repositories: Repositories): ImageName {
  const [place = "", digest = ""] = image.split("@");
  return nameOfDigest(place.slice(place.indexOf("/") + 1), digest, repositories);
}

/** Names a digest of a repository. */
export function nameOfDigest(repository: string, digest: string, repositories: Repositories): ImageName {
  const tags = Object.entries(repositories[repository]?.tags ?? {}).filter(([, one]) => one === digest);
  return { repository, tag: newestTag(Object.fromEntries(tags)), digest: shortDigest(digest) };
}
