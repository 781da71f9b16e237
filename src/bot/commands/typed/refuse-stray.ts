import type { Config } from "../../../config/config.ts";
import { code, text } from "../../../nouns/text.ts";
import { Misused } from "./misused.ts";
import { type Arguments, nearestOption, type OptionName } from "./read-options.ts";

/**
 * Throws `Misused` if words are left after a complete command, with the command that was probably meant: they never
 * become a reason by themselves. `command` is what it was without them, options and its prefix.
 */
export function refuseStray(
  left: readonly string[],
  command: string,
  { typed, config }: { readonly typed: Arguments; readonly config: () => Pick<Config, "targets"> },
  options: readonly OptionName[],
): void {
  const [first] = left;
  if (first === undefined) return;
  const said = left.join(" ").slice(0, 200);
  const complete = [command, ...[...typed.options].map((name) => `--${name}`)].join(" ");
  if (/^(?:and|&|\+|,|or)$/i.test(first))
    throw new Misused("One at a time: send one command for each.", complete);
  // Nobody means `because to production`, which would be done where the command goes without it.
  const isPlace = left.some((word) => Object.hasOwn(config().targets, word.toLowerCase()));
  if (isPlace || /^(?:to|in|on|onto|from)$/i.test(first) || / (?:to|in|on|onto|from)$/i.test(command))
    throw new Misused(text("I don't know what to do with ", code(said), "."));
  const option = left.length === 1 ? nearestOption(first, options) : undefined;
  if (option !== undefined && option !== "reason")
    throw new Misused(text("I don't know what to do with ", code(said), "."), `${complete} --${option}`);
  if (options.includes("reason") && typed.reason.length === 0)
    throw new Misused(
      text("I don't know what to do with ", code(said), ". A reason begins with “because”."),
      `${complete} because ${said}`,
    );
  throw new Misused(text("I don't know what to do with ", code(said), "."), complete);
}
