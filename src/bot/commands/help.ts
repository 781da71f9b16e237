import type { Config } from "../../config/config.ts";
import { code, type Text, text } from "../../nouns/text.ts";
import { type Command, type CommandCall, notice } from "./command.ts";

/** `help [command]`: what the person may do here, from the configuration of now. */
export function createHelp(commands: () => readonly Command[]): Command {
  return {
    name: "help",
    usage: "help [command]",
    summary: "what you may do here",
    run: async (call, deps) => {
      const wanted = call.words[0]?.toLowerCase();
      const one = commands().find((command) => command.name === wanted);
      if (one !== undefined)
        return notice(
          "neutral",
          "💡",
          [text(code(`${call.prefix} ${one.usage}`), ` – ${one.summary}`)],
          one.name,
        );
      const lines = commands().map(
        (command): Text => text(code(`${call.prefix} ${command.usage}`), ` – ${command.summary}`),
      );
      return notice("neutral", "💡", [...lines, ...rightsOf(call, deps.config())], "What I can do for you");
    },
  };
}

function rightsOf(call: CommandCall, config: Config): readonly Text[] {
  const holds = (roles: readonly string[]): boolean => roles.some((role) => call.known.roles.includes(role));
  const targets = Object.values(config.targets).filter((target) => holds(target.allow.deploy));
  const registries = Object.values(config.registries).filter(
    (one) => holds(one.allow.release) || holds(one.allow.reject),
  );
  const roles = call.known.roles.length === 0 ? "none" : call.known.roles.join(", ");
  const lines = [text(`Your roles: ${roles}.`)];
  if (config.mode === "notify") lines.push(text("I only notify here: nothing can be changed through me."));
  if (config.mode === "observe")
    lines.push(text("I only observe here: I say what I would do, and do nothing."));
  for (const target of targets)
    lines.push(
      text(
        "You may deploy ",
        ...target.repositories.flatMap((one) => [code(one), " "]),
        `to ${target.name}.`,
      ),
    );
  if (registries.length > 0)
    lines.push(
      text("You may review quarantined images of ", registries.map((one) => one.name).join(", "), "."),
    );
  return lines;
}
