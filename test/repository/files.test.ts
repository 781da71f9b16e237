import { describe, expect, it } from "vitest";
import { checkFiles, fileRules } from "./file-rules.ts";
import { readFiles } from "./source-file.ts";

const files = readFiles(["src", "demo", "test"], [".ts", ".tsx"]);
const rulesBroken = (path: string, text: string) => checkFiles([{ path, text }]).map((one) => one.rule);

// In pieces, so that this file does not break the rules that it shows.
const dots = (...parts: readonly string[]) => parts.join(".");
const joined = (...parts: readonly string[]) => parts.join("");

const broken: readonly (readonly [rule: string, path: string, text: string])[] = [
  ["length", "src/bot/x.ts", "const a = 1;\n".repeat(301)],
  ["file name", "src/bot/utils.ts", ""],
  ["file name", "src/bot/date-helpers.ts".replace("date-", ""), ""],
  ["file name", "demo/slack/index.ts", ""],
  ["folder name", "src/common/dates.ts", ""],
  ["barrel", "src/cards/all.ts", 'export * from "./block-kit.ts";\n'],
  ["barrel", "src/cards/all.ts", 'export { a } from "./block-kit.ts";\n'],
  ["default export", "src/app.ts", joined("export ", "default function app() {}\n")],
  ["any", "src/bot/x.ts", joined("const a: ", "any = 1;\n")],
  ["any", "src/bot/x.ts", joined("const a = b as ", "any;\n")],
  ["any", "demo/x.ts", joined("const a: Map<string, ", "any> = b;\n")],
  ["silenced check", "test/x.test.ts", joined("// @ts-", "ignore\n")],
  ["silenced check", "src/x.ts", joined("// biome", "-ignore lint: no\n")],
  ["left to do", "src/x.ts", joined("// TO", "DO later\n")],
  ["left to do", "src/x.ts", joined('throw new Error("not ', 'implemented");\n')],
  ["swallowed error", "src/x.ts", joined("try { a(); } catch (error) {", "}\n")],
  ["console", "src/bot/x.ts", 'console.log("here");\n'],
  ["documented function", "src/x.ts", "export function a(): void {}\n"],
  ["documented function", "src/x.ts", "\nexport const a = (b: string): string => b;\n"],
  ["documented function", "src/x.ts", "\nexport const a = (\n  b: string,\n): string => b;\n"],
  ["test left alone", "test/x.test.ts", `${dots("it", "only")}("a", () => {});\n`],
  ["skipped without a reason", "test/x.test.ts", `${dots("describe", "skipIf")}(true)("a", () => {});\n`],
];

describe("the files", () => {
  it("keep the rules of the house", () => {
    expect(files.length).toBeGreaterThan(200);
    expect(checkFiles(files).map((one) => one.words)).toEqual([]);
  });
});

describe("the rules can fail", () => {
  it.each(broken)("%s: %s %j", (rule, path, text) => {
    expect(rulesBroken(path, text)).toContain(rule);
  });

  it("has a broken sample for every rule", () => {
    expect(
      fileRules.map((rule) => rule.name).filter((name) => !broken.some(([rule]) => rule === name)),
    ).toEqual([]);
  });

  it.each([
    ["src/bot/x.ts", "const a = 1;\n".repeat(300)],
    ["src/main.ts", 'console.log("here");\n'],
    ["src/bot/service-url.ts", ""],
    ["src/x.ts", "/** In any case: any other value is kept. */\n"],
    ["src/x.ts", "const a = 1; // as any other\n"],
    ["src/x.ts", "/** Gives b. */\nexport function a(): void;\nexport function a(b?: string): void {}\n"],
    ["src/x.ts", "export const a = (b + c) * 2;\n"],
    ["test/x.test.ts", `const why = "skipped: no skopeo";\n${dots("it", "skipIf")}(true)(why, () => {});\n`],
  ])("lets %s pass (%#)", (path, text) => {
    expect(rulesBroken(path, text)).toEqual([]);
  });
});
