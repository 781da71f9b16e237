import { undocumentedFunctions } from "./docstrings.ts";
import type { Finding, SourceFile } from "./source-file.ts";

export interface FileRule {
  readonly name: string;
  readonly meant: (path: string) => boolean;
  /** The lines at fault, counted from 1; 0 is the file itself. */
  readonly find: (file: SourceFile) => readonly number[];
  readonly instead: string;
}

const maxLines = 300;
const inCode = (path: string) => /^(src|demo)\//.test(path);
const inTests = (path: string) => path.startsWith("test/");
const everywhere = () => true;
const namesNothing = /(^|\/)(utils?|helpers?|common|services?|managers?|misc|index)(\.[a-z.]+)?$/i;

/** What a file must not have, whatever room it stands in. Letters in brackets: this file keeps the rules too. */
export const fileRules: readonly FileRule[] = [
  {
    name: "length",
    meant: inCode,
    find: ({ text }) => (text.trimEnd().split("\n").length > maxLines ? [0] : []),
    instead: `It has over ${maxLines} lines: two things in one? Make a file of each.`,
  },
  {
    name: "file name",
    meant: (path) => inCode(path) || inTests(path),
    find: ({ path }) => (namesNothing.test(path.split("/").pop() ?? "") ? [0] : []),
    instead: "Name the file for what it does; import from the file that has it, not from a barrel.",
  },
  {
    name: "folder name",
    meant: (path) => inCode(path) || inTests(path),
    find: ({ path }) =>
      path.split("/").some((part) => !part.includes(".") && namesNothing.test(part)) ? [0] : [],
    instead: "Name the folder for what is in it.",
  },
  {
    name: "barrel",
    meant: inCode,
    find: linesWith(/^export (type )?(\*|\{[^}]*\}) from "/),
    instead: "Import from the file that has it.",
  },
  {
    name: "default export",
    meant: everywhere,
    find: linesWith(/^export default\b|\bas default\b/),
    instead: "Export it by its name.",
  },
  {
    name: "any",
    meant: everywhere,
    find: codeLinesWith(/:\s*any\s*([;,)=[|>&]|$)|\bas an[y]\b(?! \w)|<an[y][>,[|]|[,|]\s*any\[?\]?>/),
    instead: "Say what it is, or `unknown` and look.",
  },
  {
    name: "silenced check",
    meant: everywhere,
    find: linesWith(/@ts-(ignore|expect-error|nocheck)|biom[e]-ignore|eslin[t]-disable/),
    instead: "Make the code right for the checker.",
  },
  {
    name: "left to do",
    meant: everywhere,
    find: linesWith(/\b(TOD[O]|FIXM[E]|XX[X]|HAC[K])\b|not implemente[d]/),
    instead: "Do it, or say in the documents that it is not there.",
  },
  {
    name: "swallowed error",
    meant: inCode,
    find: linesWith(/catch\s*(\([^)]*\))?\s*\{\s*\}/),
    instead: "Handle it, or say in the block why nothing is to be done.",
  },
  {
    name: "console",
    meant: (path) => inCode(path) && !/^(src|demo)\/main\.ts$/.test(path),
    find: codeLinesWith(/\bconsole\.\w+/),
    instead: "Take a Log; only main.ts speaks to the terminal.",
  },
  {
    name: "documented function",
    meant: (path) => path.startsWith("src/"),
    find: undocumentedFunctions,
    instead: "Say above it in one sentence what it gives and when it fails (/** … */).",
  },
  {
    name: "test left alone",
    meant: inTests,
    find: codeLinesWith(/\b(it|test|describe)(\.\w+)*\.(only|todo)\b/),
    instead: "Run all tests; write the one that is missing.",
  },
  {
    name: "skipped without a reason",
    meant: inTests,
    find: (file) => (/skipped: /.test(file.text) ? [] : codeLinesWith(/\.(skip|skipIf|runIf)\b/)(file)),
    instead: "Print why, where it is skipped, after the word skipped and a colon.",
  },
];

/** Everything that the rules have against these files. */
export function checkFiles(files: readonly SourceFile[]): readonly Finding[] {
  return files.flatMap((file) =>
    fileRules
      .filter((rule) => rule.meant(file.path))
      .flatMap((rule) =>
        rule.find(file).map((line) => ({
          rule: rule.name,
          path: file.path,
          words: `${file.path}${line === 0 ? "" : `:${line}`} ${rule.name}: ${rule.instead}`,
        })),
      ),
  );
}

function linesWith(pattern: RegExp): FileRule["find"] {
  return ({ text }) => text.split("\n").flatMap((line, index) => (pattern.test(line) ? [index + 1] : []));
}

/** The same, without what stands in comments. */
function codeLinesWith(pattern: RegExp): FileRule["find"] {
  return ({ text }) =>
    text
      .split("\n")
      .flatMap((line, index) =>
        !/^\s*(\/?\*|\/\/)/.test(line) && pattern.test(line.replace(/\s\/\/.*$/, "")) ? [index + 1] : [],
      );
}
