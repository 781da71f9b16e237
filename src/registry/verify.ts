import { ChatopsError, describeError } from "../errors.ts";
import type { Artifact, ImageLabels } from "../nouns/artifact.ts";
import { present } from "../present.ts";
import { kindOf, kindOfTypes } from "./manifest/artifact-kind.ts";
import { findLabels } from "./manifest/find-labels.ts";
import { findLostPlatforms } from "./manifest/find-lost-platforms.ts";
import { ManifestShape } from "./manifest/manifest-shape.ts";
import { isManifestType } from "./manifest/manifest-types.ts";
import { parseQuarantineDetails } from "./manifest/parse-quarantine-details.ts";
import { platformsOf } from "./manifest/platforms.ts";
import type { CallOptions, ManifestAttributes, ManifestContent, RegistryReader } from "./registry-port.ts";

// An index of a manifest's full 4 MiB could name twenty thousand; real ones name a few platforms, twice with attestations.
const maxChildren = 256;

/** What is asked about: the digest, and what an event said of it. */
export type Claim = Pick<Artifact, "repository" | "digest"> &
  Pick<Partial<Artifact>, "mediaType" | "manifestBytes">;

/**
 * What the registry itself says of one digest. `tagDigest`: where the tag points now; `null`: there is no such tag;
 * absent: no tag was asked about.
 */
export type Examination =
  | { readonly outcome: "verified"; readonly facts: VerifiedFacts; readonly tagDigest?: string | null }
  /** The registry has the digest, but not what the event said of it; or other bytes under it. */
  | { readonly outcome: "mismatched"; readonly why: string; readonly tagDigest?: string | null }
  | { readonly outcome: "absent"; readonly why: string; readonly tagDigest?: string | null };

/** What the registry itself says of an artifact. */
export type VerifiedFacts = Pick<
  Artifact,
  "kind" | "mediaType" | "manifestBytes" | "imageBytes" | "children" | "lostPlatforms" | "chart" | "scan"
> & {
  /** Absent: those that were read before. */
  readonly platforms?: Artifact["platforms"];
  readonly labels?: ImageLabels;
  /** The digest that this is attached to. */
  readonly subject?: string;
  /** Why labels are missing that it may have. */
  readonly labelsUnread?: string;
  /** Every tag that points to it; absent where the registry would not say. */
  readonly tags?: readonly string[];
  /** As the registry has it; absent where it has none or would not say. */
  readonly quarantine?: Omit<NonNullable<Artifact["registryQuarantine"]>, "at">;
};

interface ExamineOptions extends CallOptions {
  /** Its labels and platform were read before: only what may have changed is read. */
  readonly isRead?: boolean;
}

/**
 * Asks the registry about one digest and, if given, a tag. Throws the reader's ChatopsError where the registry gave no
 * answer (retryable or not); "it is not there" and "it is something else" are findings.
 */
export async function examine(
  reader: RegistryReader,
  claim: Claim,
  tag?: string,
  options: ExamineOptions = {},
): Promise<Examination> {
  const { repository, digest } = claim;
  const [tagDigest, attributes, manifest] = await Promise.all([
    tag === undefined ? undefined : reader.findTagDigest(repository, tag, options),
    attempt(() => reader.readAttributes(repository, digest, options)),
    attempt(() => reader.readManifest(repository, digest, options)),
  ]);
  const finding = await compare(reader, claim, attributes, manifest, options);
  return tag === undefined ? finding : { ...finding, tagDigest: tagDigest ?? null };
}

type Attempt<T> = { readonly value: T } | { readonly error: ChatopsError };

async function compare(
  reader: RegistryReader,
  claim: Claim,
  attributes: Attempt<ManifestAttributes | undefined>,
  manifest: Attempt<ManifestContent>,
  options: ExamineOptions,
): Promise<Examination> {
  const known = "value" in attributes ? attributes.value : undefined;
  if ("value" in manifest) {
    const why = differenceFrom(claim, manifest.value);
    if (why !== undefined) return { outcome: "mismatched", why };
    if (isOpen(attributes)) throw attributes.error;
    const facts = await factsOf(reader, claim.repository, manifest.value, known, options);
    return { outcome: "verified", facts };
  }
  const { code } = manifest.error;
  if (code === "registry-digest-mismatch")
    return { outcome: "mismatched", why: describeError(manifest.error) };
  const isHeldBack = code === "registry-disallowed" || code === "registry-not-found";
  if (!isHeldBack) throw manifest.error;
  if (known !== undefined) return { outcome: "verified", facts: factsOfAttributes(known) };
  if (isOpen(attributes)) throw attributes.error;
  if (code === "registry-not-found")
    return { outcome: "absent", why: `The registry has no ${claim.digest}.` };
  throw manifest.error;
}

/** Whether no answer came that says anything: it is asked again later, so that a quarantine state is not missed. */
function isOpen<T>(attempt: Attempt<T>): attempt is { readonly error: ChatopsError } {
  if (!("error" in attempt)) return false;
  return attempt.error.retryable || attempt.error.code === "registry-answer-unusable";
}

