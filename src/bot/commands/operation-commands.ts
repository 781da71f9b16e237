import type { Notice } from "../../nouns/card.ts";
import { currentOf } from "../../nouns/placement.ts";
import { present } from "../../present.ts";
import { previousByTarget } from "../deliver/previous-on-card.ts";
import { type Command, type CommandCall, Instead, Misused } from "./command.ts";
import { breakGlassIn, reasonIn, takeFlags } from "./flags.ts";
import { readImageReference } from "./image-reference.ts";
import { placeOrPlan } from "./plan.ts";
import { checkTarget, targetNames } from "./target-names.ts";

/** `redeploy <target> <repository> [reason]` */
export const redeploy: Command = {
  name: "redeploy",
  usage: "redeploy <target> <repository> [reason] [--plan] [--break-glass]",
  summary: "set what runs there again, the same digest",
  run: (call) => onPlacement("redeploy", call),
};

/** `rollback <target> <repository> [reason]` */
export const rollback: Command = {
  name: "rollback",
  usage: "rollback <target> <repository> [reason] [--plan] [--break-glass]",
  summary: "go back to the image that was there before",
  run: (call) => onPlacement("rollback", call),
};

async function onPlacement(kind: "redeploy" | "rollback", call: CommandCall): Promise<Notice> {
  const { words, flags } = takeFlags(call.words, ["plan", "break-glass"]);
  const [target, name, ...rest] = words;
  if (target === undefined || name === undefined)
    throw new Misused(`Which target, which repository? Targets: ${targetNames(call.config())}.`);
  const { registry, repository } = readImageReference(name, call);
  checkTarget(target, call);
  const place = { target, registry, repository };
  const placement = await call.store.findPlacement(place);
  const expectedCurrent = currentOf(placement)?.digest;
  const previous = await previousByTarget(placement === undefined ? [] : [placement], call.store);
  const digest = kind === "redeploy" ? expectedCurrent : previous.get(target);
  if (digest === undefined || expectedCurrent === undefined)
    throw new Instead("⛔", [
      `I know of no image of ${repository} to ${kind === "rollback" ? "go back to" : "set again"} on ${target}. Nothing was changed.`,
    ]);
  const asked = { reason: reasonIn(rest), breakGlass: breakGlassIn(flags) };
  return await placeOrPlan(present({ kind, ...place, digest, expectedCurrent, ...asked }), flags, call);
}
