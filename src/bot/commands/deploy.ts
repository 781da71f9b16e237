import { present } from "../../present.ts";
import type { Command } from "./command.ts";
import { findImage } from "./find-image.ts";
import { placeOrPlan } from "./plan.ts";
import { targetNamed, targetNames } from "./target-names.ts";
import { Misused } from "./typed/misused.ts";
import { placingOptions } from "./typed/read-options.ts";
import { refuseStray } from "./typed/refuse-stray.ts";

/** `deploy <image> to <target> [because <reason>]` */
export const deploy: Command = {
  name: "deploy",
  usage: "deploy <image> to <target> [because <reason>] [--plan] [--break-glass]",
  summary: "put an image into an environment; --plan only says what would change",
  options: placingOptions,
  acts: true,
  run: async (call) => {
    const [image, to, typed, ...rest] = call.words;
    if (image === undefined || to?.toLowerCase() !== "to" || typed === undefined)
      throw new Misused(`Which image, to which target? Targets: ${targetNames(call.config())}.`);
    const target = targetNamed(typed, call);
    refuseStray(rest, `deploy ${image} to ${target}`, call, placingOptions);
    const { artifact, tag } = await findImage(image, call);
    const { registry, repository, digest } = artifact;
    const what = { kind: "deploy" as const, registry, repository, digest, target, tag };
    return await placeOrPlan(present(what), call);
  },
};
