import { resolve } from "node:path";
import { formatProblems } from "./config/check-command.ts";
import { type LoadResult, loadConfig } from "./config/load.ts";
import type { Environment } from "./config/read/environment.ts";
import { createNotedReads, type NotedReads } from "./config/read/noted-reads.ts";
import { createFolderWatch, type FolderWatch } from "./config/read/watch-folders.ts";
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

interface ReloadDeps extends ConfigOrigin {
  readonly config: RunningConfig;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Keeps the running configuration as its file, and the secrets that it names, are now: reads it again when a file of it
 * changes, or when told to. It is checked whole and swapped whole; one with problems leaves the running one as it is.
 */
export class Reload {
  readonly #deps: ReloadDeps;
  readonly #folders: FolderWatch;
  readonly #loop: Loop;
  #reads: NotedReads | undefined;
  #isAsked = false;
  #isStirred = false;

  constructor(deps: ReloadDeps) {
    this.#deps = deps;
    this.#loop = createLoop({ ...deps, name: "configuration", step: (signal) => this.#step(signal) });
    this.#folders = createFolderWatch(() => {
      this.#isStirred = true;
      this.#loop.wake();
    });
  }

  start(): void {
    this.#loop.start();
  }

  /** Reads it now, and says in the log what came of it, also if nothing has changed. */
  now(): void {
    this.#isAsked = true;
    this.#loop.wake();
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
    this.#folders.close();
  }

  async #step(signal: AbortSignal): Promise<number> {
    const { file, environment, clock } = this.#deps;
    while (this.#isStirred && !signal.aborted) {
      this.#isStirred = false;
      await clock.sleep(quietMs, signal);
    }
    const reads = this.#reads;
    // Before anything is read, so that no change between the two is missed.
    this.#folders.watch((reads?.paths() ?? [file]).map((path) => resolve(path)));
    if (!this.#isAsked && reads !== undefined && !(await reads.haveChanged())) return pollMs;
    const fresh = createNotedReads();
    const result = await loadConfig(file, environment, fresh.readFile);
    // One file from before a change and one from after it make a configuration that nobody wrote.
    if (await fresh.haveChanged()) this.#isStirred = true;
    if (this.#isStirred) return 0;
    const isAwaited = this.#isAsked || reads !== undefined;
    this.#isAsked = false;
    this.#reads = fresh;
    take(result, this.#deps, isAwaited);
    // Once more, with the folders of what this one names.
    return 0;
  }
}

function take(result: LoadResult, { config, file, log }: ReloadDeps, isAwaited: boolean): void {
  if (!result.ok) {
    const problems = formatProblems(result.problems);
    config.refuse(problems.length);
    const { revision } = config.current();
    const fields = { step: "reload", file, revision, problems };
    log.error(fields, "configuration has problems: the one from before stays");
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
