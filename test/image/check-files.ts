import { deepStrictEqual, ok } from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [imageRoot = "", lockFile = ""] = process.argv.slice(2);
const app = join(imageRoot, "app");
const lock = JSON.parse(readFileSync(lockFile, "utf8")) as {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly optional?: boolean }>>;
};

const folders = Object.entries(lock.packages).filter(([folder]) => folder.startsWith("node_modules/"));
const development = folders.filter(([, entry]) => entry.dev === true).map(([folder]) => folder);
const production = folders.filter(([, { dev, optional }]) => !dev && !optional).map(([folder]) => folder);

ok(development.includes("node_modules/vitest") && development.includes("node_modules/typescript"));
deepStrictEqual(
  development.filter((folder) => existsSync(join(app, folder))),
  [],
  "development packages in the image",
);
deepStrictEqual(
  production.filter((folder) => !existsSync(join(app, folder, "package.json"))),
  [],
  "packages missing from the image",
);
deepStrictEqual(readdirSync(app).sort(), ["data", "dist", "manifest", "node_modules", "package.json"]);
deepStrictEqual(readdirSync(join(app, "data")), []);

const leftovers = ["root/.npmrc", "run/secrets/ca.crt", "run/secrets/npmrc", "app/.npmrc"];
deepStrictEqual(
  leftovers.filter((file) => existsSync(join(imageRoot, file))),
  [],
  "build secrets in the image",
);