/** What an event said that the registry says otherwise; undefined when both agree. */
function differenceFrom(claim: Claim, manifest: ManifestContent): string | undefined {
  const { manifestBytes, mediaType } = claim;
  if (manifestBytes !== undefined && manifestBytes !== manifest.bytes.length) {
    return `The event said ${manifestBytes} bytes, but the manifest has ${manifest.bytes.length}.`;
  }
  const isComparable =
    mediaType !== undefined && isManifestType(mediaType) && isManifestType(manifest.mediaType);
  if (isComparable && mediaType !== manifest.mediaType) {
    return `The event said ${mediaType}, but the registry has ${manifest.mediaType}.`;
  }
  return undefined;
}

async function factsOf(
  reader: RegistryReader,
  repository: string,
  content: ManifestContent,
  attributes: ManifestAttributes | undefined,
  options: ExamineOptions,
): Promise<VerifiedFacts> {
  const parsed = ManifestShape.safeParse(content.manifest);
  // Stored by the registry, but by no specification that is known here: its bytes are verified, nothing else is known.
  const shape = parsed.success ? parsed.data : ManifestShape.parse({});
  const kind = parsed.success ? kindOf(content.mediaType, shape) : "other";
  const [found, lostPlatforms] = await Promise.all([
    findLabels(reader, repository, kind, content, shape, options),
    kind === "index" ? findLostPlatforms(reader, repository, shape, options) : undefined,
  ]);
  const subject = attachedTo(shape, attributes?.tags ?? []);
  const imageBytes = kind === "index" ? undefined : (attributes?.imageBytes ?? sizeOf(shape));
  return {
    kind,
    mediaType: content.mediaType,
    manifestBytes: content.bytes.length,
    ...present({
      imageBytes,
      subject,
      labelsUnread: found.unread,
      lostPlatforms,
      tags: allTagsOf(attributes),
    }),
    ...(found.unasked === true
      ? {}
      : { labels: found.labels, platforms: platformsOf(shape, attributes, found.platform) }),
    children: kind === "index" ? childrenOf(shape) : [],
    ...(kind === "helm-chart" ? chartOf(shape, repository, found.labels) : {}),
    ...quarantineSaid(attributes),
  };
}

// More than are read of it cannot be told from tags that are not there.
const mostTags = 1000;

function allTagsOf(attributes: ManifestAttributes | undefined): readonly string[] | undefined {
  return attributes !== undefined && attributes.tags.length < mostTags ? attributes.tags : undefined;
}

function childrenOf({ manifests }: ManifestShape): readonly string[] {
  return [...new Set((manifests ?? []).map((child) => child.digest))].slice(0, maxChildren);
}

/** Where the registry would not give the manifest, as for a quarantined image, its attributes alone are known. */
function factsOfAttributes(attributes: ManifestAttributes): VerifiedFacts {
  const { mediaType, configMediaType, imageBytes } = attributes;
  return {
    kind: kindOfTypes(mediaType, configMediaType),
    ...present({ mediaType, imageBytes }),
    platforms: platformsOf(ManifestShape.parse({}), attributes, undefined),
    children: attributes.references.slice(0, maxChildren),
    labels: {},
    ...quarantineSaid(attributes),
  };
}

function quarantineSaid(
  attributes: ManifestAttributes | undefined,
): Pick<VerifiedFacts, "quarantine" | "scan"> {
  const { quarantineState: state, quarantineDetails } = attributes ?? {};
  if (state === undefined) return {};
  const { scan, ...said } = parseQuarantineDetails(quarantineDetails);
  return { quarantine: { state, ...said }, ...present({ scan }) };
}

function sizeOf({ config, layers }: ManifestShape): number | undefined {
  if (config === undefined) return undefined;
  return layers.reduce((total, layer) => total + layer.size, config.size);
}

// A chart's name is the last part of its repository: `helm push` allows nothing else.
function chartOf({ annotations }: ManifestShape, repository: string, labels: ImageLabels) {
  const title = annotations["org.opencontainers.image.title"];
  const name = typeof title === "string" && title !== "" ? title.slice(0, 128) : repository.split("/").at(-1);
  return { chart: { name: name ?? repository, ...present({ version: labels.version }) } };
}

async function attempt<T>(read: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await read() };
  } catch (error) {
    if (error instanceof ChatopsError) return { error };
    throw error;
  }
}

// cosign's way before OCI 1.1 and its fallback: the tag names the digest, `sha256-<hex>.sig`, `.att` or `.sbom`.
const digestTag = /^sha256-([0-9a-f]{64})(?:\.(?:sig|att|sbom))?$/;

/** The digest that an artifact is attached to, by its OCI `subject` or by a tag that names it. */
function attachedTo(shape: ManifestShape, tags: readonly string[]): string | undefined {
  if (shape.subject !== undefined) return shape.subject.digest;
  for (const tag of tags) {
    const hex = digestTag.exec(tag)?.[1];
    if (hex !== undefined) return `sha256:${hex}`;
  }
  return undefined;
}
