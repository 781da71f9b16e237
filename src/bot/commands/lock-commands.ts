import type { Config } from "../../config/config.ts";
import { durationMs } from "../../config/duration.ts";
import { durationPattern } from "../../config/parts/grammar.ts";
import type { LockScope } from "../../nouns/lock.ts";
import type { LockOrder } from "../../nouns/request.ts";
import { person, text } from "../../nouns/text.ts";
import { type Known, operatorRole } from "../../policy/roles.ts";
import { present } from "../../present.ts";
import { type Answer, type Command, type CommandCall, Misused, onlyWord } from "./command.ts";
import { reasonIn } from "./flags.ts";
import { placeTypedOrder } from "./place-typed-order.ts";
import { checkTarget, targetNames } from "./target-names.ts";

// Whoever means longer leaves the time away and takes the lock off.
const longestMs = 30 * 24 * 60 * 60_000;

/** `lock <target> <reason> [for 2h]` */
export const lock: Command = {
  name: "lock",
  usage: "lock <target> <reason> [for 2h]",
  summary: "nothing is deployed there until it is unlocked, or its time is over",
  isFor: mayLock,
  run: async (call) => {
    const [target, ...rest] = call.words;
    if (target === undefined)
      throw new Misused(`Which target, and why? Targets: ${targetNames(call.config())}.`);
    checkTarget(target, call);
    return await hold({ kind: "target", target }, rest, call);
  },
};

/** `unlock <target>` */
export const unlock: Command = {
  name: "unlock",
  usage: "unlock <target>",
  summary: "take a lock off",
  isFor: mayLock,
  run: async (call) => {
    const target = onlyWord(call, `Which target? Targets: ${targetNames(call.config())}.`);
    checkTarget(target, call);
    return await said({ kind: "unlock", scope: { kind: "target", target } }, call);
  },
};

/** `freeze all <reason> [for 2h]` */
export const freeze: Command = {
  name: "freeze",
  usage: "freeze all <reason> [for 2h]",
  summary: "nothing is changed anywhere until it is unfrozen, or its time is over",
  isFor: isOperator,
  run: async (call) => {
    const [all, ...rest] = call.words;
    if (all?.toLowerCase() !== "all")
      throw new Misused("Say that you mean all of it; one target is held with lock.");
    return await hold({ kind: "all" }, rest, call);
  },
};

/** `unfreeze` */
export const unfreeze: Command = {
  name: "unfreeze",
  usage: "unfreeze",
  summary: "end a freeze of everything",
  isFor: isOperator,
  run: async (call) => {
    const [all, ...rest] = call.words;
    if (rest.length > 0 || (all !== undefined && all.toLowerCase() !== "all"))
      throw new Misused("It ends the freeze of everything; one target is freed with unlock.");
    return await said({ kind: "unlock", scope: { kind: "all" } }, call);
  },
};

function mayLock({ roles }: Known, { targets }: Config): boolean {
  return Object.values(targets).some(({ allow }) => allow.lock.some((role) => roles.includes(role)));
}

function isOperator({ roles }: Known): boolean {
  return roles.includes(operatorRole);
}

async function hold(scope: LockScope, rest: readonly string[], call: CommandCall): Promise<Answer> {
  const { words, forMs } = timeIn(rest);
  const reason = reasonIn(words);
  if (reason === undefined) throw new Misused("Why? A reason is needed.");
  if (forMs !== undefined && !(forMs >= 1 && forMs <= longestMs))
    throw new Misused("A time is written 30m, 2h or 3d, and is at most 30 days.");
  return await said(present({ kind: "lock" as const, scope, reason, forMs }), call);
}

/** Takes a `for 2h` off the end, NaN if it is no time; words such as `for now` are part of the reason. */
function timeIn(words: readonly string[]): { readonly words: readonly string[]; readonly forMs?: number } {
  const [before, last] = words.slice(-2);
  if (before?.toLowerCase() !== "for" || last === undefined || !/^\d/.test(last)) return { words };
  const typed = last.toLowerCase();
  return {
    words: words.slice(0, -2),
    forMs: durationPattern.test(typed) ? durationMs(typed) : Number.NaN,
  };
}

/** What holds a target concerns everybody there: it is said in the channel. */
async function said(order: LockOrder, call: CommandCall): Promise<Answer> {
  const { isDone, said: answer } = await placeTypedOrder(order, call);
  if (!isDone) return answer;
  return { ...answer, lines: [...answer.lines, text("By ", person(call.known.who))], isPublic: true };
}
