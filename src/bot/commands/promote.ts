import { targetsOf } from "../../config/targets-of.ts";
import type { Artifact } from "../../nouns/artifact.ts";
import { notice } from "../../nouns/card.ts";
import { currentOf } from "../../nouns/placement.ts";
import { code, text } from "../../nouns/text.ts";
import { present } from "../../present.ts";
import { type Command, type CommandCall, Instead } from "./command.ts";
import { findImage } from "./find-image.ts";
import { placeOrPlan } from "./plan.ts";
import { Misused } from "./typed/misused.ts";
import type { OptionName } from "./typed/read-options.ts";
import { refuseStray } from "./typed/refuse-stray.ts";

const options: readonly OptionName[] = ["plan", "reason"];

/** `promote <image> [because <reason>]`: to the targets that come after those where it is live, as the configuration orders them. */
export const promote: Command = {
  name: "promote",
  usage: "promote <image> [because <reason>] [--plan]",
  summary: "deploy an image to the target that comes next",
  options,
  acts: true,
  run: async (call) => {
    const [image, ...rest] = call.words;
    if (image === undefined) throw new Misused("Which image?");
    refuseStray(rest, `promote ${image}`, call, options);
    const { artifact, tag } = await findImage(image, call);
    const { registry, repository, digest } = artifact;
    const targets = await nextTargets(artifact, call);
    const what = { kind: "deploy" as const, registry, repository, digest, tag };
    const answers = [];
    for (const target of targets) {
      const part = targets.length === 1 ? undefined : target;
      answers.push(await placeOrPlan(present({ ...what, target }), call, part));
    }
    const [first] = answers;
    if (first !== undefined && answers.length === 1) return first;
    const lines = answers.flatMap((answer) => answer.lines);
    return { ...notice("accent", "🚀", lines), buttons: answers.flatMap(({ buttons }) => buttons) };
  },
};

async function nextTargets(artifact: Artifact, { store, config }: CommandCall): Promise<readonly string[]> {
  const placements = await store.placementsOf(artifact.registry, artifact.repository);
  const live = placements
    .filter((placement) => currentOf(placement)?.digest === artifact.digest)
    .map(({ target }) => target);
  const next = targetsOf(config(), artifact).filter(
    ({ name, after }) => after !== undefined && live.includes(after.target) && !live.includes(name),
  );
  if (next.length > 0) return next.map(({ name }) => name);
  const { repository } = artifact;
  throw new Instead("⛔", [
    text("Nothing comes after where ", code(repository), " is live with this image. Nothing was changed."),
    "A target comes after another by `after` in the configuration; name it with deploy otherwise.",
  ]);
}
