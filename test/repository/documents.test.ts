import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { errorCodes } from "../../src/errors.ts";
import { blocksOf, codesIn, filesNamedIn, linksOf, scriptsNamedIn } from "./document-rules.ts";
import { floors } from "./floor-rules.ts";
import { importsOf } from "./imports.ts";
import { type Lock, looseVersions, missingFromLock, packageOf } from "./package-rules.ts";
import { readFiles, readRootFile } from "./source-file.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const atRoot = readdirSync(root).filter((name) => name.endsWith(".md"));
const documents = [...atRoot.map(readRootFile), ...readFiles(["docs", "src", "demo"], [".md"])];

interface PackageJson {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}
const packageJson = JSON.parse(readRootFile("package.json").text) as PackageJson;
const inProgram = namesImportedIn(["src"]);
const inProject = namesImportedIn(["src", "demo", "test"]);

/** Packages that nothing imports by name, each with what it is there for. */
const usedOtherwise: Readonly<Record<string, string>> = {
  "@biomejs/biome": "the formatter and linter of `npm run check`",
  "@types/ms": "types of ms",
  "@types/node": "types of Node's own modules",
  "@types/pg": "types of pg",
  "@types/picomatch": "types of picomatch",
  "@types/react": "types of react",
  "@types/react-dom": "types of react-dom",
  node: "the runtime, which npm scripts find in node_modules/.bin",
  typescript: "tsc, of `npm run check` and `npm run build`",
};

function namesImportedIn(folders: readonly string[]): ReadonlySet<string> {
  const imports = readFiles(folders, [".ts", ".tsx"]).flatMap(importsOf);
  return new Set(imports.flatMap(({ own, to }) => (own ? [] : (packageOf(to) ?? []))));
}

