import { listed } from "../../cards/text/shown-text.ts";
import type { Artifact } from "../../nouns/artifact.ts";
import { code, text } from "../../nouns/text.ts";
import { present } from "../../present.ts";
import { type CommandCall, Instead } from "./command.ts";
import { digestAlone, type ImageReference, readImageReferences } from "./image-reference.ts";
import { Misused } from "./typed/misused.ts";

// One answer of a chat is for reading.
const mostTags = 5;

/** An image that somebody named, and the tag by which they did. */
export interface FoundImage {
  readonly artifact: Artifact;
  readonly tag?: string;
}

/**
 * The artifact that somebody's words mean: from what events have told, else by asking the registry, which makes it
 * known. A tag is resolved to its digest here; from then on only the digest counts. No tag is assumed: without one the
 * newest are named. Throws `Instead` for what nobody knows, and for a name that fits two images.
 */
export async function findImage(typed: string, call: CommandCall): Promise<FoundImage> {
  const digest = digestAlone(typed) ?? (await bareDigest(typed, call));
  if (digest !== undefined) return { artifact: await findByDigest(digest, call) };
  return await pickReading(typed, call, (image) => lookUp(image, call));
}

/** The artifact of one reading, as the registry has it now; undefined: neither events nor the registry know it. */
async function lookUp(
  image: ImageReference,
  call: CommandCall,
  isAgain = false,
): Promise<FoundImage | undefined> {
  const digest = await findDigest(image, call);
  if (digest === undefined) return undefined;
  const { registry, repository, tag } = image;
  const key = { registry, repository, digest };
  const known = await call.store.findArtifact(key);
  const isKnown = known !== undefined && known.kind !== "unknown";
  await (isKnown ? call.lookAgain : call.discover)(present({ ...key, tag }));
  // The tag was moved, and no event has told of it.
  if (!isAgain && (await findDigest(image, call)) !== digest) return await lookUp(image, call, true);
  const artifact = await call.store.findArtifact(key);
  if (artifact === undefined) return undefined;
  await holdTag(image, digest, call);
  return present({ artifact, tag });
}

/** The repository that somebody's words mean, with the tag or digest that they wrote behind it. Throws as `findImage`. */
export async function findRepository(typed: string, call: CommandCall): Promise<ImageReference> {
  return await pickReading(typed, call, async (one) =>
    (await newestTags(one, call)).length > 0 ? one : undefined,
  );
}

/** What fits exactly one reading of a name; if none fits, the first reading is said to be unknown. */
async function pickReading<T>(
  typed: string,
  call: CommandCall,
  look: (image: ImageReference) => Promise<T | undefined>,
): Promise<T> {
  const readings = readImageReferences(typed, call);
  const looked = await Promise.all(readings.map(async (image) => ({ image, found: await look(image) })));
  const fitting = looked.flatMap(({ image, found }) => (found === undefined ? [] : [{ image, found }]));
  const [first, ...more] = fitting;
  if (first !== undefined && more.length === 0) return first.found;
  const [image] = fitting.length > 0 ? fitting.map((one) => one.image) : readings;
  if (image === undefined) throw new Misused("Which image?");
  if (first === undefined) throw isNamed(image) ? unknown(image) : await unnamed(image, call);
  const { registries } = call.config();
  throw new Instead("❔", [
    text("Which of the two? ", code(typed), " fits both. Nothing was changed."),
    ...fitting.map(({ image: one }) =>
      text("• ", code(`${registries[one.registry]?.loginServer ?? one.registry}/${nameOf(one)}`)),
    ),
  ]);
}

const isNamed = ({ tag, digest }: ImageReference): boolean => tag !== undefined || digest !== undefined;

const nameOf = ({ repository, tag, digest }: ImageReference): string =>
  digest !== undefined ? `${repository}@${digest}` : tag !== undefined ? `${repository}:${tag}` : repository;

