import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

interface WordRule {
  readonly name: string;
  readonly pattern: RegExp;
  readonly except?: RegExp;
}

// Letters in brackets: this file keeps the rules too.
const rules: readonly WordRule[] = [
  {
    name: "a path of one machine",
    pattern: /(^|[^\w.-])\/(wor[k]|far[m]|hom[e]\/(?!node\b)\w+|User[s]\/\w+)\/[a-z.]/,
  },
  {
    name: "a package registry's host",
    pattern:
      /\b(registr[y]\.(npmjs|yarnpkg)|registr[y]-1\.docker|de[b]\.debian|securit[y]\.debian|npmmirro[r])\./,
  },
  {
    name: "how it was written",
    pattern:
      /\b(Claud[e]|ChatGP[T]|Copilo[t]|OpenA[I]|Anthropi[c]|LL[M]s?|language mode[l]|AI-generate[d]|as an A[I])\b/i,
    // One dependency needs a package of that name beside it.
    except: /^(test\/payloads\/|package\.json$)/,
  },
  { name: "a private key", pattern: /-----BEGI[N] ([A-Z]+ )?PRIVATE KE[Y]-----\s*\n[A-Za-z0-9+/]{40}/ },
  {
    name: "a token that looks real",
    pattern: /\bxo[x][abp]-\d{10,}-\d{10,}-[A-Za-z0-9]{20,}|\bgh[ps]_[A-Za-z0-9]{36}|\bnp[m]_[A-Za-z0-9]{36}/,
  },
];

/** The rules that a text breaks. */
function wordsFound(path: string, text: string): readonly string[] {
  return rules
    .filter((rule) => rule.pattern.test(text) && !rule.except?.test(path))
    .map((rule) => `${path} has ${rule.name}: ${JSON.stringify(rule.pattern.exec(text)?.[0].slice(0, 40))}`);
}

// Tracked files, and new ones that no ignore rule keeps out.
const tracked = () =>
  execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  })
    .split("\0")
    .filter(
      (path) =>
        path !== "" && !/\.(png|jpe?g|gif|ico|woff2?|tgz)$/.test(path) && path !== "package-lock.json",
    );

describe("the files that are shared", () => {
  it("hold nothing of one machine, and no secret", () => {
    const files = tracked();
    expect(files.length).toBeGreaterThan(100);
    expect(files.flatMap((path) => wordsFound(path, textOf(path)))).toEqual([]);
  });

  it("name no host in the lock", () => {
    expect(textOf("package-lock.json")).not.toMatch(/"resolved": "https?:/);
  });

  it.each([
    ["a path of one machine", "see /wo", "rk/main/x"],
    ["a path of one machine", "cd /ho", "me/maya/acr"],
    ["a package registry's host", "https://registr", "y.npmjs.org/"],
    ["how it was written", "written by an AI-gen", "erated"],
    ["a private key", "-----BEGIN PRIV", `ATE KEY-----\n${"A".repeat(64)}`],
    ["a token that looks real", "xo", `xb-1234567890-1234567890-${"a".repeat(24)}`],
  ])("would find %s", (name, one, other) => {
    expect(wordsFound("src/x.ts", one + other).join()).toContain(name);
  });
});

// A file may be gone from the folder and not yet from the index.
function textOf(path: string): string {
  try {
    return readFileSync(root + path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}