describe("the documents", () => {
  it.each(["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "docs/security.md", "docs/troubleshooting.md"])(
    "have %s",
    (path) => expect(existsSync(root + path)).toBe(true),
  );

  it("link only to files that are there", () => {
    const broken = documents.flatMap((document) =>
      linksOf(document)
        .filter(({ to }) => !existsSync(root + to))
        .map(({ line, to }) => `${document.path}:${line} links to ${to}, which is not there`),
    );
    expect(broken).toEqual([]);
  });

  it("name only files of the code that are there", () => {
    const code = readFiles(
      ["src", "demo", "test", "bench"].filter((name) => existsSync(root + name)),
      [".ts", ".tsx"],
    );
    const unknown = documents.flatMap(({ path, text }) =>
      filesNamedIn(text)
        .filter((name) => !code.some((file) => `/${file.path}`.endsWith(`/${name}`)))
        .map((name) => `${path} names ${name}`),
    );
    expect(unknown).toEqual([]);
  });

  it("name only scripts that package.json has", () => {
    const unknown = documents.flatMap(({ path, text }) =>
      scriptsNamedIn(text)
        .filter((script) => packageJson.scripts[script] === undefined)
        .map((script) => `${path} names "npm run ${script}"`),
    );
    expect(unknown).toEqual([]);
  });

  it("name only log lines that the code writes", () => {
    const { text } = readRootFile("docs/operations.md");
    const section = text.split(/^## /m).find((part) => part.startsWith("Logs\n")) ?? "";
    const lines = [...section.matchAll(/`([a-zE][a-zE':, -]* [a-z':, -]*)`/g)].map((match) => match[1] ?? "");
    expect(lines.length).toBeGreaterThan(15);
    const code = readFiles(["src"], [".ts"]);
    expect(lines.filter((line) => !code.some((file) => file.text.includes(`"${line}`)))).toEqual([]);
  });

  it("say of every error code what to do, and of no other", () => {
    const documented = codesIn(readRootFile("docs/troubleshooting.md").text);
    expect([...documented].sort()).toEqual([...errorCodes].sort());
  });

  it("show the floors as they are", () => {
    expect(blocksOf(readRootFile("ARCHITECTURE.md").text)).toContainEqual(
      floors.map((rooms) => rooms.join("  ")),
    );
  });

  it("have every decision in their index", () => {
    const index = linksOf(readRootFile("docs/adr/README.md")).map(({ to }) => to);
    const decisions = readFiles(["docs/adr"], [".md"]).map(({ path }) => path);
    expect(decisions.filter((path) => !path.endsWith("README.md") && !index.includes(path))).toEqual([]);
  });
});

describe("package.json", () => {
  it("has exact versions only", () => {
    expect(looseVersions({ ...packageJson.dependencies, ...packageJson.devDependencies })).toEqual([]);
  });

  it("has no package that nothing uses", () => {
    const { dependencies, devDependencies } = packageJson;
    const idle = [
      ...Object.keys(dependencies).filter((name) => !inProgram.has(name)),
      ...Object.keys(devDependencies).filter((name) => !inProject.has(name) && !(name in usedOtherwise)),
    ];
    expect(idle).toEqual([]);
  });

  it("names every package that is imported: what runs in production as a dependency", () => {
    const { dependencies, devDependencies } = packageJson;
    const onlyTypes = new Set(["@microsoft/teams.cards", "@slack/types"]);
    expect([...inProgram].filter((name) => !(name in dependencies) && !onlyTypes.has(name))).toEqual([]);
    expect([...inProject].filter((name) => !(name in dependencies) && !(name in devDependencies))).toEqual(
      [],
    );
  });

  it("gives no reason for a package that is gone, or imported by now", () => {
    const all = { ...packageJson.dependencies, ...packageJson.devDependencies };
    const stale = Object.keys(usedOtherwise).filter((name) => !(name in all) || inProject.has(name));
    expect(stale).toEqual([]);
  });

  it("has a lock that npm ci takes: every package that another names stands in it", () => {
    expect(missingFromLock(JSON.parse(readRootFile("package-lock.json").text) as Lock)).toEqual([]);
  });
});

describe("the rules can fail", () => {
  it("reads links from the folder of their document", () => {
    const text = '[a](security.md#keys) ![b](../x.png)\n[c](https://a.b/c) [d](#e) <img src="y.png">\n';
    expect(linksOf({ path: "docs/a.md", text }).map(({ line, to }) => `${line} ${to}`)).toEqual([
      "1 docs/security.md",
      "1 x.png",
      "2 docs/y.png",
    ]);
  });

  it("reads the names of files, and blocks", () => {
    expect(filesNamedIn("`a.ts` → `bot/b.test.ts`, `targets/<type>.ts`, `c.md`")).toEqual([
      "a.ts",
      "bot/b.test.ts",
    ]);
    expect(blocksOf("x\n```\na  b\nc\n```\n```sh\nd\n```\n")).toEqual([["a  b", "c"]]);
  });

  it("reads scripts and codes", () => {
    expect(scriptsNamedIn("`npm run demo -- --port 1`, npm run check:house, npm start, npm ci")).toEqual([
      "demo",
      "check:house",
      "start",
    ]);
    expect(
      codesIn("## `store-locked`\n| `config-invalid` | x |\n- **`port-in-use`**: y\nsee `chat-later`\n"),
    ).toEqual(["store-locked", "config-invalid", "port-in-use"]);
  });

  it("finds loose versions, packages of imports, and holes in a lock", () => {
    expect(looseVersions({ a: "^1.0.0", b: "1.0.0-beta.17", c: "*", d: "~1.2.3" })).toEqual([
      "a: ^1.0.0",
      "c: *",
      "d: ~1.2.3",
    ]);
    expect(["@a/b/c", "d/e", "node:fs"].map(packageOf)).toEqual(["@a/b", "d", undefined]);
    const packages = {
      "": { dependencies: { a: "1.0.0" } },
      "node_modules/a": { dependencies: { b: "1", c: "1" }, optionalDependencies: { d: "1" } },
      "node_modules/a/node_modules/b": { dependencies: { c: "1" } },
      "node_modules/c": {},
    };
    expect(missingFromLock({ packages })).toEqual(["node_modules/a needs d"]);
  });
});
