import { posix } from "node:path";
import type { SourceFile } from "./source-file.ts";

const exported =
  /^export (?:declare )?(?:async )?(?:function\*?|const|let|abstract class|class|interface|type|enum) (\w+)/gm;

/** Names of files that stand in more than one folder, each with its paths. */
export function fileNamesTwice(files: readonly SourceFile[]): readonly string[] {
  return twice(files.map(({ path }) => [posix.basename(path), path]));
}

/** Names that more than one file exports, each with those files. A type and a value of one file may share theirs. */
export function exportsTwice(files: readonly SourceFile[]): readonly string[] {
  return twice(
    files.flatMap(({ path, text }) =>
      [...text.matchAll(exported)].map(([, name = ""]) => [name, path] as const),
    ),
  );
}

function twice(named: readonly (readonly [name: string, path: string])[]): readonly string[] {
  return [...Map.groupBy(named, ([name]) => name)]
    .map(([name, places]) => ({ name, paths: [...new Set(places.map(([, path]) => path))] }))
    .filter(({ paths }) => paths.length > 1)
    .map(({ name, paths }) => `${name}: ${paths.join(", ")}`);
}
