import { posix } from "node:path";
import type { SourceFile } from "./source-file.ts";

/** Relative links of a Markdown file: the line and the path from the root that each points to. */
export function linksOf(file: SourceFile): readonly { readonly line: number; readonly to: string }[] {
  return file.text.split("\n").flatMap((text, index) =>
    [...text.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)|(?:src|href)="([^"]+)"/g)]
      .map((match) => match[1] ?? match[2] ?? "")
      .filter((link) => link !== "" && !/^([a-z][a-z0-9+.-]*:|#|\/)/i.test(link))
      .map((link) => ({
        line: index + 1,
        to: posix.join(posix.dirname(file.path), decodeURI(link.replace(/[#?].*$/, ""))),
      })),
  );
}

/** The scripts that a document tells the reader to run: of `npm run demo -- --port 1` it is `demo`. */
export function scriptsNamedIn(text: string): readonly string[] {
  const run = [...text.matchAll(/\bnpm run(?: -s| --silent)? ([a-z][\w:-]*)/g)].map(
    (match) => match[1] ?? "",
  );
  const short = [...text.matchAll(/\bnpm (start|test)\b/g)].map((match) => match[1] ?? "");
  return [...new Set([...run, ...short])];
}

/** The files of code that a document names, as `group-commit.ts` or with folders before it; one of `<type>` is none. */
export function filesNamedIn(text: string): readonly string[] {
  return [...text.matchAll(/`([\w./-]+\.tsx?)`/g)].map((match) => match[1] ?? "");
}

/** The fenced blocks of a document, each as its lines. */
export function blocksOf(text: string): readonly (readonly string[])[] {
  return [...text.matchAll(/^```\n([\s\S]*?)\n```$/gm)].map((match) => (match[1] ?? "").split("\n"));
}

/** The codes that a document has a heading or a table row for, as `code` at its beginning. */
export function codesIn(text: string): readonly string[] {
  const entry = /^(?:#{2,4}\s+|\|\s*|[-*]\s+)(?:\*\*)?`([a-z]+(?:-[a-z]+)+)`/gm;
  return [...new Set([...text.matchAll(entry)].map((match) => match[1] ?? ""))];
}
