import { distance } from "fastest-levenshtein";
import { ChatopsError, describeError } from "../../errors.ts";
import { notice } from "../../nouns/card.ts";
import type { Principal } from "../../nouns/principal.ts";
import { code, text } from "../../nouns/text.ts";
import { whyNoMember, whyNoReader } from "../../policy/roles.ts";
import { present } from "../../present.ts";
import { toStranger } from "../converse/click-guard.ts";
import { approve, cancel, decline } from "./approve-commands.ts";
import { show, tags } from "./browse.ts";
import { type Answer, type Command, type CommandCall, type CommandDeps, Instead } from "./command.ts";
import { deploy } from "./deploy.ts";
import { createHelp } from "./help.ts";
import { approvals } from "./list-approvals.ts";
import { freeze, lock, unfreeze, unlock } from "./lock-commands.ts";
import { redeploy, rollback } from "./operation-commands.ts";
import { promote } from "./promote.ts";
import { reject, release } from "./review-commands.ts";
import { audit } from "./show-audit.ts";
import { history } from "./show-history.ts";
import { running } from "./show-running.ts";
import { Misused } from "./typed/misused.ts";
import { readOptions } from "./typed/read-options.ts";
import { splitWords } from "./typed/split-words.ts";
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
  approve,
  decline,
  cancel,
  running,
  history,
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
// Longer than any command; what is longer is refused, so that no option at its end is cut off.
const mostCharacters = 3_000;
// A command that asks another system goes on after its message was taken; Slack takes answers for 30 minutes.
const commandLimitMs = 60_000;

/** What somebody typed, and where. */
export interface TypedCommand extends Pick<CommandCall, "channel" | "requestId" | "prefix" | "canPost"> {
  readonly who: Principal;
  /** Where the platform can be asked about them, if it has to be asked by place. */
  readonly seenIn?: string;
  readonly text: string;
  /** Their zone of the IANA database, where the platform tells it with what they typed. */
  readonly timeZone?: string;
}

/** Runs what somebody typed and gives the answer to it. Who is no member gets a refusal. Throws what the store throws. */
export async function runCommand(typed: TypedCommand, deps: CommandDeps): Promise<Answer> {
  const { who, seenIn, channel, requestId, prefix } = typed;
  const { userId } = who;
  const known = await deps.people.learn(who, false, seenIn).catch(async (error: unknown) => {
    deps.log.warn({ userId, error: describeError(error) }, "somebody could not be looked up");
    return await deps.people.recall(who);
  });
  const stranger = whyNoReader(known, deps.config().roles);
  if (stranger !== undefined) {
    const fields = { step: "decide", userId, outcome: "refused", rule: "membership or viewer" };
    deps.log.info(fields, "a command was refused");
    return whyNoMember(known) === undefined
      ? notice("warning", "⛔", [stranger])
      : toStranger(known, stranger, deps);
  }
  if (typed.text.length > mostCharacters)
    return notice("warning", "❔", [`This is too long for a command: at most ${mostCharacters} characters.`]);
  const [first, ...rest] = splitWords(typed.text);
  const name = (first?.text ?? "").toLowerCase().replace(/[.,!?;:]+$/, "");
  const command = name === "" ? help : commands.find((one) => one.name === name);
  if (command === undefined) return notUnderstood(name, prefix);
  const signal = AbortSignal.timeout(commandLimitMs);
  const timeZone = typed.timeZone ?? known.who.timeZone;
  const { canPost } = typed;
  const call = { ...deps, known, channel, requestId, prefix, timeZone, signal, ...present({ canPost }) };
  try {
    const read = readOptions(rest, command.options ?? []);
    return await command.run({ ...call, typed: read, words: read.words.map(({ text }) => text) });
  } catch (error) {
    return answerFor(error, command, call);
  }
}

function answerFor(
  error: unknown,
  { name, usage }: Command,
  { requestId, prefix, log }: Pick<CommandCall, "requestId" | "prefix" | "log">,
): Answer {
  if (error instanceof Instead) return error.answer;
  if (error instanceof Misused)
    return notice("warning", "❔", [
      error.why,
      error.meant === undefined
        ? text("Usage: ", code(`${prefix} ${usage}`))
        : text("Did you mean ", code(`${prefix} ${error.meant}`), "?"),
    ]);
  const known = error instanceof ChatopsError;
  const fields = { step: "decide", command: name, requestId, error: describeError(error) };
  log[known ? "warn" : "error"](fields, "a command failed");
  return notice("attention", "🔴", [
    known ? error.message : "Something unexpected went wrong.",
    `Nothing more was changed. Reference for the operator: ${requestId}`,
  ]);
}

function notUnderstood(name: string, prefix: string): Answer {
  const said = name.slice(0, 40);
  const nearest = commands
    .filter((one) => one.acts === undefined && one.name.startsWith(name.slice(0, 1)))
    .map(({ name: known, usage }) => ({ usage, steps: distance(said, known) }))
    .sort((one, other) => one.steps - other.steps)
    .find(({ steps }) => steps <= Math.min(nearEnough, Math.floor(name.length / 2)));
  const guess = nearest === undefined ? "." : [". Did you mean ", code(`${prefix} ${nearest.usage}`), "?"];
  return notice("warning", "❔", [
    text("I don't understand ", code(said), guess),
    text("See ", code(`${prefix} help`), "."),
  ]);
}
