import { type Notice, notice } from "../../nouns/card.ts";
import { currentOf } from "../../nouns/placement.ts";
import type { Wish } from "../../nouns/request.ts";
import { previousByTarget } from "../deliver/previous-on-card.ts";
import { type Command, type CommandCall, type CommandDeps, usageNotice } from "./command.ts";
import { reasonIn, takeFlags } from "./flags.ts";
import { readImageReference } from "./image-reference.ts";
import { placeTypedOrder } from "./place-typed-order.ts";
import { planned } from "./plan.ts";
import { targetNames, unknownTarget } from "./target-names.ts";

/** `redeploy <target> <repository> [reason]` */
export const redeploy: Command = {
  name: "redeploy",
  usage: "redeploy <target> <repository> [reason] [--plan] [--break-glass]",
  summary: "set what runs there again, the same digest",
  run: (call, deps) =>
    onPlacement(redeploy, call, deps, ({ current }) =>
      current === undefined ? undefined : { kind: "redeploy", digest: current, expectedCurrent: current },
    ),
};

/** `rollback <target> <repository> [reason]` */
export const rollback: Command = {
  name: "rollback",
  usage: "rollback <target> <repository> [reason] [--plan] [--break-glass]",
  summary: "go back to the image that was there before",
  run: (call, deps) =>
    onPlacement(rollback, call, deps, ({ current, previous }) =>
      current === undefined || previous === undefined
        ? undefined
        : { kind: "rollback", digest: previous, expectedCurrent: current },
    ),
};

async function onPlacement(
  command: Command,
  call: CommandCall,
  deps: CommandDeps,
  choose: (placement: {
    current: string | undefined;
    previous: string | undefined;
  }) => Pick<Wish, "kind" | "digest" | "expectedCurrent"> | undefined,
): Promise<Notice> {
  const { words, flags } = takeFlags(call.words, ["plan", "break-glass"]);
  const [target, name, ...rest] = words;
  if (target === undefined || name === undefined)
    return usageNotice(
      command,
      call,
      `Which target, which repository? Targets: ${targetNames(deps.config())}.`,
    );
  const read = readImageReference(name, deps.config().registries);
  if (read.kind === "unclear") return notice("warning", "❔", [read.why]);
  const { registry, repository } = read.image;
  const unknown = unknownTarget(target, command, call, deps.config());
  if (unknown !== undefined) return unknown;
  const placement = await deps.store.findPlacement({ target, registry, repository });
  const previous =
    placement === undefined ? undefined : (await previousByTarget([placement], deps.store)).get(target);
  const chosen = choose({ current: currentOf(placement)?.digest, previous });
  if (chosen === undefined)
    return notice("warning", "⛔", [
      `I know of no image of ${repository} to ${command === rollback ? "go back to" : "set again"} on ${target}. Nothing was changed.`,
    ]);
  const reason = reasonIn(rest);
  const wish: Wish = {
    ...chosen,
    registry,
    repository,
    target,
    ...(reason === undefined ? {} : { reason }),
    ...(flags.has("break-glass") ? { breakGlass: true } : {}),
  };
  return flags.has("plan") ? await planned(wish, call, deps) : (await placeTypedOrder(wish, call, deps)).said;
}
