import type { Config } from "../../config/config.ts";
import type { Lock } from "../../nouns/lock.ts";
import type { Target } from "../../nouns/target.ts";
import { frozenWords, lockedWords, lockThatHolds } from "../../policy/holds.ts";

/** By target: why nothing is deployed there now (a lock, a freeze), in words for its card; a free target has none. */
export function holdsOf(
  targets: readonly Target[],
  locks: readonly Lock[],
  rules: Pick<Config, "freeze">,
  now: number,
): ReadonlyMap<string, string> {
  return new Map(
    targets.flatMap((target): [string, string][] => {
      const own = locks.filter(({ scope }) => scope.kind === "all" || scope.target === target.name);
      const lock = lockThatHolds(own, now);
      const why = lock === undefined ? frozenWords(target, rules, now) : lockedWords(lock);
      return why === undefined ? [] : [[target.name, why]];
    }),
  );
}
