import type { RegistryConfig } from "../../../config/config.ts";
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
  const from = deps.registries[target.registry];
  const to = deps.registries[target.into.registry];
  for (const [name, registry] of [
    [target.registry, from],
    [target.into.registry, to],
  ] as const) {
    const missing = missingOf(registry);
    if (missing !== undefined)
      return refused(`the registry ${name} has no ${missing}`, `Set registries.${name}.${missing}.`);
  }
  const reader = deps.accessTo(target.registry).reader;
  const destinationReader = deps.accessTo(target.into.registry).reader;
  const [source, destination] = [from?.resourceId, to?.resourceId];
  if (reader === undefined || destinationReader === undefined) throw new RangeError("no reader");
  if (source === undefined || destination === undefined) throw new RangeError("no resource id");
  const names = namesOf(target, image);
  if ("kind" in names) return names;
  const isSamePlace =
    source.toLowerCase() === destination.toLowerCase() && names.repository === image.repository;
  if (isSamePlace)
    return refused(
      `${names.repository} is the repository that the image is in`,
      "Use a target of type retag, or copy it into another repository.",
    );
  const words = `${to?.loginServer}/${names.repository}:${names.tag}`;
  return { kind: "ready", ...names, words, source, destination, reader, destinationReader };
}

function missingOf(registry: RegistryConfig | undefined): string | undefined {
  if (registry?.resourceId === undefined) return "resourceId";
  // The tag is read before and after, and what refers to the image is found by reading.
  return registry.credentials.read === undefined ? "credentials.read" : undefined;
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
