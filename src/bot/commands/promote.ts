import { targetsOf } from "../../config/targets-of.ts";
import type { Artifact } from "../../nouns/artifact.ts";
import { notice } from "../../nouns/card.ts";
import { currentOf } from "../../nouns/placement.ts";
import type { Target } from "../../nouns/target.ts";
import { code, text } from "../../nouns/text.ts";
import { type Command, type CommandDeps, usageNotice } from "./command.ts";
import { findImage } from "./find-image.ts";
import { reasonIn, takeFlags } from "./flags.ts";
import { placeTypedOrder } from "./place-typed-order.ts";
import { planned } from "./plan.ts";

/** `promote <image> [reason]`: to the targets that come after those where it is live, as the configuration orders them. */
export const promote: Command = {
  name: "promote",
  usage: "promote <image> [reason] [--plan]",
  summary: "deploy an image to what comes after where it is live",
  run: async (call, deps) => {
    const { words, flags } = takeFlags(call.words, ["plan"]);
    const [image, ...rest] = words;
    if (image === undefined) return usageNotice(promote, call, "Which image?");
    const found = await findImage(image, call, deps);
    if (found.kind === "not-found") return found.answer;
    const { registry, repository, digest } = found.artifact;
    const next = await nextTargets(found.artifact, deps);
    if (next.length === 0)
      return notice("warning", "⛔", [
        text(
          "Nothing comes after where ",
          code(repository),
          " is live with this image. Nothing was changed.",
        ),
        "A target comes after another by `after` in the configuration; name it with deploy otherwise.",
      ]);
    const reason = reasonIn(rest);
    const wishes = next.map(({ name }) => ({
      kind: "deploy" as const,
      registry,
      repository,
      digest,
      target: name,
      ...(found.tag === undefined ? {} : { tag: found.tag }),
      ...(reason === undefined ? {} : { reason }),
    }));
    const answers = [];
    for (const wish of wishes)
      answers.push(
        flags.has("plan")
          ? await planned(wish, call, deps)
          : (await placeTypedOrder(wish, call, deps, wishes.length === 1 ? undefined : wish.target)).said,
      );
    const [first] = answers;
    if (first !== undefined && answers.length === 1) return first;
    return {
      ...notice(
        "accent",
        "🚀",
        answers.flatMap(({ lines }) => lines),
      ),
      buttons: answers.flatMap(({ buttons }) => buttons),
    };
  },
};

async function nextTargets(artifact: Artifact, deps: CommandDeps): Promise<readonly Target[]> {
  const placements = await deps.store.placementsOf(artifact.registry, artifact.repository);
  const live = placements
    .filter((placement) => currentOf(placement)?.digest === artifact.digest)
    .map(({ target }) => target);
  return targetsOf(deps.config(), artifact).filter(
    ({ name, after }) => after !== undefined && live.includes(after.target) && !live.includes(name),
  );
}
