import type { Config } from "../../config/config.ts";
import { type CommandCall, Misused } from "./command.ts";

/** The configured targets in words, for answers. */
export function targetNames({ targets }: Pick<Config, "targets">): string {
  const names = Object.keys(targets);
  return names.length === 0 ? "none is configured" : names.join(", ");
}

/** Throws `Misused` if no target of that name is configured. */
export function checkTarget(name: string, call: Pick<CommandCall, "config">): void {
  const config = call.config();
  if (Object.hasOwn(config.targets, name)) return;
  throw new Misused(`I do not know a target "${name.slice(0, 80)}". Targets: ${targetNames(config)}.`);
}
