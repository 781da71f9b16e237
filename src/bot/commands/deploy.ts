import type { Wish } from "../../nouns/request.ts";
import { type Command, usageNotice } from "./command.ts";
import { findImage } from "./find-image.ts";
import { reasonIn, takeFlags } from "./flags.ts";
import { placeTypedOrder } from "./place-typed-order.ts";
import { planned } from "./plan.ts";
import { targetNames } from "./target-names.ts";

/** `deploy <image> to <target> [reason]`: everything after the target that is no flag is the reason. */
export const deploy: Command = {
  name: "deploy",
  usage: "deploy <image> to <target> [reason] [--plan] [--break-glass]",
  summary: "put an image into an environment; --plan only says what would change",
  run: async (call, deps) => {
    const { words, flags } = takeFlags(call.words, ["plan", "break-glass"]);
    const [image, to, target, ...rest] = words;
    if (image === undefined || to?.toLowerCase() !== "to" || target === undefined)
      return usageNotice(
        deploy,
        call,
        `Which image, to which target? Targets: ${targetNames(deps.config())}.`,
      );
    const found = await findImage(image, call, deps);
    if (found.kind === "not-found") return found.answer;
    const { registry, repository, digest } = found.artifact;
    const reason = reasonIn(rest);
    const wish: Wish = {
      kind: "deploy",
      registry,
      repository,
      digest,
      target,
      ...(found.tag === undefined ? {} : { tag: found.tag }),
      ...(reason === undefined ? {} : { reason }),
      ...(flags.has("break-glass") ? { breakGlass: true } : {}),
    };
    return flags.has("plan")
      ? await planned(wish, call, deps)
      : (await placeTypedOrder(wish, call, deps)).said;
  },
};
