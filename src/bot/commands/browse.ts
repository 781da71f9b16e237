import { type Artifact, quarantineOf } from "../../nouns/artifact.ts";
import { notice } from "../../nouns/card.ts";
import { currentOf } from "../../nouns/placement.ts";
import { code, type Text, text, time } from "../../nouns/text.ts";
import { type Command, type CommandCall, onlyWord } from "./command.ts";
import { findImage, findRepository } from "./find-image.ts";

// One answer of a chat is for reading, not for paging through a registry.
const mostTags = 15;

/** `tags <repository>`: from the registry where it can be read, else what events have told. */
export const tags: Command = {
  name: "tags",
  usage: "tags <repository>",
  summary: "the newest tags of a repository",
  run: async (call) => {
    const { registry, repository } = await findRepository(onlyWord(call, "Which repository?"), call);
    const { reader } = call.accessTo(registry);
    const found = await (reader === undefined
      ? knownTags(registry, repository, call)
      : reader.listTags(repository, mostTags + 1, { signal: call.signal }));
    if (found.length === 0)
      return notice("neutral", "🏷️", [text("No tags in ", code(repository), ` of ${registry}.`)]);
    const lines = found
      .slice(0, mostTags)
      .map((tag) => text(code(tag.tag), "  ", code(tag.digest.slice(0, 19)), "  ", time(tag.updatedAt)));
    const more = found.length > mostTags ? ["There are more; these are the newest."] : [];
    const source = reader === undefined ? ["From events only: I cannot read this registry."] : [];
    return notice("neutral", "🏷️", [...lines, ...more, ...source], `Tags of ${repository}`);
  },
};

async function knownTags(registry: string, repository: string, { store }: CommandCall) {
  const known = await store.tagsOfRepository(registry, repository, mostTags + 1);
  return known.map(({ tag, digest, movedAt }) => ({ tag, digest, updatedAt: movedAt }));
}

/** `show <image>` */
export const show: Command = {
  name: "show",
  usage: "show <image>",
  summary: "what is known of one image",
  run: async (call) => {
    const { artifact } = await findImage(onlyWord(call, "Which image?"), call);
    return notice("neutral", "📦", await describe(artifact, call), artifact.repository);
  },
};

async function describe(artifact: Artifact, { store }: CommandCall): Promise<readonly Text[]> {
  const { kind, platforms, verification, pushedAt, deletedAt } = artifact;
  const pointing = (await store.tagsOf(artifact)).flatMap(({ tag }) => [code(tag), " "]);
  const placements = await store.placementsOf(artifact.registry, artifact.repository);
  const live = placements
    .filter((placement) => currentOf(placement)?.digest === artifact.digest)
    .map((one) => one.target);
  return [
    text("Digest ", code(artifact.digest)),
    text("Tags ", pointing.length === 0 ? "none" : pointing),
    text(`Kind ${kind}`, platforms.length === 0 ? "" : ` · ${platforms.join(", ")}`),
    text(`Confirmed by the registry: ${verification.state === "verified" ? "yes" : verification.state}`),
    text(`Quarantine: ${quarantineOf(artifact)}`),
    text(`Runs on: ${live.length === 0 ? "no target that I know of" : live.join(", ")}`),
    ...(pushedAt === undefined ? [] : [text("Pushed ", time(pushedAt))]),
    ...(deletedAt === undefined ? [] : [text("Deleted ", time(deletedAt))]),
  ];
}
