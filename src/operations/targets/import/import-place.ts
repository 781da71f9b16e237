import { ChatopsError } from "../../../errors.ts";
import type { ImportTarget } from "../../../nouns/target.ts";
import { checkRepository, checkTag } from "../../../registry/acr/names.ts";
import type { RegistryReader } from "../../../registry/registry-port.ts";
import type { TargetDeps } from "../../target-deps.ts";
import type { DeployedImage } from "../../target-port.ts";
import { type RefusedPlan, refused } from "../check-step.ts";

/** Where an image is copied to, and from. */
export interface ImportPlace {
  readonly kind: "ready";
  readonly repository: string;
  readonly tag: string;
  /** `contosoprod.azurecr.io/prod/checkout:live` */
  readonly words: string;
  /** ARM ids of the registries. */
  readonly source: string;
  readonly destination: string;
  readonly reader: RegistryReader;
  readonly destinationReader: RegistryReader;
}

type Image = Pick<DeployedImage, "registry" | "repository" | "tag">;

/** Whether the tag to copy to depends on the image's own. */
export function needsTag(target: ImportTarget): boolean {
  return target.into.tag.includes("{tag}");
}

/** Fills the names of the destination in, or says what is missing in the configuration. */
export function placeOf(target: ImportTarget, deps: TargetDeps, image: Image): ImportPlace | RefusedPlan {
  const from = registryOf(target.registry, deps);
  const to = registryOf(target.into.registry, deps);
  if (from.kind === "refused") return from;
  if (to.kind === "refused") return to;
  const names = namesOf(target, image);
  if ("kind" in names) return names;
  const { id: source, reader } = from;
  const { id: destination, reader: destinationReader } = to;
  const isSamePlace =
    source.toLowerCase() === destination.toLowerCase() && names.repository === image.repository;
  if (isSamePlace)
    return refused(
      `${names.repository} is the repository that the image is in`,
      "Use a target of type retag, or copy it into another repository.",
    );
  const words = `${to.loginServer}/${names.repository}:${names.tag}`;
  return { kind: "ready", ...names, words, source, destination, reader, destinationReader };
}

function registryOf(name: string, { registries, accessTo }: TargetDeps) {
  const { resourceId, loginServer, credentials } = registries[name] ?? {};
  // The tag is read before and after, and what refers to the image is found by reading.
  const reader = credentials?.read === undefined ? undefined : accessTo(name).reader;
  if (resourceId !== undefined && reader !== undefined)
    return { kind: "ready", id: resourceId, loginServer, reader } as const;
  const missing = resourceId === undefined ? "resourceId" : "credentials.read";
  return refused(`the registry ${name} has no ${missing}`, `Set registries.${name}.${missing}.`);
}

function namesOf(
  { into }: ImportTarget,
  image: Image,
): { readonly repository: string; readonly tag: string } | RefusedPlan {
  if (into.tag.includes("{tag}") && image.tag === undefined)
    return refused(
      `the image was asked for by its digest, and the target copies it to the tag ${into.tag}`,
      "Ask for it by a tag, or give the target a fixed tag.",
    );
  const name = image.repository.split("/").at(-1) ?? image.repository;
  const repository = into.repository.replaceAll("{repository}", image.repository).replaceAll("{name}", name);
  const tag = into.tag.replaceAll("{tag}", image.tag ?? "");
  try {
    return { repository: checkRepository(repository), tag: checkTag(tag) };
  } catch (error) {
    if (!(error instanceof ChatopsError)) throw error;
    return refused(error.message.replace(/\.$/, ""), "Correct the target's into.");
  }
}
