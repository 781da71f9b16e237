import { matchesPatterns } from "../../nouns/pattern.ts";
import { safeText } from "../../outgoing/safe-text.ts";
import { isDigest } from "../../registry/manifest/digest.ts";
import type { DeployedImage, Observed } from "../target-port.ts";
import { type RefusedPlan, refused } from "./check-step.ts";

type Place = Pick<DeployedImage, "loginServer" | "repository">;

/** An image reference of a workload, taken apart: `name` is host and repository. */
export interface RunningImage {
  readonly name: string;
  readonly digest?: string;
  /** As it is written there, cut: hostile text. */
  readonly written: string;
}

/** `host/repository@sha256:…`, as every deploy names its image. */
export function pinned(image: Place & Pick<DeployedImage, "digest">): string {
  return `${image.loginServer}/${image.repository}@${image.digest}`;
}

/** Takes `[host/]repository[:tag][@digest]` apart. */
export function readReference(reference: string): RunningImage {
  const [before = "", digest] = reference.trim().split("@");
  // A colon before the last slash is that of a port.
  const colon = before.lastIndexOf(":");
  const name = colon > before.lastIndexOf("/") ? before.slice(0, colon) : before;
  return {
    name: name.toLowerCase(),
    ...(isDigest(digest) ? { digest } : {}),
    written: safeText(reference),
  };
}

/** Whether it is of the image's own repository. */
export function isOwn({ name }: RunningImage, { loginServer, repository }: Place): boolean {
  return name === `${loginServer.toLowerCase()}/${repository}`;
}

/** The digest that it pins, if it is of the image's own repository. */
export function ownDigest(running: RunningImage | undefined, image: Place): string | undefined {
  return running !== undefined && isOwn(running, image) ? running.digest : undefined;
}

/** Refuses to put an image in another one's place, unless the configuration maps it on purpose. */
export function refuseForeign(
  running: RunningImage | undefined,
  image: Place,
  replaces: readonly string[],
  what: string,
): RefusedPlan | undefined {
  if (running === undefined || running.name === "" || isOwn(running, image)) return undefined;
  // An empty list of patterns would match everything.
  if (replaces.length > 0 && matchesPatterns(replaces, running.name)) return undefined;
  return refused(
    `${what} runs ${running.written}, which is not an image of ${image.loginServer}/${image.repository}`,
    `If this image is to take its place, name ${safeText(running.name)} in the target's "replaces".`,
  );
}

/** What `observe` says of an image that is configured: it runs, as far as that tells, or it is another one. */
export function observedImage(
  running: RunningImage,
  image: Place,
): Extract<Observed, { readonly kind: "runs" | "other" }> {
  const digest = ownDigest(running, image);
  return digest === undefined ? { kind: "other", image: running.written } : observedDigest(digest);
}

/** What `observe` says of a digest that is configured, where nobody says how it is. */
export function observedDigest(digest: string): Extract<Observed, { readonly kind: "runs" }> {
  return { kind: "runs", digest, as: "configured", health: "unknown" };
}

/** A digest, as short as it may stand in a line for people. */
export function digestOrNothing(digest: string | undefined): string {
  return digest === undefined ? "nothing pinned" : digest.slice(0, 19);
}
