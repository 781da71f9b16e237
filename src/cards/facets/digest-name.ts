import { environmentTagsOf } from "../../nouns/target.ts";
import { endsOf } from "../text/shown-text.ts";
import type { ArtifactView } from "./artifact-view.ts";

/** `sha256:9f86d081884c`: the algorithm and the first twelve digits, as docker shows it. */
export function shortDigest(digest: string): string {
  const match = /^([a-z0-9]+:)([0-9a-f]{12})[0-9a-f]+$/.exec(digest);
  return match === null ? endsOf(digest, "name") : `${match[1]}${match[2]}`;
}

/** The tags that the retag targets of this repository move or keep: they say what runs where, not what an image is. */
export function environmentTags(view: Pick<ArtifactView, "targets">): ReadonlySet<string> {
  return new Set(view.targets.flatMap(environmentTagsOf));
}

/**
 * The tag that the card is called by: the announced one if it points here, else another that does; where none points
 * here (quarantined, replaced, deleted) the announced one again. A tag that a target moved here names nothing.
 */
export function shownTag(view: ArtifactView): string | undefined {
  const environment = environmentTags(view);
  const { takenBack, announcedTag = takenBack?.tag, tagsWhenDeleted } = view.artifact;
  const pointing = view.tags.map(({ tag }) => tag).filter((tag) => !environment.has(tag));
  if (announcedTag !== undefined && pointing.includes(announcedTag)) return announcedTag;
  const past = tagsWhenDeleted.find((tag) => !environment.has(tag));
  const announced = announcedTag !== undefined && environment.has(announcedTag) ? undefined : announcedTag;
  return pointing[0] ?? announced ?? past ?? announcedTag;
}

/** What people call a digest of this repository: a tag if one is known, else the short digest. */
export function nameOfDigest(view: ArtifactView, digest: string): string {
  return tagOfDigest(view, digest) ?? shortDigest(digest);
}

/** A tag of a digest of this repository, rather a version than `latest`. */
export function tagOfDigest(view: ArtifactView, digest: string): string | undefined {
  if (digest === view.artifact.digest) return shownTag(view);
  const environment = environmentTags(view);
  const tags = (view.tagsByDigest.get(digest) ?? []).filter((tag) => !environment.has(tag));
  return tags.find((tag) => tag !== "latest") ?? tags[0];
}

/** `shop/checkout:1.4.2`, `shop/checkout@sha256:9f86d081884c`, `wordpress 5.4.0` or, for a whole repository, its name. */
export function titleOf(view: ArtifactView): string {
  const { artifact } = view;
  if (artifact.kind === "legacy-chart" && artifact.chart !== undefined)
    // ACR's documentation shows the version with the file's ending: `5.4.0.tgz`.
    return `${artifact.chart.name} ${artifact.chart.version?.replace(/\.tgz$/, "") ?? ""}`.trim();
  const tag = shownTag(view);
  if (tag !== undefined) return `${artifact.repository}:${tag}`;
  return artifact.digest === ""
    ? artifact.repository
    : `${artifact.repository}@${shortDigest(artifact.digest)}`;
}
