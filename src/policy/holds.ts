import { endOfFreeze } from "../nouns/freeze-window.ts";
import type { Lock } from "../nouns/lock.ts";
import type { Placement } from "../nouns/placement.ts";
import type { Target } from "../nouns/target.ts";
import { type Question, type Refusal, type Rules, refuse } from "./question.ts";

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
  return frozenBy(question.now, target, rules) ?? unsoaked(question, target);
}

/** The lock that holds now, if any: of the target, or of everything. */
export function lockThatHolds(locks: readonly Lock[], now: number): Lock | undefined {
  return locks.find(({ until }) => until === undefined || until > now);
}

function lockedBy(locks: readonly Lock[], now: number): Refusal | undefined {
  const lock = lockThatHolds(locks, now);
  if (lock === undefined) return undefined;
  const what = lock.scope.kind === "all" ? "Everything is frozen" : `${lock.scope.target} is locked`;
  const until = lock.until === undefined ? "" : ` until ${isoMinute(lock.until)}`;
  return refuse(
    lock.scope.kind === "all" ? "freeze all" : `lock ${lock.scope.target}`,
    `${what} by ${lock.by.name}${until}: ${lock.reason}`,
    "Ask them to take it off. Nothing was changed.",
  );
}

function frozenBy(now: number, target: Target, rules: Rules): Refusal | undefined {
  const own = endOfFreeze(target.freeze, now);
  const frozen = own ?? endOfFreeze(rules.freeze, now);
  if (frozen === undefined) return undefined;
  return refuse(
    own === undefined ? `freeze: ${frozen.window}` : `targets.${target.name}.freeze: ${frozen.window}`,
    `${target.name} is in a freeze (${frozen.window}) until ${isoMinute(frozen.until)}.`,
    "Ask again after it. Nothing was changed.",
  );
}

// A roll back goes to what ran on this target before: that is soak enough.
function unsoaked({ wish, facts, now }: Question, target: Target): Refusal | undefined {
  const { after } = target;
  if (after === undefined || wish.kind !== "deploy") return undefined;
  const placement = facts.placements.find((one) => one.target === after.target);
  const soaked = soakedMs(placement, wish.digest, now);
  if (soaked !== undefined && soaked >= after.soakMs) return undefined;
  const rule = `targets.${target.name}.after`;
  if (soaked === undefined)
    return refuse(
      rule,
      `${target.name} takes an image only after ${after.target}, and this one has not run there.`,
      `Deploy it to ${after.target} first. Nothing was changed.`,
    );
  const left = after.soakMs - soaked;
  const again = left < soonMs ? `in ${minutes(left + 999)}` : `at ${isoMinute(now + left)}`;
  return refuse(
    rule,
    `${target.name} takes an image once it has run on ${after.target} for ${minutes(after.soakMs)}; this one has for ${minutes(soaked)}.`,
    `Ask again ${again}. Nothing was changed.`,
  );
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

/** `2026-11-22 14:05 UTC`: in a refusal there is no reader's time zone to go by. */
function isoMinute(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
