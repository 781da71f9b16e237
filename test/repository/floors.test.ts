import { describe, expect, it } from "vitest";
import { checkImports } from "./check-imports.ts";
import { floorsInside, heavyPackages, packageRules, roomRules } from "./floor-rules.ts";
import { findCircles, packagesLoadedWith } from "./import-graph.ts";
import { importsOf } from "./imports.ts";
import { readFiles } from "./source-file.ts";

const files = readFiles(["src", "demo"], [".ts", ".tsx"]);
const words = (found: readonly { readonly words: string }[]) => found.map((one) => one.words);
const file = (path: string, ...lines: readonly string[]) => ({ path, text: `${lines.join("\n")}\n` });
const rulesBroken = (path: string, ...lines: readonly string[]) =>
  checkImports([file(path, ...lines)]).map((one) => one.rule);

describe("the house", () => {
  it("imports only downward, and each package only where it belongs", () => {
    expect(files.length).toBeGreaterThan(100);
    expect(words(checkImports(files))).toEqual([]);
  });

  it("has no circles between files", () => {
    expect(findCircles(files).map((circle) => circle.join(" → "))).toEqual([]);
  });

  it.each([2, 3, 4])("has no circles between folders, %d levels deep", (depth) => {
    const circles = findCircles(
      files.filter(({ path }) => path.startsWith("src/")),
      depth,
    );
    expect(circles.map((circle) => circle.join(" → "))).toEqual([]);
  });

  it("gives every folder of a room with floors a floor", () => {
    const folders = Object.keys(floorsInside).flatMap((room) =>
      files.flatMap(({ path }) => {
        const [folder = "", ...rest] = path.startsWith(`${room}/`)
          ? path.slice(room.length + 1).split("/")
          : [];
        return rest.length > 0 && !floorsInside[room]?.flat().includes(folder) ? [`${room}/${folder}`] : [];
      }),
    );
    expect([...new Set(folders)]).toEqual([]);
  });

  it.each(["src/main.ts", "src/serve.ts", "src/app.ts"])("loads no heavy package with %s", (start) => {
    const loaded = packagesLoadedWith(start, files);
    expect(loaded.size).toBeGreaterThan(0);
    expect([...loaded].filter(([name]) => heavyPackages.test(name)).map(([, path]) => path)).toEqual([]);
  });

  it("loads nothing of the store's engines for the commands that need none", () => {
    expect([...packagesLoadedWith("src/main.ts", files).keys()]).not.toContain("node:sqlite");
  });
});

describe("the reader of imports", () => {
  it("finds every way to import, and how", () => {
    const text = file(
      "src/bot/x.ts",
      'import "./side.ts";',
      "import {",
      "  type A,",
      "  b,",
      '} from "../cards/b.ts";',
      'import type { C } from "../nouns/c.ts";',
      'export type { D } from "node:fs";',
      'export { e } from "zod";',
      'export const no = "from";',
      'const f = await import("./slack/f.ts");',
      'type G = import("../store/store.ts").Store;',
    );
    expect(importsOf(text).map(({ to, how, line }) => `${line} ${how} ${to}`)).toEqual([
      "1 now src/bot/side.ts",
      "2 now src/cards/b.ts",
      "6 type src/nouns/c.ts",
      "7 type node:fs",
      "8 now zod",
      "10 later src/bot/slack/f.ts",
      "11 later src/store/store.ts",
    ]);
  });
});

