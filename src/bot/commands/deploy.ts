import { present } from "../../present.ts";
import { type Command, Misused } from "./command.ts";
import { findImage } from "./find-image.ts";
import { breakGlassIn, reasonIn, takeFlags } from "./flags.ts";
import { placeOrPlan } from "./plan.ts";
import { targetNames } from "./target-names.ts";

/** `deploy <image> to <target> [reason]`: everything after the target that is no flag is the reason. */
export const deploy: Command = {
  name: "deploy",
  usage: "deploy <image> to <target> [reason] [--plan] [--break-glass]",
  summary: "put an image into an environment; --plan only says what would change",
  run: async (call) => {
    const { words, flags } = takeFlags(call.words, ["plan", "break-glass"]);
    const [image, to, target, ...rest] = words;
    if (image === undefined || to?.toLowerCase() !== "to" || target === undefined)
      throw new Misused(`Which image, to which target? Targets: ${targetNames(call.config())}.`);
    const { artifact, tag } = await findImage(image, call);
    const { registry, repository, digest } = artifact;
    const what = { kind: "deploy" as const, registry, repository, digest, target, tag };
    const wish = present({ ...what, reason: reasonIn(rest), breakGlass: breakGlassIn(flags) });
    return await placeOrPlan(wish, flags, call);
  },
};
