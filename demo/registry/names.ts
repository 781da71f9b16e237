import { RegistryError } from "./registry-error.ts";

// Grammar of the OCI distribution specification 1.1, "Pulling manifests"; the 255 limit counts the whole name.
const repositoryGrammar =
  /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const tagGrammar = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
const digestGrammar = /^sha256:[0-9a-f]{64}$/;
const maxRepositoryLength = 255;

/** Whether the text is a sha256 digest in full length. */
export function isDigest(text: string): boolean {
  return digestGrammar.test(text);
}

/** The repository name as it was, or 400 NAME_INVALID. */
export function checkRepository(name: string): string {
  if (name.length <= maxRepositoryLength && repositoryGrammar.test(name)) return name;
  throw new RegistryError(400, "NAME_INVALID", "invalid repository name", {
    detail: { name: name.slice(0, 300) },
  });
}

/** The tag as it was, or 400 TAG_INVALID. */
export function checkTag(tag: string): string {
  if (tagGrammar.test(tag)) return tag;
  throw new RegistryError(400, "TAG_INVALID", "manifest tag did not match URI", {
    detail: { tag: tag.slice(0, 300) },
  });
}

/** The digest as it was, or 400 DIGEST_INVALID. */
export function checkDigest(digest: string): string {
  if (isDigest(digest)) return digest;
  throw new RegistryError(400, "DIGEST_INVALID", "provided digest did not match uploaded content");
}
