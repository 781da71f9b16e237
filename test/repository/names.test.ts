import { describe, expect, it } from "vitest";
import { exportsTwice, fileNamesTwice, glossaryFaults, glossaryRows } from "./names.ts";
import { readFiles, readRootFile } from "./source-file.ts";

const files = readFiles(["src"], [".ts"]);

describe("one name means one thing", () => {
  it("names each file of src once, so that a search for the name finds it", () => {
    expect(files.length).toBeGreaterThan(300);
    expect(fileNamesTwice(files)).toEqual([]);
  });

  it("exports each name from one file", () => {
    expect(exportsTwice(files)).toEqual([]);
  });

  it("has a line for each noun in the glossary, which names it as the code does", () => {
    const glossary = readRootFile("src/nouns/README.md").text;
    expect(glossaryRows(glossary).length).toBeGreaterThan(40);
    expect(glossaryFaults(glossary, files)).toEqual([]);
  });
});

describe("the search for names can fail", () => {
  it("finds a file name in two rooms", () => {
    const rooms = ["src/a/review.ts", "src/b/review.ts", "src/b/preview.ts"];
    expect(fileNamesTwice(rooms.map((path) => ({ path, text: "" })))).toEqual([
      "review.ts: src/a/review.ts, src/b/review.ts",
    ]);
  });

  it.each([
    "export function refuse(): void {}",
    "export async function refuse(): Promise<void> {}",
    "export const refuse = 1;",
    "export class refuse {}",
    "export interface refuse {}",
    "export type refuse = 1;",
  ])("finds %s beside another", (text) => {
    const other = { path: "src/b.ts", text: "export const refuse = 2;\n" };
    expect(exportsTwice([{ path: "src/a.ts", text }, other])).toEqual(["refuse: src/a.ts, src/b.ts"]);
  });

  it("lets a schema and its type share a name, and takes no name that stays inside", () => {
    const schema = "export const Tag = 1;\nexport type Tag = 1;\nconst other = 2;\nfunction more() {}\n";
    const rest = "const other = 3;\nfunction more() {}\n";
    expect(
      exportsTwice([
        { path: "src/a.ts", text: schema },
        { path: "src/b.ts", text: rest },
      ]),
    ).toEqual([]);
  });

  it("finds what the glossary says and the code does not", () => {
    const glossary = [
      "| **Vote** | one person's yes or no | `operation.ts` |",
      "| **Vote count** | so many | `operation.ts` |",
      "| **Order**, **Wish** | what is asked for | `operation.ts`, `policy/choice.ts` |",
      "| **Wish** | the same again | `policy/choice.ts` |",
    ].join("\n");
    const code = [
      { path: "src/nouns/operation.ts", text: "export interface VoteCount {}\n" },
      { path: "src/nouns/lock.ts", text: "export interface Lock {}\n" },
      { path: "src/policy/choice.ts", text: "export type Wish = 1;\n" },
    ];
    expect(glossaryFaults(glossary, code)).toEqual([
      "Order is not in src/nouns/operation.ts, src/policy/choice.ts",
      "Wish: src/nouns/operation.ts,src/policy/choice.ts, src/policy/choice.ts",
      "src/nouns/lock.ts is not in the glossary",
    ]);
  });
});
