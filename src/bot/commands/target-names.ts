import type { Config } from "../../config/config.ts";
import type { Notice } from "../../nouns/card.ts";
import { type Command, type CommandCall, usageNotice } from "./command.ts";

/** The configured targets in words, for answers. */
export function targetNames({ targets }: Pick<Config, "targets">): string {
  const names = Object.keys(targets);
  return names.length === 0 ? "none is configured" : names.join(", ");
}

/** Says that a target of that name is not configured; undefined if it is. */
export function unknownTarget(
  name: string,
  command: Pick<Command, "usage">,
  call: Pick<CommandCall, "prefix">,
  config: Pick<Config, "targets">,
): Notice | undefined {
  if (Object.hasOwn(config.targets, name)) return undefined;
  const words = `I do not know a target "${name.slice(0, 80)}". Targets: ${targetNames(config)}.`;
  return usageNotice(command, call, words);
}
