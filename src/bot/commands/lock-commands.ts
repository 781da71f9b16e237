import type { Config } from "../../config/config.ts";
import type { LockScope } from "../../nouns/lock.ts";
import type { LockOrder } from "../../nouns/request.ts";
import { person, text } from "../../nouns/text.ts";
import { type Known, operatorRole } from "../../policy/roles.ts";
import { present } from "../../present.ts";
import type { Answer, Command, CommandCall } from "./command.ts";
import { placeTypedOrder } from "./place-typed-order.ts";
import { targetNamed, targetNames } from "./target-names.ts";
import { Misused } from "./typed/misused.ts";
import { takeTime } from "./typed/read-time.ts";
import { reasonOf } from "./typed/reason-of.ts";
import { refuseStray } from "./typed/refuse-stray.ts";
import type { Word } from "./typed/split-words.ts";

/** `lock <target> <reason> [for 2h]` */
export const lock: Command = {
  name: "lock",
  usage: "lock <target> <reason> [for 2h | until 18:00]",
  summary: "block deploys to a target until you unlock it or the time runs out",
  options: ["reason"],
  acts: true,
  isFor: mayLock,
  run: async (call) => {
    const [typed] = call.words;
    if (typed === undefined)
      throw new Misused(`Which target, and why? Targets: ${targetNames(call.config())}.`);
    const target = targetNamed(typed, call);
    return await hold({ kind: "target", target }, call.typed.words.slice(1), call);
  },
};

/** `unlock <target>` */
export const unlock: Command = {
  name: "unlock",
  usage: "unlock <target>",
  summary: "take a lock off",
  acts: true,
  isFor: mayLock,
  run: async (call) => {
    const [typed, ...rest] = call.words;
    if (typed === undefined) throw new Misused(`Which target? Targets: ${targetNames(call.config())}.`);
    const target = targetNamed(typed, call);
    refuseStray(rest, `unlock ${target}`, call, []);
    return await said({ kind: "unlock", scope: { kind: "target", target } }, call);
  },
};

/** `freeze all <reason> [for 2h]` */
export const freeze: Command = {
  name: "freeze",
  usage: "freeze all <reason> [for 2h | until 18:00]",
  summary: "block every change until you unfreeze it or the time runs out",
  options: ["reason"],
  acts: true,
  isFor: isOperator,
  run: async (call) => {
    if (call.words[0]?.toLowerCase() !== "all")
      throw new Misused("To freeze everything, type freeze all. To hold one target, lock it.");
    return await hold({ kind: "all" }, call.typed.words.slice(1), call);
  },
};

/** `unfreeze` */
export const unfreeze: Command = {
  name: "unfreeze",
  usage: "unfreeze",
  summary: "end a freeze of everything",
  acts: true,
  isFor: isOperator,
  run: async (call) => {
    const [all, ...rest] = call.words;
    if (rest.length > 0 || (all !== undefined && all.toLowerCase() !== "all"))
      throw new Misused(
        "unfreeze takes no target: it ends the freeze of everything. To free one target, unlock it.",
        "unfreeze",
      );
    return await said({ kind: "unlock", scope: { kind: "all" } }, call);
  },
};

function mayLock({ roles }: Known, { targets }: Config): boolean {
  return Object.values(targets).some(({ allow }) => allow.lock.some((role) => roles.includes(role)));
}

function isOperator({ roles }: Known): boolean {
  return roles.includes(operatorRole);
}

async function hold(scope: LockScope, words: readonly Word[], call: CommandCall): Promise<Answer> {
  const clock = { now: call.clock.now(), timeZone: call.timeZone };
  const timed = takeTime(words, clock);
  // After `because` a time at the end is still a time: "because of the database move for 2h".
  const late = timed.forMs === undefined ? takeTime(call.typed.reason, clock) : undefined;
  const reason = reasonOf(late?.words ?? call.typed.reason, timed.words);
  if (reason === undefined) throw new Misused("Why? A reason is needed.");
  const forMs = timed.forMs ?? late?.forMs;
  return await said(present({ kind: "lock" as const, scope, reason, forMs }), call);
}

/** What holds a target concerns everybody there: it is said in the channel. */
async function said(order: LockOrder, call: CommandCall): Promise<Answer> {
  const { isDone, said: answer } = await placeTypedOrder(order, call);
  if (!isDone) return answer;
  return { ...answer, lines: [...answer.lines, text("By ", person(call.known.who))], isPublic: true };
}
