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

/** One row of the glossary: the words that it explains, and the files in which they stand. */
interface GlossaryRow {
  readonly words: readonly string[];
  readonly paths: readonly string[];
}

/** The rows of the glossary's tables; a file without a folder is one of the nouns. */
export function glossaryRows(glossary: string): readonly GlossaryRow[] {
  return [...glossary.matchAll(/^\| (\*\*.*?) \|.*\| (`[^|]*`) \|$/gm)].map(([, words = "", files = ""]) => ({
    words: [...words.matchAll(/\*\*([^*]+)\*\*/g)].map(([, word = ""]) => word),
    paths: [...files.matchAll(/`([^`]+)`/g)].map(([, file = ""]) =>
      file.includes("/") ? `src/${file}` : `src/nouns/${file}`,
    ),
  }));
}

/** What the glossary says and the code does not, and the nouns' files of which it says nothing. */
export function glossaryFaults(glossary: string, files: readonly SourceFile[]): readonly string[] {
  const rows = glossaryRows(glossary);
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  // Not every word is a type: a lane is a field, a pattern a text.
  const isThere = (word: string, paths: readonly string[]) =>
    paths.some((path) => texts.get(path)?.toLowerCase().includes(word.replaceAll(" ", "").toLowerCase()));
  return [
    ...rows.flatMap(({ words, paths }) =>
      words.filter((word) => !isThere(word, paths)).map((word) => `${word} is not in ${paths.join(", ")}`),
    ),
    ...twice(rows.flatMap(({ words, paths }) => words.map((word) => [word, paths.join()] as const))),
    ...files
      .map(({ path }) => path)
      .filter((path) => path.startsWith("src/nouns/") && !rows.some(({ paths }) => paths.includes(path)))
      .map((path) => `${path} is not in the glossary`),
  ];
}
