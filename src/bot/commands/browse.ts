import { type Artifact, quarantineOf } from "../../nouns/artifact.ts";
import { notice } from "../../nouns/card.ts";
import { currentOf } from "../../nouns/placement.ts";
import { code, type Text, text } from "../../nouns/text.ts";
import { type Command, type CommandDeps, usageNotice } from "./command.ts";
import { findImage } from "./find-image.ts";
import { readImageReference } from "./image-reference.ts";

// One answer of a chat is for reading, not for paging through a registry.
const mostTags = 15;

/** `tags <repository>`: from the registry where it can be read, else what events have told. */
export const tags: Command = {
  name: "tags",
  usage: "tags <repository>",
  summary: "the newest tags of a repository",
  run: async (call, deps) => {
    const [name] = call.words;
    if (name === undefined || call.words.length > 1) return usageNotice(tags, call, "Which repository?");
    const read = readImageReference(name, deps.config().registries);
    if (read.kind === "unclear") return usageNotice(tags, call, read.why);
    const { registry, repository } = read.image;
    const { reader } = deps.accessTo(registry);
    const found =
      reader === undefined
        ? (await deps.store.tagsOfRepository(registry, repository, mostTags + 1)).map((tag) => ({
            ...tag,
            updatedAt: tag.movedAt,
          }))
        : await reader.listTags(repository, mostTags + 1, { signal: call.signal });
    if (found.length === 0)
      return notice("neutral", "🏷️", [text("No tags in ", code(repository), ` of ${registry}.`)]);
    const lines = found
      .slice(0, mostTags)
      .map((tag) =>
        text(code(tag.tag), "  ", code(tag.digest.slice(0, 19)), "  ", { kind: "time", at: tag.updatedAt }),
      );
    const more = found.length > mostTags ? ["There are more; these are the newest."] : [];
    const source = reader === undefined ? ["From events only: I cannot read this registry."] : [];
    return notice("neutral", "🏷️", [...lines, ...more, ...source], `Tags of ${repository}`);
  },
};

/** `show <image>` */
export const show: Command = {
  name: "show",
  usage: "show <image>",
  summary: "what is known of one image",
  run: async (call, deps) => {
    const [name] = call.words;
    if (name === undefined || call.words.length > 1) return usageNotice(show, call, "Which image?");
    const found = await findImage(name, call, deps);
    if (found.kind === "not-found") return found.answer;
    return notice("neutral", "📦", await describe(found.artifact, deps), found.artifact.repository);
  },
};

async function describe(artifact: Artifact, deps: CommandDeps): Promise<readonly Text[]> {
  const pointing = await deps.store.tagsOf(artifact);
  const placements = await deps.store.placementsOf(artifact.registry, artifact.repository);
  const live = placements
    .filter((placement) => currentOf(placement)?.digest === artifact.digest)
    .map((one) => one.target);
  const lines: Text[] = [
    text("Digest ", code(artifact.digest)),
    text("Tags ", ...(pointing.length === 0 ? ["none"] : pointing.flatMap((tag) => [code(tag.tag), " "]))),
    text(
      `Kind ${artifact.kind}`,
      artifact.platforms.length === 0 ? "" : ` · ${artifact.platforms.join(", ")}`,
    ),
    text(
      `Confirmed by the registry: ${artifact.verification.state === "verified" ? "yes" : artifact.verification.state}`,
    ),
    text(`Quarantine: ${quarantineOf(artifact)}`),
    text(`Runs on: ${live.length === 0 ? "no target that I know of" : live.join(", ")}`),
  ];
  if (artifact.pushedAt !== undefined) lines.push(text("Pushed ", { kind: "time", at: artifact.pushedAt }));
  if (artifact.deletedAt !== undefined)
    lines.push(text("Deleted ", { kind: "time", at: artifact.deletedAt }));
  return lines;
}