describe("the rules can fail", () => {
  it.each([
    ["upward", "src/nouns/x.ts", 'import type { S } from "../store/store.ts";'],
    ["beside", "src/registry/x.ts", 'import type { R } from "../policy/roles.ts";'],
    ["webhook and bot", "src/webhook/x.ts", 'import type { A } from "../bot/ask.ts";'],
    ["a room without a floor", "src/helpers/x.ts", 'import { a } from "../errors.ts";'],
    ["the entry file", "src/app.ts", 'import { serve } from "./serve.ts";'],
  ])("floors: %s", (_, path, line) => {
    expect(rulesBroken(path, line)).toContain("floors");
  });

  it.each([
    ["upward", "src/bot/deliver/x.ts", "../converse/clicks.ts"],
    ["beside", "src/bot/slack/x.ts", "../teams/teams-channel.ts"],
    ["into a renderer", "src/cards/artifact-card.ts", "./slack/block-kit.ts"],
    ["a file that is not named", "src/store/x.ts", "./requests.ts"],
    ["a reader that checks", "src/config/read/x.ts", "../check/checks.ts"],
    ["a target that finds targets", "src/operations/targets/x.ts", "../find-target.ts"],
    ["what is read that calls", "src/registry/manifest/x.ts", "../acr/blob.ts"],
    ["a check of callers that knows its route", "src/webhook/callers/x.ts", "../server.ts"],
    ["a call that answers people", "src/bot/teams/connector/x.ts", "../talk/invokes.ts"],
    ["a folder without a floor", "src/cards/x.ts", "./rest/y.ts"],
  ])("floors inside: %s", (_, path, name) => {
    expect(rulesBroken(path, `import { a } from "${name}";`)).toEqual(["floors inside"]);
  });

  it("has a sample for every room with floors", () => {
    expect(Object.keys(floorsInside).length).toBeGreaterThanOrEqual(5);
    const turned = Object.entries(floorsInside).filter(([room, names]) => {
      const [low, high] = [names.at(0)?.at(0), names.at(-1)?.at(-1)];
      const name = (unit = "") => (unit === "*" ? "any-file" : unit);
      return rulesBroken(`${room}/${name(low)}.ts`, `import { a } from "./${name(high)}.ts";`).length === 0;
    });
    expect(turned).toEqual([]);
  });

  it("says the file, the line, the import and what to do", () => {
    const found = checkImports([file("src/nouns/x.ts", "", 'import type { S } from "../store/store.ts";')]);
    expect(words(found)).toEqual([
      'src/nouns/x.ts:2 takes types of src/store/store.ts. "store" stands above "nouns". ' +
        "Move what both need down, or take it as an argument and let src/app.ts join them.",
    ]);
  });

  it("allows what is allowed", () => {
    expect(rulesBroken("src/cards/x.ts", 'import type { C } from "../config/config.ts";')).toEqual([]);
    expect(rulesBroken("src/app.ts", 'const s = await import("./bot/slack/open-slack.ts");')).toEqual([]);
    expect(rulesBroken("src/cards/x.ts", 'import type { C } from "@microsoft/teams.cards";')).toEqual([]);
    expect(rulesBroken("demo/api/x.ts", 'import { a } from "../../src/app.ts";')).toEqual([]);
  });

  it.each([
    ["outside", "src/main.ts", 'const d = await import("../demo/main.ts");'],
    ["outside", "src/bot/x.ts", 'import { a } from "../../test/support/a.ts";'],
    ["world", "demo/registry/x.ts", 'import type { E } from "../../src/errors.ts";'],
    ["world", "demo/slack/x.ts", 'import { e } from "../../src/errors.ts";'],
    ["world", "demo/page/x.tsx", 'import { e } from "../../src/errors.ts";'],
    ["world", "demo/shared/x.ts", 'import { e } from "../../src/errors.ts";'],
    ["shared", "demo/shared/x.ts", 'import type { E } from "../slack/slack-error.ts";'],
    ["environment", "src/bot/x.ts", "const token = process.env.TOKEN;"],
    ["environment", "src/main.ts", 'import { env } from "node:process";'],
  ])("%s: %s", (rule, path, line) => {
    expect(rulesBroken(path, line)).toContain(rule);
  });

  const samples: readonly (readonly [string, string])[] = [
    ["@slack/bolt", "src/bot/deliver/deliver.ts"],
    ["@slack/types", "src/cards/slack/x.ts"],
    ["@microsoft/teams.cards", "src/bot/deliver/deliver.ts"],
    ["@microsoft/teams-ai", "src/cards/x.ts"],
    ["botbuilder", "src/app.ts"],
    ["@azure/identity", "src/bot/x.ts"],
    ["kysely", "src/policy/x.ts"],
    ["pg", "src/app.ts"],
    ["node:sqlite", "src/work/x.ts"],
    ["fastify", "src/operations/x.ts"],
    ["pino", "src/bot/x.ts"],
    ["commander", "src/app.ts"],
    ["yaml", "src/bot/x.ts"],
    ["jose", "src/bot/x.ts"],
    ["node:child_process", "src/main.ts"],
  ];
  it.each(samples)("package %s in %s", (name, path) => {
    const broken = rulesBroken(path, `import { x } from "${name}";`);
    expect(broken.some((rule) => rule.startsWith("package "))).toBe(true);
  });

  it("has a sample for every row about packages", () => {
    const rows = packageRules.filter((rule) => !samples.some(([name]) => rule.packages.test(name)));
    expect(rows).toEqual([]);
  });

  it("lets nobody take more than types where only types are allowed", () => {
    expect(rulesBroken("src/cards/x.ts", 'import { TextBlock } from "@microsoft/teams.cards";')).not.toEqual(
      [],
    );
    expect(rulesBroken("src/app.ts", 'import fastify from "fastify";')).not.toEqual([]);
  });

  const inRooms: readonly (readonly [string, string])[] = [
    ["src/policy/x.ts", "../config/load.ts"],
    ["src/cards/x.ts", "node:fs"],
    ["src/policy/x.ts", "../work/clock.ts"],
    ["src/bot/x.ts", "../store/open-store.ts"],
    ["src/webhook/x.ts", "../registry/registries.ts"],
    ["src/bot/x.ts", "../registry/registries.ts"],
    ["src/app.ts", "./bot/slack/open-slack.ts"],
  ];
  it.each(inRooms)("%s imports %s", (path, name) => {
    const broken = rulesBroken(path, `import { x } from "${name}";`);
    expect(broken.some((rule) => rule.startsWith("room "))).toBe(true);
  });

  it("has a sample for every row about rooms", () => {
    const broken = new Set(
      inRooms.flatMap(([path, name]) => rulesBroken(path, `import { x } from "${name}";`)),
    );
    const ids = roomRules.map((rule) => `room ${rule.rooms.join(", ")}: ${rule.of.source}`);
    expect(ids.filter((id) => !broken.has(id))).toEqual([]);
  });

  it("finds a circle of type imports, and its path", () => {
    const circle = [
      file("src/store/a.ts", 'import type { B } from "./b.ts";'),
      file("src/store/b.ts", 'import { c } from "./c.ts";'),
      file("src/store/c.ts", 'import type { A } from "./a.ts";'),
    ];
    expect(findCircles(circle)).toEqual([
      ["src/store/a.ts", "src/store/b.ts", "src/store/c.ts", "src/store/a.ts"],
    ]);
  });

  it("finds a circle of folders where the files have none", () => {
    const circle = [
      file("src/bot/deliver/a.ts", 'import { b } from "../converse/b.ts";'),
      file("src/bot/converse/b.ts", 'import { c } from "./c.ts";'),
      file("src/bot/converse/d.ts", 'import type { E } from "../deliver/e.ts";'),
    ];
    expect(findCircles(circle)).toEqual([]);
    expect(findCircles(circle, 3)).toEqual([["src/bot/deliver", "src/bot/converse", "src/bot/deliver"]]);
  });

  it("finds a heavy package behind two files, and not one that is loaded later", () => {
    const some = [
      file("src/app.ts", 'import { a } from "./bot/a.ts";', 'const b = await import("./bot/b.ts");'),
      file("src/bot/a.ts", 'import { App } from "@slack/bolt";'),
      file("src/bot/b.ts", 'import "@azure/identity";'),
    ];
    expect([...packagesLoadedWith("src/app.ts", some)]).toEqual([
      ["@slack/bolt", "src/app.ts → src/bot/a.ts → @slack/bolt"],
    ]);
  });
});
