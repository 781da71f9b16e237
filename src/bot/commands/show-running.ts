import { notice } from "../../nouns/card.ts";
import { currentOf, type Placement } from "../../nouns/placement.ts";
import { environmentTagsOf } from "../../nouns/target.ts";
import { bold, code, type Text, text, time } from "../../nouns/text.ts";
import type { Command, CommandCall } from "./command.ts";
import { targetNamed } from "./target-names.ts";
import { Misused } from "./typed/misused.ts";

// One answer of a chat is for reading.
const mostPlacements = 30;

/** `running [target]`: targets × digest × tag × since, and where somebody else has moved one. */
export const running: Command = {
  name: "running",
  usage: "running [target]",
  summary: "what runs where, since when, and what was changed outside the bot",
  run: async (call) => {
    const [typed, ...more] = call.words;
    if (more.length > 0) throw new Misused("One target, or none for all of them.");
    const target = typed === undefined ? undefined : targetNamed(typed, call);
    const { targets } = call.config();
    const placements = (await call.store.listPlacements(mostPlacements + 1, target)).filter((one) =>
      Object.hasOwn(targets, one.target),
    );
    const lines: Text[] = [];
    for (const placement of placements.slice(0, mostPlacements)) lines.push(await lineOf(placement, call));
    if (lines.length === 0)
      return notice("neutral", "🏃", [
        "Nothing deployed yet, as far as I can see. I check targets every minute.",
      ]);
    const rest = placements.length > mostPlacements ? ["There is more: name a target."] : [];
    return notice("neutral", "🏃", [...lines, ...rest], "Running");
  },
};

async function lineOf(placement: Placement, call: CommandCall): Promise<Text> {
  const current = currentOf(placement);
  if (current === undefined) return text(bold(placement.target), ` ${placement.repository} · nothing known`);
  const short = current.digest.slice(0, 19);
  const name = await nameOnTarget(placement, current.digest, call);
  return text(
    bold(placement.target),
    ` ${placement.repository} `,
    code(name),
    name === short ? undefined : [" ", code(short)],
    " since ",
    time(current.at),
    current.unhealthy === true ? " · ❌ never became healthy" : "",
    await driftOf(placement, call),
  );
}

/** What is seen there and is not what the last operation put there. */
async function driftOf(placement: Placement, call: CommandCall): Promise<Text> {
  const current = currentOf(placement);
  const ours = placement.history.findLast(({ how }) => how !== "observed");
  if (current?.how !== "observed" || ours === undefined || ours.digest === current.digest) return [];
  return text(
    " · ⚠️ changed outside the bot; last deployed here: ",
    code(await nameOnTarget(placement, ours.digest, call)),
  );
}

/** The tag by which people know an image, else the begin of its digest; never the tag of an environment. */
export async function nameOnTarget(
  placement: Pick<Placement, "registry" | "repository">,
  digest: string,
  { store, config }: CommandCall,
): Promise<string> {
  const { registry, repository } = placement;
  const environment = new Set(Object.values(config().targets).flatMap(environmentTagsOf));
  const tags = (await store.tagsOf({ registry, repository, digest }))
    .map(({ tag }) => tag)
    .filter((tag) => !environment.has(tag));
  return tags.find((tag) => tag !== "latest") ?? tags[0] ?? digest.slice(0, 19);
}
