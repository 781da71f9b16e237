import { describe, expect, it } from "vitest";
import { checkEffects, linesWith } from "./check-effects.ts";
import { doorRules, effectRules } from "./effect-rules.ts";
import { importsOf } from "./imports.ts";
import { readFiles } from "./source-file.ts";

const files = readFiles(["src"], [".ts"]);
const found = (path: string, ...lines: readonly string[]) =>
  checkEffects([{ path, text: `${lines.join("\n")}\n` }]).map((one) => one.rule);
const allImports = files.flatMap(importsOf);

describe("no effect", () => {
  it("can be reached around a decision", () => {
    expect(checkEffects(files).map((one) => one.words)).toEqual([]);
  });
});

describe("a rule", () => {
  // A verb that was renamed would leave its rule with nothing to hold.
  it.each(effectRules)(
    "is about something that is there, at every place that it names: $name",
    ({ word, where }) => {
      for (const place of where) {
        const holding = files.filter(
          (file) => file.path.startsWith(place) && linesWith(file, word).length > 0,
        );
        expect(
          holding.map(({ path }) => path),
          place,
        ).not.toEqual([]);
      }
    },
  );

  it.each(doorRules)("is about a file that is there and imported: $door", ({ door, where }) => {
    expect(files.filter(({ path }) => door.test(path))).not.toEqual([]);
    const importers = allImports.filter(({ to }) => door.test(to)).map(({ from }) => from);
    expect(importers.filter((path) => where.some((place) => path.startsWith(place)))).not.toEqual([]);
  });

  const samples: readonly (readonly [string, string, string])[] = [
    ["a tag is written", "src/bot/x.ts", "await writer.putTag(repository, manifest, tag);"],
    ["a tag is written", "src/artifacts/x.ts", 'await writer["putTag"](repository, manifest, tag);'],
    ["a quarantine is set", "src/webhook/x.ts", "const { setQuarantine } = reviewer;"],
    [
      "a target's steps are taken",
      "src/bot/x.ts",
      "for (const step of port.steps(job)) await step.run(run);",
    ],
    ["a target's steps are taken", "src/app.ts", "const steps = reviewSteps(operation, reviewer, []);"],
    ["steps are run", "src/app.ts", "await runSteps({ steps });"],
    ["an operation is taken up", "src/bot/x.ts", "const work = operateWork(deps);"],
    [
      "an operation is ended",
      "src/bot/x.ts",
      "await store.finishOperation(id, lease, { ...result, follow });",
    ],
    ["a request is decided", "src/bot/converse/clicks.ts", "await store.decideRequest(id, verdicts);"],
    ["a request is decided", "src/bot/asking.ts", "await store.decideRequest(id, verdicts);"],
    ["the verdicts are made", "src/bot/converse/clicks.ts", "const verdicts = createVerdicts(context);"],
    ["an operation is made of a decision", "src/operations/x.ts", "const operation = newOperation(request);"],
    [
      "an operation is made without a person",
      "src/operations/watch-work.ts",
      "rollbackAfter(failed, digest);",
    ],
    ["a row of an operation is written", "src/store/x.ts", "await insertOperation(tx, operation, verdict);"],
    ["a row of an operation is written", "src/store/x.ts", 'await tx.insertInto("operations").values(row);'],
    ["what a target runs is noted", "src/bot/x.ts", "await store.recordPlacement(key, change);"],
  ];
  it.each(samples)("can fail: %s in %s", (rule, path, line) => {
    expect(found(path, line)).toContain(rule);
  });

  const imports: readonly (readonly [string, string])[] = [
    ["src/bot/x.ts", 'import { createRetagTarget } from "../operations/targets/retag.ts";'],
    ["src/app.ts", 'const retag = await import("./operations/targets/retag.ts");'],
    ["src/operations/operate-work.ts", 'import type { X } from "./targets/http.ts";'],
    ["src/bot/x.ts", 'import type { FindTarget } from "../operations/find-target.ts";'],
    ["src/bot/x.ts", 'import { createStepsOf } from "../operations/steps-of.ts";'],
    ["src/app.ts", 'import { runSteps } from "./operations/run-steps.ts";'],
    ["src/bot/commands/x.ts", 'import type { ArmCaller } from "../../azure/arm-caller.ts";'],
    ["src/bot/x.ts", 'import { createAppToken } from "../outgoing/github-app-token.ts";'],
    ["src/bot/converse/clicks.ts", 'import { judge } from "../../policy/judge.ts";'],
  ];
  it.each(imports)("can fail: %s: %s", (path, line) => {
    expect(found(path, line).some((rule) => rule.startsWith("door "))).toBe(true);
  });

  it("has a sample that breaks it", () => {
    const words = new Set(samples.flatMap(([, path, line]) => found(path, line)));
    const doors = new Set(imports.flatMap(([path, line]) => found(path, line)));
    expect(effectRules.map(({ name }) => name).filter((name) => !words.has(name))).toEqual([]);
    expect(doorRules.map(({ door }) => `door ${door.source}`).filter((name) => !doors.has(name))).toEqual([]);
  });

  it("lets comments speak, and does not count lines wrong", () => {
    expect(
      found(
        "src/bot/x.ts",
        "// putTag is for targets",
        "/** Like finishOperation. */",
        "const a = 1; // runSteps",
      ),
    ).toEqual([]);
    expect(checkEffects([{ path: "src/bot/x.ts", text: "\n\nputTag();\n" }])[0]?.words).toMatch(
      /^src\/bot\/x\.ts:3 a tag is written\. Ask for an operation/,
    );
  });
});
