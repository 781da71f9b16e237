import { type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";

/** Hears of changes to files by watching their folders. */
export interface FolderWatch {
  /** Watches for these files from now on; a folder that is not there, or cannot be watched, is left out. */
  watch(paths: readonly string[]): void;
  close(): void;
}

/**
 * Makes a watch that calls `onChange` for each event about one of its files. Folders, not files: Kubernetes changes a
 * mounted ConfigMap or Secret by pointing the link `..data` beside the files to a new folder, and editors replace
 * files. Network file systems tell nothing of what other machines change.
 */
export function createFolderWatch(onChange: () => void): FolderWatch {
  let watchers: readonly FSWatcher[] = [];
  const replaceBy = (next: readonly FSWatcher[]): void => {
    for (const watcher of watchers) watcher.close();
    watchers = next;
  };
  return {
    watch: (paths) => {
      const folders = Map.groupBy(paths, (path) => dirname(path));
      replaceBy([...folders].flatMap(([folder, files]) => watchFolder(folder, files, onChange) ?? []));
    },
    close: () => replaceBy([]),
  };
}

function watchFolder(folder: string, files: readonly string[], onChange: () => void): FSWatcher | undefined {
  // A folder reports its own end by its own name: it may be one behind a link that was changed.
  const names = new Set([...files, folder].map((path) => basename(path)));
  try {
    const watcher = watch(folder, { persistent: false }, (_, name) => {
      if (name === null || names.has(name) || name.startsWith("..")) onChange();
    });
    return watcher.on("error", () => watcher.close());
  } catch {
    // Not there, or no more watches to be had: whoever polls finds the change.
    return undefined;
  }
}
