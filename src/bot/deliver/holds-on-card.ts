import type { Config } from "../../config/config.ts";
import { endOfFreeze } from "../../nouns/freeze-window.ts";
import type { Lock } from "../../nouns/lock.ts";
import type { Target } from "../../nouns/target.ts";
import { lockThatHolds } from "../../policy/holds.ts";

/** By target: why nothing is deployed there now (a lock, a freeze), in words for its card; a free target has none. */
export function holdsOf(
  targets: readonly Target[],
  locks: readonly Lock[],
  { freeze }: Pick<Config, "freeze">,
  now: number,
): ReadonlyMap<string, string> {
  return new Map(
    targets.flatMap((target): [string, string][] => {
      const why = lockedWords(target, locks, now) ?? frozenWords(target, freeze, now);
      return why === undefined ? [] : [[target.name, why]];
    }),
  );
}

function lockedWords({ name }: Target, locks: readonly Lock[], now: number): string | undefined {
  const own = locks.filter(({ scope }) => scope.kind === "all" || scope.target === name);
  const lock = lockThatHolds(own, now);
  if (lock === undefined) return undefined;
  const what = lock.scope.kind === "all" ? "Everything is frozen" : `${name} is locked`;
  const until = lock.until === undefined ? "" : ` until ${utcMinute(lock.until)}`;
  return `${what} by ${lock.by.name}${until}: ${lock.reason}`;
}

function frozenWords(target: Target, freeze: readonly string[], now: number): string | undefined {
  const frozen = endOfFreeze(target.freeze, now) ?? endOfFreeze(freeze, now);
  if (frozen === undefined) return undefined;
  return `${target.name} is in a freeze (${frozen.window}) until ${utcMinute(frozen.until)}`;
}

/** `2026-11-22 14:05 UTC`: a line of words has no reader's time zone to go by. */
function utcMinute(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
