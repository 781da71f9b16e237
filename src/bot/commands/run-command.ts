import { distance } from "fastest-levenshtein";
import { ChatopsError, describeError } from "../../errors.ts";
import { notice } from "../../nouns/card.ts";
import { code, text } from "../../nouns/text.ts";
import { whyNoReader } from "../../policy/roles.ts";
import { show, tags } from "./browse.ts";
import type { Answer, Command, CommandCall, CommandDeps } from "./command.ts";
import { deploy } from "./deploy.ts";
import { createHelp } from "./help.ts";
import { approvals } from "./list-approvals.ts";
import { freeze, lock, unfreeze, unlock } from "./lock-commands.ts";
import { redeploy, rollback } from "./operation-commands.ts";
import { parseCommand } from "./parse.ts";
import { promote } from "./promote.ts";
import { reject, release } from "./review-commands.ts";
import { audit } from "./show-audit.ts";
import { running } from "./show-running.ts";
import { ping, webhooks } from "./webhooks.ts";
import { why } from "./why.ts";

const help = createHelp(() => commands);
/** Every command, in the order in which help shows them. */
export const commands: readonly Command[] = [
  help,
  deploy,
  promote,
  redeploy,
  rollback,
  approvals,
  running,
  lock,
  unlock,
  freeze,
  unfreeze,
  release,
  reject,
  show,
  tags,
  why,
  audit,
  ping,
  webhooks,
];

// Further than this from every command, or than half of what was typed, a guess would not help.
const nearEnough = 3;

/** Runs what somebody typed and gives the answer to it; never throws. Who is no member gets a refusal. */
export async function runCommand(
  typed: string,
  call: Omit<CommandCall, "words">,
  deps: CommandDeps,
): Promise<Answer> {
  const parsed = parseCommand(typed);
  const stranger = whyNoReader(call.known, deps.config().roles);
  if (stranger !== undefined) {
    deps.log.info(
      { step: "decide", userId: call.known.who.userId, outcome: "refused", rule: "membership or viewer" },
      "a command was refused",
    );
    return notice("warning", "⛔", [stranger]);
  }
  const command = parsed.name === "" ? help : commands.find((one) => one.name === parsed.name);
  if (command === undefined) return notUnderstood(parsed.name, call.prefix);
  try {
    return await command.run({ ...call, words: parsed.words }, deps);
  } catch (error) {
    const known = error instanceof ChatopsError;
    deps.log[known ? "warn" : "error"](
      { step: "decide", command: command.name, requestId: call.requestId, error: describeError(error) },
      "a command failed",
    );
    const words = known ? error.message : "Something unexpected went wrong.";
    return notice("attention", "🔴", [
      words,
      `Nothing more was changed. Reference for the operator: ${call.requestId}`,
    ]);
  }
}

function notUnderstood(name: string, prefix: string): Answer {
  const nearest = commands
    .map((command) => ({ command, steps: distance(name.slice(0, 40), command.name) }))
    .sort((one, other) => one.steps - other.steps)[0];
  const guess =
    nearest !== undefined && nearest.steps <= Math.min(nearEnough, Math.floor(name.length / 2))
      ? nearest.command
      : undefined;
  return notice("warning", "❔", [
    guess === undefined
      ? text("I do not understand ", code(name.slice(0, 40)), ".")
      : text(
          "I do not understand ",
          code(name.slice(0, 40)),
          ". Did you mean ",
          code(`${prefix} ${guess.usage}`),
          "?",
        ),
    text("See ", code(`${prefix} help`), "."),
  ]);
}
