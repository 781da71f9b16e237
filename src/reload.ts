import { resolve } from "node:path";
import { formatProblems } from "./config/check-command.ts";
import { type LoadResult, loadConfig } from "./config/load.ts";
import type { Environment } from "./config/read/environment.ts";
import { createNotedReads, type NotedReads } from "./config/read/noted-reads.ts";
import { createFolderWatch } from "./config/read/watch-folders.ts";
import type { RunningConfig } from "./config/running/running-config.ts";
import type { Log } from "./log.ts";
import type { Clock } from "./work/clock.ts";
import { createLoop, type Loop } from "./work/loop.ts";

// Some file systems report no changes.
const pollMs = 60_000;
// An editor or a copy writes in several steps; half a file could be a valid one.
const quietMs = 250;

/** Where a configuration was read from. */
export interface ConfigOrigin {
  readonly file: string;
  readonly environment: Environment;
}

/** Keeps the running configuration as its file, and the secrets that it names, are now. */
export interface Reload extends Loop {
  /** Reads it now, and says in the log what came of it, also if nothing has changed. */
  now(): void;
}

/**
 * Makes what reads the configuration again when a file of it changes, or when told to. It is checked whole and swapped
 * whole; one with problems leaves the running one as it is.
 */
export function createReload(
  deps: ConfigOrigin & { readonly config: RunningConfig; readonly clock: Clock; readonly log: Log },
): Reload {
  let reads: NotedReads | undefined;
  let asked = false;
  let stirred = false;
  const folders = createFolderWatch(() => {
    stirred = true;
    loop.wake();
  });
  const loop = createLoop({
    ...deps,
    name: "configuration",
    step: async (signal) => {
      while (stirred && !signal.aborted) {
        stirred = false;
        await deps.clock.sleep(quietMs, signal);
      }
      // Before anything is read, so that no change between the two is missed.
      folders.watch((reads?.paths() ?? [deps.file]).map((path) => resolve(path)));
      if (!asked && reads !== undefined && !(await reads.haveChanged())) return pollMs;
      const fresh = createNotedReads();
      const result = await loadConfig(deps.file, deps.environment, fresh.readFile);
      // One file from before a change and one from after it make a configuration that nobody wrote.
      if (await fresh.haveChanged()) stirred = true;
      if (stirred) return 0;
      const isAwaited = asked || reads !== undefined;
      asked = false;
      reads = fresh;
      take(result, deps, isAwaited);
      // Once more, with the folders of what this one names.
      return 0;
    },
  });
  return {
    ...loop,
    now: () => {
      asked = true;
      loop.wake();
    },
    stop: async () => {
      await loop.stop();
      folders.close();
    },
  };
}

function take(
  result: LoadResult,
  { config, file, log }: ConfigOrigin & { readonly config: RunningConfig; readonly log: Log },
  isAwaited: boolean,
): void {
  if (!result.ok) {
    const problems = formatProblems(result.problems);
    config.refuse(problems.length);
    const { revision } = config.current();
    log.error(
      { step: "reload", file, revision, problems },
      "configuration has problems: the one from before stays",
    );
    return;
  }
  const swap = config.swap(result.config);
  const { changed, needsRestart } = swap;
  if (changed.length === 0 && needsRestart.length === 0) {
    if (isAwaited) log.info({ step: "reload", file, revision: swap.to }, "configuration has not changed");
    return;
  }
  const warnings = formatProblems(result.warnings);
  const level = needsRestart.length > 0 || warnings.length > 0 ? "warn" : "info";
  log[level]({ step: "reload", file, ...swap, warnings }, "configuration reloaded");
}
