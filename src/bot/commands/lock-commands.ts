import type { Config } from "../../config/config.ts";
import { durationMs } from "../../config/duration.ts";
import { durationPattern } from "../../config/parts/grammar.ts";
import type { LockScope } from "../../nouns/lock.ts";
import type { LockOrder } from "../../nouns/request.ts";
import { type Text, text } from "../../nouns/text.ts";
import { type Known, operatorRole } from "../../policy/roles.ts";
import { type Answer, type Command, type CommandCall, type CommandDeps, usageNotice } from "./command.ts";
import { reasonIn } from "./flags.ts";
import { placeTypedOrder } from "./place-typed-order.ts";
import { targetNames, unknownTarget } from "./target-names.ts";

// Whoever means longer leaves the time away and takes the lock off.
const longestMs = 30 * 24 * 60 * 60_000;

/** `lock <target> <reason> [for 2h]` */
export const lock: Command = {
  name: "lock",
  usage: "lock <target> <reason> [for 2h]",
  summary: "nothing is deployed there until it is unlocked, or its time is over",
  isFor: mayLock,
  run: async (call, deps) => {
    const [target, ...rest] = call.words;
    if (target === undefined)
      return usageNotice(lock, call, `Which target, and why? Targets: ${targetNames(deps.config())}.`);
    const unknown = unknownTarget(target, lock, call, deps.config());
    return unknown ?? (await hold(lock, { kind: "target", target }, rest, call, deps));
  },
};

/** `unlock <target>` */
export const unlock: Command = {
  name: "unlock",
  usage: "unlock <target>",
  summary: "take a lock off",
  isFor: mayLock,
  run: async (call, deps) => {
    const [target] = call.words;
    if (target === undefined || call.words.length > 1)
      return usageNotice(unlock, call, `Which target? Targets: ${targetNames(deps.config())}.`);
    const unknown = unknownTarget(target, unlock, call, deps.config());
    return unknown ?? (await said({ kind: "unlock", scope: { kind: "target", target } }, call, deps));
  },
};

/** `freeze all <reason> [for 2h]` */
export const freeze: Command = {
  name: "freeze",
  usage: "freeze all <reason> [for 2h]",
  summary: "nothing is changed anywhere until it is unfrozen, or its time is over",
  isFor: isOperator,
  run: async (call, deps) => {
    const [all, ...rest] = call.words;
    if (all?.toLowerCase() !== "all")
      return usageNotice(freeze, call, "Say that you mean all of it; one target is held with lock.");
    return await hold(freeze, { kind: "all" }, rest, call, deps);
  },
};

/** `unfreeze` */
export const unfreeze: Command = {
  name: "unfreeze",
  usage: "unfreeze",
  summary: "end a freeze of everything",
  isFor: isOperator,
  run: async (call, deps) => {
    const [all, ...rest] = call.words;
    if (rest.length > 0 || (all !== undefined && all.toLowerCase() !== "all"))
      return usageNotice(
        unfreeze,
        call,
        "It ends the freeze of everything; one target is freed with unlock.",
      );
    return await said({ kind: "unlock", scope: { kind: "all" } }, call, deps);
  },
};

function mayLock({ roles }: Known, { targets }: Config): boolean {
  return Object.values(targets).some(({ allow }) => allow.lock.some((role) => roles.includes(role)));
}

function isOperator({ roles }: Known): boolean {
  return roles.includes(operatorRole);
}

async function hold(
  command: Command,
  scope: LockScope,
  rest: readonly string[],
  call: CommandCall,
  deps: CommandDeps,
): Promise<Answer> {
  const { words, forMs, isWrong } = timeIn(rest);
  const reason = reasonIn(words);
  if (reason === undefined) return usageNotice(command, call, "Why? A reason is needed.");
  if (isWrong) return usageNotice(command, call, "A time is written 30m, 2h or 3d, and is at most 30 days.");
  return await said({ kind: "lock", scope, reason, ...(forMs === undefined ? {} : { forMs }) }, call, deps);
}

interface Timed {
  readonly words: readonly string[];
  readonly forMs?: number;
  readonly isWrong: boolean;
}

/** Takes a `for 2h` off the end; words such as `for now` are part of the reason. */
function timeIn(words: readonly string[]): Timed {
  const [before, last] = words.slice(-2);
  if (before?.toLowerCase() !== "for" || last === undefined || !/^\d/.test(last))
    return { words, isWrong: false };
  const reason = words.slice(0, -2);
  const typed = last.toLowerCase();
  if (!durationPattern.test(typed)) return { words: reason, isWrong: true };
  const forMs = durationMs(typed);
  return { words: reason, forMs, isWrong: forMs < 1 || forMs > longestMs };
}

/** What holds a target concerns everybody there: it is said in the channel. */
async function said(order: LockOrder, call: CommandCall, deps: CommandDeps): Promise<Answer> {
  const { isDone, said: answer } = await placeTypedOrder(order, call, deps);
  if (!isDone) return answer;
  const by: Text = text("By ", { kind: "person", who: call.known.who });
  return { ...answer, lines: [...answer.lines, by], isPublic: true };
}
