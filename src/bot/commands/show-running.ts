import { notice } from "../../nouns/card.ts";
import { currentOf, type Placement } from "../../nouns/placement.ts";
import { environmentTagsOf } from "../../nouns/target.ts";
import { bold, code, type Span, type Text, text } from "../../nouns/text.ts";
import { type Command, type CommandDeps, usageNotice } from "./command.ts";
import { unknownTarget } from "./target-names.ts";

// One answer of a chat is for reading.
const mostPlacements = 30;

/** `running [target]`: targets × digest × tag × since, and where somebody else has moved one. */
export const running: Command = {
  name: "running",
  usage: "running [target]",
  summary: "what runs where, since when, and what was not deployed through me",
  run: async (call, deps) => {
    const [target, ...more] = call.words;
    if (more.length > 0) return usageNotice(running, call, "One target, or none for all of them.");
    const unknown = target === undefined ? undefined : unknownTarget(target, running, call, deps.config());
    if (unknown !== undefined) return unknown;
    const { targets } = deps.config();
    const placements = (await deps.store.listPlacements(mostPlacements + 1, target)).filter((one) =>
      Object.hasOwn(targets, one.target),
    );
    const lines: Text[] = [];
    for (const placement of placements.slice(0, mostPlacements)) lines.push(await lineOf(placement, deps));
    if (lines.length === 0)
      return notice("neutral", "🏃", ["I know of nothing that runs there. Targets are asked now and then."]);
    const rest = placements.length > mostPlacements ? ["There is more: name a target."] : [];
    return notice("neutral", "🏃", [...lines, ...rest], "Running");
  },
};

async function lineOf(placement: Placement, deps: CommandDeps): Promise<Text> {
  const current = currentOf(placement);
  if (current === undefined) return text(bold(placement.target), ` ${placement.repository} · nothing known`);
  const short = current.digest.slice(0, 19);
  const name = await nameOf(placement, current.digest, deps);
  const ill = current.unhealthy === true ? " · ❌ never became healthy" : "";
  return text(
    bold(placement.target),
    ` ${placement.repository} `,
    code(name),
    ...(name === short ? [] : [" ", code(short)]),
    " since ",
    { kind: "time", at: current.at },
    ill,
    ...(await driftOf(placement, deps)),
  );
}

/** What is seen there and is not what the last operation put there. */
async function driftOf(placement: Placement, deps: CommandDeps): Promise<readonly (Span | string)[]> {
  const current = currentOf(placement);
  const ours = placement.history.findLast(({ how }) => how !== "observed");
  if (current?.how !== "observed" || ours === undefined || ours.digest === current.digest) return [];
  return [" · ⚠️ not deployed through me, which was ", code(await nameOf(placement, ours.digest, deps))];
}

async function nameOf(placement: Placement, digest: string, { store, config }: CommandDeps): Promise<string> {
  const { registry, repository } = placement;
  const environment = new Set(Object.values(config().targets).flatMap(environmentTagsOf));
  const tags = (await store.tagsOf({ registry, repository, digest }))
    .map(({ tag }) => tag)
    .filter((tag) => !environment.has(tag));
  return tags.find((tag) => tag !== "latest") ?? tags[0] ?? digest.slice(0, 19);
}
