import type { Config } from "../config.ts";
import { secretsOf } from "../secrets.ts";
import { changedKeys, keysThatNeedRestart, withFixedParts } from "./compare-configs.ts";

/** What a swap came to. Keys are those of the file; nothing in it is a secret. */
export interface Swap {
  /** The revision before, and the one in use now. */
  readonly from: string;
  readonly to: string;
  readonly changed: readonly string[];
  /** What the file says otherwise than the process runs with, and takes up only at its next start. */
  readonly needsRestart: readonly string[];
}

/** The configuration that a process runs on. It is swapped whole; whoever needs it asks for the one of now. */
export interface RunningConfig {
  current(): Config;
  /** Puts another one in its place, but for what needs a restart. */
  swap(next: Config): Swap;
  /** Notes that the file has problems, so that the one before stays. */
  refuse(problems: number): void;
  /** In words, why the process does not run on what the file says; undefined if it does. */
  trouble(): string | undefined;
  /** Every secret of now and of before, so that the logger can keep each of them out of every line. */
  secrets(): readonly string[];
  /** Calls the listener after each swap that changed something. */
  onChange(listener: () => void): void;
}

// Years of monthly rotations; a line of the log is searched for each of them.
const mostOldSecrets = 500;

/** Makes the configuration of a process, from the one that it starts with. */
export function createRunningConfig(first: Config): RunningConfig {
  let config = first;
  let secrets = secretsOf(first);
  let needsRestart: readonly string[] = [];
  let problems = 0;
  const listeners: (() => void)[] = [];
  return {
    current: () => config,
    swap: (next) => {
      const before = config;
      // New ones first: no line may show a secret that somebody can use already.
      secrets = remember([...secretsOf(next), ...secretsOf(before)], secrets);
      const swapped = withFixedParts(before, next);
      needsRestart = keysThatNeedRestart(before, next);
      problems = 0;
      const changed = changedKeys(before, swapped);
      // What was made from a configuration is kept for as long as it is the same one.
      if (changed.length > 0) config = swapped;
      if (changed.length > 0) for (const listener of listeners) listener();
      return { from: before.revision, to: config.revision, changed, needsRestart };
    },
    refuse: (count) => {
      problems = count;
    },
    trouble: () => troubleOf(problems, needsRestart),
    secrets: () => secrets,
    onChange: (listener) => void listeners.push(listener),
  };
}

function remember(used: readonly string[], known: readonly string[]): readonly string[] {
  const now = new Set(used);
  return [...now, ...known.filter((secret) => !now.has(secret)).slice(0, mostOldSecrets)];
}

function troubleOf(problems: number, needsRestart: readonly string[]): string | undefined {
  if (problems > 0)
    return `the file has ${problems === 1 ? "a problem" : `${problems} problems`}, so the configuration from before stays in use; the log has each`;
  return needsRestart.length === 0 ? undefined : `needs a restart: ${needsRestart.join(", ")}`;
}
