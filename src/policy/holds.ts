import { endOfFreeze } from "../nouns/freeze-window.ts";
import type { Lock } from "../nouns/lock.ts";
import type { Placement } from "../nouns/placement.ts";
import type { Target } from "../nouns/target.ts";
import { type Question, type Refusal, type Rules, refuse, refuseWith } from "./question.ts";

/** What holds everything, break-glass or not: the operator's kill switch. */
export function haltedBy({ halted }: Pick<Question, "halted">): Refusal | undefined {
  return halted
    ? refuse("killSwitch", "The kill switch is on: nothing is changed through me.", "Ask the operator.")
    : undefined;
}

/** What holds a target now: a lock, a freeze, or an image that has not soaked. Break-glass goes past it. */
export function heldBy(question: Question, target: Target | undefined, rules: Rules): Refusal | undefined {
  const locked = lockedBy(question.facts.locks, question.now);
  if (locked !== undefined || target === undefined) return locked;
  // Going back after a failure cannot wait for Monday, and goes to what ran here before.
  if (question.again?.isRollbackByItself === true) return undefined;
  const passesFreeze = question.wish.kind === "rollback" && target.rollbackInFreeze === "allow";
  return (passesFreeze ? undefined : frozenBy(question.now, target, rules)) ?? unsoaked(question, target);
}

/** The lock that holds now, if any: of the target, or of everything. */
export function lockThatHolds(locks: readonly Lock[], now: number): Lock | undefined {
  return locks.find(({ until }) => until === undefined || until > now);
}

function lockedBy(locks: readonly Lock[], now: number): Refusal | undefined {
  const lock = lockThatHolds(locks, now);
  if (lock === undefined) return undefined;
  const rule = lock.scope.kind === "all" ? "freeze all" : `lock ${lock.scope.target}`;
  return refuseWith(rule, lockedWords(lock), "Ask them to take it off.");
}

/** Who holds what, until when and why. */
export function lockedWords({ scope, by, until, reason }: Lock): string {
  const what = scope.kind === "all" ? "Everything is frozen" : `${scope.target} is locked`;
  return `${what} by ${by.name}${until === undefined ? "" : ` until ${utcMinute(until)}`}: ${reason}`;
}

function frozenBy(now: number, target: Target, rules: Rules): Refusal | undefined {
  const own = endOfFreeze(target.freeze, now);
  const frozen = own ?? endOfFreeze(rules.freeze, now);
  if (frozen === undefined) return undefined;
  const rule = own === undefined ? "freeze" : `targets.${target.name}.freeze`;
  return refuseWith(
    `${rule}: ${frozen.window}`,
    `${frozenWords(target, rules, now)}.`,
    "Ask again after it.",
  );
}

/** In which freeze a target is, and until when; undefined outside of all. */
export function frozenWords(
  { name, freeze }: Pick<Target, "name" | "freeze">,
  rules: Pick<Rules, "freeze">,
  now: number,
): string | undefined {
  const frozen = endOfFreeze(freeze, now) ?? endOfFreeze(rules.freeze, now);
  return frozen && `${name} is in a freeze (${frozen.window}) until ${utcMinute(frozen.until)}`;
}

// A roll back goes to what ran on this target before: that is soak enough.
function unsoaked({ wish, facts, now }: Question, target: Target): Refusal | undefined {
  const { after } = target;
  if (after === undefined || wish.kind !== "deploy") return undefined;
  const placement = facts.placements.find((one) => one.target === after.target);
  const soaked = soakedMs(placement, wish.digest, now);
  if (soaked !== undefined && soaked >= after.soakMs) return undefined;
  const rule = `targets.${target.name}.after`;
  if (soaked === undefined) {
    const why = `${target.name} takes an image only after ${after.target}, and this one has not run there.`;
    return refuseWith(rule, why, `Deploy it to ${after.target} first.`);
  }
  const left = after.soakMs - soaked;
  const again = left < soonMs ? `in ${minutes(left + 999)}` : `at ${utcMinute(now + left)}`;
  const run = `for ${minutes(after.soakMs)}; this one has for ${minutes(soaked)}`;
  const why = `${target.name} takes an image once it has run on ${after.target} ${run}.`;
  return refuseWith(rule, why, `Ask again ${again}.`);
}

/**
 * The longest time in a row that a placement has run a digest well, in ms; undefined: never. A time that ended with a
 * roll back away from it does not count.
 */
export function soakedMs(placement: Placement | undefined, digest: string, now: number): number | undefined {
  const history = placement?.history ?? [];
  const times = history.flatMap((change, index) => {
    const next = history[index + 1];
    if (change.digest !== digest || change.unhealthy === true || next?.how === "rollback") return [];
    return [(next?.at ?? now) - change.at];
  });
  return times.length === 0 ? undefined : Math.max(...times);
}

// What is left of a wait is said as a length of time below this, as a moment above.
const soonMs = 10 * 60_000;

function minutes(ms: number): string {
  if (ms >= 60 * 60_000 && ms % (60 * 60_000) === 0) return `${ms / (60 * 60_000)} h`;
  return ms >= 60_000 ? `${Math.floor(ms / 60_000)} min` : `${Math.floor(ms / 1000)} s`;
}

/** `2026-11-22 14:05 UTC`: in an answer there is no reader's time zone to go by. */
export function utcMinute(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
