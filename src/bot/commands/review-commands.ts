import type { Notice } from "../../nouns/card.ts";
import { type Command, type CommandCall, type CommandDeps, usageNotice } from "./command.ts";
import { findImage } from "./find-image.ts";
import { reasonIn } from "./flags.ts";
import { placeTypedOrder } from "./place-typed-order.ts";

/** `release <image> <reason>` */
export const release: Command = {
  name: "release",
  usage: "release <image> <reason>",
  summary: "let a quarantined image pass",
  run: (call, deps) => reviewed(release, "release", call, deps),
};

/** `reject <image> <reason>` */
export const reject: Command = {
  name: "reject",
  usage: "reject <image> <reason>",
  summary: "keep a quarantined image out for good",
  run: (call, deps) => reviewed(reject, "reject", call, deps),
};

async function reviewed(
  command: Command,
  kind: "release" | "reject",
  call: CommandCall,
  deps: CommandDeps,
): Promise<Notice> {
  const [image, ...rest] = call.words;
  const reason = reasonIn(rest);
  if (image === undefined || reason === undefined)
    return usageNotice(command, call, "Which image, and why? A reason is needed.");
  const found = await findImage(image, call, deps);
  if (found.kind === "not-found") return found.answer;
  const { registry, repository, digest } = found.artifact;
  return (await placeTypedOrder({ kind, registry, repository, digest, reason }, call, deps)).said;
}
