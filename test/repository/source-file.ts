import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A file of the project: its path from the root with `/`, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** What a rule has to say about one place. */
export interface Finding {
  readonly rule: string;
  readonly path: string;
  /** The words to print: where, what is wrong, what to do. */
  readonly words: string;
}

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The project's own files under the folders that end in one of the given ways, in order of their paths. */
export function readFiles(folders: readonly string[], endings: readonly string[]): readonly SourceFile[] {
  return folders
    .flatMap((folder) =>
      readdirSync(root + folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => `${entry.parentPath}/${entry.name}`.slice(root.length)),
    )
    .filter((path) => !path.includes("node_modules/") && endings.some((ending) => path.endsWith(ending)))
    .sort()
    .map((path) => readRootFile(path));
}

/** One file of the project by its path from the root; throws when it is not there. */
export function readRootFile(path: string): SourceFile {
  return { path, text: readFileSync(root + path, "utf8") };
}
