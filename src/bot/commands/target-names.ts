import type { Config } from "../../config/config.ts";
import type { CommandCall } from "./command.ts";
import { Misused } from "./typed/misused.ts";

/** The configured targets in words, for answers. */
export function targetNames({ targets }: Pick<Config, "targets">): string {
  const names = Object.keys(targets);
  return names.length === 0 ? "none is configured" : names.join(", ");
}

/** The target that somebody's word means, whatever its capitals and the full stop behind it. Throws `Misused`. */
export function targetNamed(typed: string, call: Pick<CommandCall, "config">): string {
  const config = call.config();
  const name = typed.toLowerCase().replace(/[.,!?;:]+$/, "");
  if (Object.hasOwn(config.targets, name)) return name;
  throw new Misused(`I don't know a target "${typed.slice(0, 80)}". Targets: ${targetNames(config)}.`);
}
