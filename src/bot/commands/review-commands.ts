import type { Notice } from "../../nouns/card.ts";
import type { Command, CommandCall } from "./command.ts";
import { findImage } from "./find-image.ts";
import { placeTypedOrder } from "./place-typed-order.ts";
import { Misused } from "./typed/misused.ts";
import { reasonOf } from "./typed/reason-of.ts";

/** `release <image> <reason>` */
export const release: Command = {
  name: "release",
  usage: "release <image> <reason>",
  summary: "let a quarantined image pass",
  options: ["reason"],
  acts: true,
  run: (call) => reviewed("release", call),
};

/** `reject <image> <reason>` */
export const reject: Command = {
  name: "reject",
  usage: "reject <image> <reason>",
  summary: "keep a quarantined image out for good",
  options: ["reason"],
  acts: true,
  run: (call) => reviewed("reject", call),
};

async function reviewed(kind: "release" | "reject", call: CommandCall): Promise<Notice> {
  const [image] = call.words;
  const reason = reasonOf(call.typed.reason, call.typed.words.slice(1));
  if (image === undefined || reason === undefined)
    throw new Misused("Which image, and why? A reason is needed.");
  const { artifact } = await findImage(image, call);
  const { registry, repository, digest } = artifact;
  return (await placeTypedOrder({ kind, registry, repository, digest, reason }, call)).said;
}
