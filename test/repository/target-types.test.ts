import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { targetTypes } from "../../src/config/targets/target-forms.ts";
import { readFiles, readRootFile } from "./source-file.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const places = ["src/config/targets/target-forms.ts", "src/nouns/target.ts", "src/operations/find-target.ts"];

const own = /^src\/(?:config|operations)\/targets\//;
const asked = new RegExp(`"(?:${targetTypes.join("|")})"`);

describe("a new type of target", () => {
  it("is asked for by its name in files of its own, and where the compiler demands it", () => {
    const asking = readFiles(["src"], [".ts"]).filter(({ text }) => asked.test(text));
    expect(
      asking.map(({ path }) => path).filter((path) => !own.test(path) && !places.includes(path)),
    ).toEqual([]);
  });

  it.each(targetTypes)("goes through the contract suite of targets: %s", (type) => {
    const { text } = readRootFile(`test/operations/targets/${type}.test.ts`);
    expect(text).toMatch(/^\s*describeTarget\(/m);
  });

  it("does not compile before every place that it touches knows it", { timeout: 60_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), "tenth-target-"));
    try {
      await cp(join(root, "src"), join(folder, "src"), { recursive: true });
      await symlink(join(root, "node_modules"), join(folder, "node_modules"));
      const noun = join(folder, "src/nouns/target.ts");
      const text = await readFile(noun, "utf8");
      const tenth =
        'interface TenthTarget extends TargetBase { readonly type: "tenth"; readonly token: string }';
      await writeFile(
        noun,
        `${text.replace("  | HttpTarget", "  | HttpTarget\n  | TenthTarget")}\n${tenth}\n`,
      );
      const { compilerOptions } = JSON.parse(await readFile(join(root, "tsconfig.json"), "utf8"));
      await writeFile(join(folder, "package.json"), '{ "type": "module" }');
      await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: places }));
      expect(await filesWithErrors(folder)).toEqual(places);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

function filesWithErrors(folder: string): Promise<readonly string[]> {
  return new Promise((resolve) => {
    execFile(join(root, "node_modules/.bin/tsc"), ["-p", "."], { cwd: folder }, (_, output) => {
      resolve([...new Set([...output.matchAll(/^(src\/\S+?)\(/gm)].map(([, path = ""]) => path))].sort());
    });
  });
}
