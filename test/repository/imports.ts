import { posix } from "node:path";
import type { SourceFile } from "./source-file.ts";

/** One import of a file. `how`: `type` is gone at run time, `later` is an `import()`, `now` is loaded with the file. */
export interface Import {
  readonly from: string;
  /** A path from the root for the project's own files, else the name as it is written. */
  readonly to: string;
  readonly own: boolean;
  readonly how: "type" | "now" | "later";
  readonly line: number;
}

// Statements end in a semicolon here (the formatter sees to it), and no name in them holds a quote.
const statement = /^(import|export)\s+(type\s+)?(?:[^;"'`]*?\sfrom\s+)?"([^"\n]+)";/gm;
const call = /\bimport\(\s*"([^"\n]+)"\s*\)/g;

/** Every import of a file, type imports included. */
export function importsOf(file: SourceFile): readonly Import[] {
  const found: Import[] = [];
  const add = (name: string, how: Import["how"], index: number): void => {
    const own = name.startsWith(".");
    const to = own ? posix.join(posix.dirname(file.path), name) : name;
    found.push({ from: file.path, to, own, how, line: file.text.slice(0, index).split("\n").length });
  };
  for (const match of file.text.matchAll(statement))
    add(match[3] ?? "", match[2] === undefined ? "now" : "type", match.index);
  for (const match of file.text.matchAll(call)) add(match[1] ?? "", "later", match.index);
  return found;
}

/** The room of a file: `src/store/cards.ts` is in `store`, `src/app.ts` in `app`, `demo/slack/x.ts` in `demo/slack`. */
export function roomOf(path: string): string {
  const [top = "", room = "", ...rest] = path.split("/");
  const name = rest.length === 0 ? room.replace(/\.tsx?$/, "") : room;
  return top === "src" ? name : `${top}/${name}`;
}
