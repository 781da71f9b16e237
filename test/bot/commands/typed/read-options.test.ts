import { describe, expect, it } from "vitest";
import { Misused } from "../../../../src/bot/commands/typed/misused.ts";
import { placingOptions, readOptions } from "../../../../src/bot/commands/typed/read-options.ts";
import { reasonOf } from "../../../../src/bot/commands/typed/reason-of.ts";
import { splitWords } from "../../../../src/bot/commands/typed/split-words.ts";
import { plainOf } from "../../../../src/nouns/text.ts";

/** What a deploy to b comes to with these words behind it. */
function read(behind: string) {
  const [, ...words] = splitWords(`deploy a to b ${behind}`);
  const { options, reason, words: left } = readOptions(words, placingOptions);
  return {
    options: [...options],
    reason: reasonOf(reason),
    left: left.slice(3).map(({ text }) => text),
  };
}

function refused(behind: string): string {
  try {
    read(behind);
  } catch (error) {
    if (error instanceof Misused) return plainOf(error.why);
    throw error;
  }
  throw new Error(`not refused: ${behind}`);
}

const planned = { options: ["plan"], reason: undefined, left: [] };

describe("an option", () => {
  it.each([
    ..."--plan —plan –plan \u2015plan \u2212plan -plan --PLAN --plan=true --dry-run —dry-run".split(" "),
    ...["- plan", "— plan", "-- plan", "— plan.", "--plan please"],
  ])("%s asks for a plan", (typed) => {
    expect(read(typed)).toEqual(planned);
  });

  it.each([
    ["--noop", "no option --noop"],
    ["--breakglass the shop is down", "did you mean --break-glass?"],
    ["—break-glas", "did you mean --break-glass?"],
    ["--pln", "did you mean --plan?"],
    ["--when-possible", "no option --when-possible"],
    ["--plan=false", "--plan takes no value"],
    ["--force because I say so", "no option --force"],
    ["because I say so --force", "no option --force"],
    ["because the shop is down --break-glass", "before the reason"],
    ["because the shop is down —break-glass", "before the reason"],
    ["because the shop is down (--break-glass).", "before the reason"],
    ["because", "reason is missing"],
    ["--reason", "reason is missing"],
  ])("%s is refused", (typed, words) => {
    expect(refused(typed)).toContain(words);
  });

  it("counts before the reason and, if it only makes it safer, inside", () => {
    expect(read("--break-glass because the shop is down")).toEqual({
      options: ["break-glass"],
      reason: "the shop is down",
      left: [],
    });
    expect(read("because the shop is down --plan")).toEqual({ ...planned, reason: "the shop is down" });
    expect(read(`because ${"x ".repeat(240)}--plan`).options).toEqual(["plan"]);
    for (const end of ["— plan", "-- plan", '"--plan', "--plan.", "\n> --plan"])
      expect(read(`because hotfix ${end}`)).toEqual({ ...planned, reason: "hotfix" });
    expect(read("\n> --plan")).toEqual(planned);
    for (const typed of ["--plan.", "--plan!", "(--plan)", "[--plan]", "'--plan'", "\uff0d\uff0dplan"])
      expect(read(`because hotfix ${typed}`)).toEqual({ ...planned, reason: "hotfix" });
  });
});

describe("a reason", () => {
  it.each([
    ["because hotfix — second try", "hotfix — second try"],
    ["because it is -5 degrees, and re-deploy", "it is -5 degrees, and re-deploy"],
    ["BECAUSE: hotfix", "hotfix"],
    ['because "--force was used"', "--force was used"],
    ['--reason "two  words --force"', "two words --force"],
    ["--reason=hotfix it is", "hotfix it is"],
    ["because don't ask", "don't ask"],
  ])("%s", (typed, reason) => {
    expect(read(typed)).toEqual({ options: [], reason, left: [] });
  });

  it("is introduced: other words are left", () => {
    expect(read("and production").left).toEqual(["and", "production"]);
    expect(read("plan").left).toEqual(["plan"]);
  });

  it("is refused, not cut, when it is too long", () => {
    expect(() => read(`because ${"🙂".repeat(501)}`)).toThrow(Misused);
  });
});
