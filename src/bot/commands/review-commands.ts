import type { Notice } from "../../nouns/card.ts";
import { type Command, type CommandCall, Misused } from "./command.ts";
import { findImage } from "./find-image.ts";
import { reasonIn } from "./flags.ts";
import { placeTypedOrder } from "./place-typed-order.ts";

/** `release <image> <reason>` */
export const release: Command = {
  name: "release",
  usage: "release <image> <reason>",
  summary: "let a quarantined image pass",
  run: (call) => reviewed("release", call),
};

/** `reject <image> <reason>` */
export const reject: Command = {
  name: "reject",
  usage: "reject <image> <reason>",
  summary: "keep a quarantined image out for good",
  run: (call) => reviewed("reject", call),
};

async function reviewed(kind: "release" | "reject", call: CommandCall): Promise<Notice> {
  const [image, ...rest] = call.words;
  const reason = reasonIn(rest);
  if (image === undefined || reason === undefined)
    throw new Misused("Which image, and why? A reason is needed.");
  const { artifact } = await findImage(image, call);
  const { registry, repository, digest } = artifact;
  return (await placeTypedOrder({ kind, registry, repository, digest, reason }, call)).said;
}
