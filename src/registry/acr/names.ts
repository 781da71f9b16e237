import { ChatopsError } from "../../errors.ts";
import { isDigest } from "../manifest/digest.ts";

// Grammar of the OCI distribution specification 1.1, "Pulling manifests"; 255 is what registries take as a whole name.
const repositoryGrammar =
  /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const tagGrammar = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
const maxRepositoryLength = 255;

/** The repository name as it was; `registry-not-found` for anything that no registry could have, such as `a/../b`. */
export function checkRepository(name: string): string {
  const isName = name.length <= maxRepositoryLength && repositoryGrammar.test(name);
  return checked("a repository", name, isName);
}

/** The tag as it was, or `registry-not-found`. */
export function checkTag(tag: string): string {
  return checked("a tag", tag, tagGrammar.test(tag));
}

/** The digest as it was, or `registry-not-found`. */
export function checkDigest(digest: string): string {
  return checked("a digest", digest, isDigest(digest));
}

/** Tag or digest as it was, or `registry-not-found`. */
export function checkReference(reference: string): string {
  return reference.includes(":") ? checkDigest(reference) : checkTag(reference);
}

/** The text with each path segment encoded and its slashes kept, as the documentation writes repository names. */
export function encodePath(text: string): string {
  return text.split("/").map(encodeURIComponent).join("/");
}

function checked(what: string, text: string, isName: boolean): string {
  if (isName) return text;
  const message = `${JSON.stringify(text.slice(0, 80))} is not the name of ${what}.`;
  throw new ChatopsError("registry-not-found", message);
}
