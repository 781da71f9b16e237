import { describe, expect, it } from "vitest";
import { linesOf, load } from "./support.ts";
import { examples, ground, loadTargets, variables } from "./target-support.ts";

const strip = (lines: readonly string[]) =>
  lines
    .map((line) => line.replace(/^chatops\.yaml:(\d+):\d+ /, "$1 "))
    .filter((line) => !line.includes("mode: is act, but nobody"));
const adviceOf = async (targets: Readonly<Record<string, string>>, more = "") => {
  const result = await loadTargets(targets, more);
  if (!result.ok) throw new Error(linesOf(result).join("\n"));
  return strip(linesOf(result));
};
const withKey = (text: string, key: string) => text.replace("type:", `${key}, type:`);

const advice: readonly (readonly [keyof typeof examples, string | RegExp, string, string])[] = [
  [
    "github",
    /app: \{.*?\} /,
    `token: "\${GITHUB_TOKEN}"`,
    "20 targets.one.token: is somebody's own: what it starts counts as theirs, and it ends with their access; better set app, a GitHub App",
  ],
  [
    "github",
    /app: \{.*?\} /,
    "token: ghs_abc",
    "20 targets.one.token: is a token that ends within the hour; set app, so that the bot gets its own",
  ],
  [
    "github",
    '"{digest}"',
    '"{digest}{Digest}"',
    "20 targets.one.inputs.image: has a word in {…} that is not filled in; known are {image}, {digest}, {repository}, {tag}, {operation}",
  ],
  [
    "web-app",
    "container: main",
    "container: main, timeout: 3m",
    "20 targets.one.startLimit: is not shorter than timeout; give the deploy longer",
  ],
  [
    "azure-pipelines",
    "dev.azure.com",
    "devops.contoso.com",
    "20 targets.one.organization: is not on dev.azure.com or visualstudio.com; tokens for Azure DevOps will be sent there",
  ],
  [
    "kubernetes",
    "[shop/checkout]",
    "[shop/*]",
    "20 targets.one.repositories: mean several repositories, and the container runs one; name that one, or say in replaces what it may replace",
  ],
  [
    "kubernetes",
    /cluster: \{.*?\}, credential: deployer/,
    "cluster: { kubeconfig: /nowhere }",
    "20 targets.one.cluster.kubeconfig: names a file that does not exist",
  ],
  [
    "retag",
    "type:",
    "rollbackOnFailure: true, type:",
    "20 targets.one.rollbackOnFailure: is never used: a target of type retag does not see whether anything is healthy",
  ],
];

describe("what is probably not meant of a target", () => {
  it.each(advice)("%s: %s → %s", async (type, from, to, line) => {
    const text = examples[type].replace(from, () => to);
    expect(text).not.toBe(examples[type]);
    expect(await adviceOf({ one: text })).toContain(line);
  });

  it("is a mode laxer than the bot's", async () => {
    const text = `${ground.replace("mode: act", "mode: observe")}targets:\n  one: ${withKey(examples.retag, "mode: act")}\n`;
    expect(strip(linesOf(await load(text, variables)))).toContain(
      "20 targets.one.mode: is not used: the bot's own mode, observe, is stricter",
    );
    expect(await adviceOf({ one: withKey(examples.retag, "mode: observe") })).toEqual([]);
  });

  it("is a place that two targets may share", async () => {
    const withoutContainer = examples["web-app"].replace(", container: main", "");
    expect(await adviceOf({ one: examples["web-app"], two: withoutContainer })).toEqual([
      "21 targets.two.app: may be the place of targets.one as well, for one of the two names no container",
    ]);
    expect(await adviceOf({ one: examples.retag, two: examples.retag })).toEqual([
      "21 targets.two.tag: is moved by targets.one as well, in the same repositories",
    ]);
    expect(await adviceOf({ one: examples.import, two: examples.import })).toEqual([
      "21 targets.two.into: is filled by targets.one as well, from the same repositories",
    ]);
    const other = examples.retag.replace("shop/*", "other/*");
    expect(await adviceOf({ one: examples.retag, two: other })).toEqual([]);
  });

  it("is an order that some repositories cannot keep", async () => {
    const one = withKey(examples.kubernetes, "after: { target: two }");
    expect(await adviceOf({ one, two: examples.retag })).toEqual([]);
    expect(await adviceOf({ one, two: examples.retag.replace("shop/*", "web/*") })).toEqual([
      "20 targets.one.after.target: does not take every repository of this target; what is never there can never come here",
    ]);
  });
});

describe("approvals that used to cover roll backs", () => {
  const approvals = (rollback: string, allowed = "[deployer]") =>
    withKey(
      examples.kubernetes,
      `allow: { rollback: ${allowed} }, approvals: { count: 1, from: [lead]${rollback} }`,
    );

  it("are named until somebody says what holds for roll backs", async () => {
    expect(await adviceOf({ one: approvals("") })).toEqual([
      "20 targets.one.approvals: don't cover roll backs: one person goes back at once to what was healthy there before; to keep it so add rollback: { count: 0 }, to ask for approvals rollback: { count: 1 }",
    ]);
    expect(await adviceOf({ one: approvals(", rollback: { count: 0 }") })).toEqual([]);
    expect(await adviceOf({ one: approvals(", rollback: { count: 1 }") })).toEqual([]);
    expect(await adviceOf({ one: approvals("", "[]") })).toEqual([]);
  });
});

describe("break-glass that nobody would hear of", () => {
  const glass = examples.retag.replace("deploy: [deployer]", "breakGlass: [lead]");
  const adviceWith = async (route: string) =>
    strip(
      linesOf(
        await load(`${ground.replace("{ to:", `{ ${route} to:`)}targets:\n  one: ${glass}\n`, variables),
      ),
    );
  const line =
    "20 targets.one.allow.breakGlass: can never be used: no route takes these repositories, so nobody would hear of it";

  it("is said where no route takes the target's repositories, whatever their tags", async () => {
    expect(await adviceWith("")).toEqual([]);
    expect(await adviceWith('tags: ["v*"], repositories: ["shop/check*"],')).toEqual([]);
    expect(await adviceWith("repositories: [shop/checkout],")).toEqual([]);
    expect(await adviceWith('repositories: ["web/**"],')).toEqual([line]);
    expect(await adviceWith("registries: [prod],")).toEqual([line]);
    expect(await adviceWith("repositories: [web, tools/lint],")).toEqual([line]);
  });
});