/** Hex digits alone are a digest where one begins so and no repository is called so. */
async function bareDigest(typed: string, { store, config }: CommandCall): Promise<string | undefined> {
  const digest = digestAlone(`sha256:${typed}`);
  if (digest === undefined || (await store.findArtifactsByDigest(digest, 1)).length === 0) return undefined;
  for (const registry of Object.keys(config().registries))
    if ((await store.tagsOfRepository(registry, typed, 1)).length > 0) return undefined;
  return digest;
}

async function findByDigest(digest: string, call: CommandCall): Promise<Artifact> {
  const { store } = call;
  const [artifact, ...more] = await store.findArtifactsByDigest(digest, mostTags);
  if (artifact === undefined)
    throw new Instead("❔", [
      text("I know no image with the digest ", code(digest), ". Nothing was changed."),
    ]);
  if (more.length === 0) {
    await call.lookAgain(artifact);
    return (await store.findArtifact(artifact)) ?? artifact;
  }
  throw new Instead("❔", [
    text("Several images have the digest ", code(digest), ". Which one? Nothing was changed."),
    ...[artifact, ...more].map(({ registry, repository, digest: whole }) =>
      text("• ", code(`${registry}/${repository}@${whole.slice(0, 19)}`)),
    ),
  ]);
}

/** Of a name with both, the tag must point to the digest: one of the two is not what was meant. Throws `Instead`. */
async function holdTag(image: ImageReference, digest: string, call: CommandCall): Promise<void> {
  const { repository, tag } = image;
  if (tag === undefined || image.digest === undefined) return;
  const pointsTo = await digestOfTag(image, tag, call);
  if (pointsTo === digest) return;
  const other =
    pointsTo === undefined
      ? "is no tag that I know."
      : text("is ", code(pointsTo.slice(0, 19)), ", not ", code(digest.slice(0, 19)), ".");
  throw new Instead("❔", [
    text(code(`${repository}:${tag}`), " ", other, " Nothing was changed."),
    "Write the tag or the digest, not both.",
  ]);
}

async function findDigest(image: ImageReference, call: CommandCall): Promise<string | undefined> {
  const { registry, repository, tag, digest } = image;
  if (digest === undefined) return tag === undefined ? undefined : await digestOfTag(image, tag, call);
  if (digest.length === "sha256:".length + 64) return digest;
  const found = await call.store.findArtifactsByDigest(digest, 2, { registry, repository });
  return found.length === 1 ? found[0]?.digest : undefined;
}

async function digestOfTag(
  { registry, repository }: ImageReference,
  tag: string,
  call: CommandCall,
): Promise<string | undefined> {
  const { store, signal } = call;
  const known = await store.findTag(registry, repository, tag);
  if (known !== undefined && !known.disputed) return known.digest;
  const confirmed = await call.accessTo(registry).reader?.findTagDigest(repository, tag, { signal });
  if (confirmed !== undefined) return confirmed;
  // A quarantined image has its tag only once it is released: until then its event is what names it.
  return known?.digest ?? (await store.findAnnounced(registry, repository, tag))?.digest;
}

async function newestTags(image: ImageReference, call: CommandCall): Promise<readonly string[]> {
  const { registry, repository } = image;
  const known = await call.store.tagsOfRepository(registry, repository, mostTags);
  if (known.length > 0) return known.map(({ tag }) => tag);
  const { reader } = call.accessTo(registry);
  return ((await reader?.listTags(repository, mostTags, { signal: call.signal })) ?? []).map(
    ({ tag }) => tag,
  );
}

async function unnamed(image: ImageReference, call: CommandCall): Promise<Instead> {
  const tags = await newestTags(image, call);
  if (tags.length === 0) return unknown(image);
  return new Instead("❔", [
    text("Which version of ", code(image.repository), "? I don't assume one. Nothing was changed."),
    text("The newest: ", listed(tags.map(code), mostTags, ", ")),
  ]);
}

function unknown(image: ImageReference): Instead {
  return new Instead("❔", [
    text("I know no image ", code(nameOf(image)), ` in ${image.registry}. Nothing was changed.`),
    text("See the tags of a repository with ", code(`tags ${image.repository}`), "."),
  ]);
}
