import type { Config } from "../../config/config.ts";
import { notice } from "../../nouns/card.ts";
import type { Target } from "../../nouns/target.ts";
import { bold, code, type Text, text } from "../../nouns/text.ts";
import { type Known, operatorRole } from "../../policy/roles.ts";
import type { Command } from "./command.ts";

/** `help [command]`: what the person may do here, from the configuration of now. */
export function createHelp(commands: () => readonly Command[]): Command {
  return {
    name: "help",
    usage: "help [command]",
    summary: "what you may do here",
    run: async (call) => {
      const config = call.config();
      const lineOf = ({ usage, summary }: Command): Text =>
        text(code(`${call.prefix} ${usage}`), ` – ${summary}`);
      const wanted = call.words[0]?.toLowerCase();
      const one = commands().find((command) => command.name === wanted);
      if (one !== undefined) return notice("neutral", "💡", [lineOf(one)], one.name);
      const lines = commands()
        .filter((command) => command.isFor?.(call.known, config) ?? true)
        .map(lineOf);
      return notice("neutral", "💡", [...lines, ...rightsOf(call.known, config)], "What I can do for you");
    },
  };
}

function rightsOf(known: Known, config: Config): readonly Text[] {
  const registries = Object.values(config.registries).filter(
    (one) => holds(known, one.allow.release) || holds(known, one.allow.reject),
  );
  const roles = known.roles.length === 0 ? "none" : known.roles.join(", ");
  const lines = [text(`Your roles: ${roles}.`)];
  if (config.mode === "notify") lines.push(text("I only notify here: nothing can be changed through me."));
  if (config.mode === "observe")
    lines.push(text("I only observe here: I say what I would do, and do nothing."));
  lines.push(...Object.values(config.targets).flatMap((target) => rightsOn(target, known)));
  if (registries.length > 0)
    lines.push(
      text(`You may review quarantined images of ${registries.map(({ name }) => name).join(", ")}.`),
    );
  if (holds(known, [operatorRole])) lines.push(text("You may freeze everything, and read the audit."));
  return lines;
}

/** `production: you may deploy shop/* (2 of approvers approve), roll back, lock, break the glass.` */
function rightsOn({ name, allow, approvals, repositories }: Target, known: Known): readonly Text[] {
  const needs =
    approvals === undefined ? "" : ` (then ${approvals.count} of ${approvals.from.join(", ")} approve)`;
  const may = [
    ...(holds(known, allow.deploy) ? [`deploy${needs}`] : []),
    ...(holds(known, allow.rollback) ? [`roll back${needs}`] : []),
    ...(approvals !== undefined && holds(known, approvals.from) ? ["approve what others ask for"] : []),
    ...(holds(known, allow.lock) ? ["lock it"] : []),
    ...(holds(known, allow.breakGlass) ? ["break the glass"] : []),
  ];
  if (may.length === 0) return [];
  const taken = repositories.length === 0 ? "everything" : repositories.flatMap((one) => [code(one), " "]);
  return [text(bold(name), `: you may ${may.join(", ")} · takes `, taken)];
}

function holds({ roles: held }: Known, roles: readonly string[]): boolean {
  return roles.some((role) => held.includes(role));
}
