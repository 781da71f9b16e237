import { doorRules, effectRules } from "./effect-rules.ts";
import { importsOf } from "./imports.ts";
import type { Finding, SourceFile } from "./source-file.ts";

/** Everything that the tables of effect-rules.ts have against these files. */
export function checkEffects(files: readonly SourceFile[]): readonly Finding[] {
  return files
    .filter(({ path }) => path.startsWith("src/"))
    .flatMap((file) => [...words(file), ...doors(file)]);
}

/** The numbers of the lines, from 1, that have a word in code: comments say what they like. */
export function linesWith(file: SourceFile, word: RegExp): readonly number[] {
  return file.text.split("\n").flatMap((line, index) => (word.test(withoutComment(line)) ? [index + 1] : []));
}

function withoutComment(line: string): string {
  return /^\s*(\/?\*|\/\/)/.test(line) ? "" : line.replace(/\s\/\/ .*$/, "");
}

function isIn(path: string, where: readonly string[]): boolean {
  return where.some((place) => path.startsWith(place));
}

function words(file: SourceFile): readonly Finding[] {
  return effectRules
    .filter(({ where }) => !isIn(file.path, where))
    .flatMap((rule) =>
      linesWith(file, rule.word).map((line) => ({
        rule: rule.name,
        path: file.path,
        words: `${file.path}:${line} ${rule.name}. ${rule.instead}`,
      })),
    );
}

function doors(file: SourceFile): readonly Finding[] {
  return importsOf(file).flatMap((one) =>
    doorRules
      .filter(({ door, where }) => door.test(one.to) && !isIn(file.path, where))
      .map((rule) => ({
        rule: `door ${rule.door.source}`,
        path: file.path,
        words: `${file.path}:${one.line} imports ${one.to}. ${rule.instead}`,
      })),
  );
}
