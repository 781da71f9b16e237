import { describe, expect, it } from "vitest";
import { splitWords } from "../../../../src/bot/commands/typed/split-words.ts";

const words = (typed: string) => splitWords(typed).map(({ text }) => text);

describe("what somebody typed, as meant", () => {
  const deploy = ["deploy", "shop/checkout:1.4.2", "to", "staging"];

  it.each([
    "deploy shop/checkout:1.4.2 to staging",
    'deploy "shop/checkout:1.4.2" to staging',
    "deploy “shop/checkout:1.4.2” to staging",
    "*deploy* shop/checkout:1.4.2 to *staging*",
    "*deploy shop/checkout:1.4.2 to staging*",
    "`deploy shop/checkout:1.4.2 to staging`",
    "```\ndeploy shop/checkout:1.4.2 to staging\n```",
    "deploy `shop/checkout:1.4.2` to _staging_",
    "please deploy shop/checkout:1.4.2 to staging",
    ", deploy shop/checkout:1.4.2 to staging",
    "Hey, please deploy shop/checkout:1.4.2 to staging, thanks!",
    "deploy\u00a0shop/checkout:1.4.2\n to\tstaging",
    "de\u200bploy shop/checkout:1.4.2 to staging",
    "> is it out yet?\ndeploy shop/checkout:1.4.2 to staging",
    "&gt; deploy shop/checkout:1.4.2 to staging",
  ])("%j", (typed) => {
    expect(words(typed).map((word) => word.replace(/,$/, ""))).toEqual(deploy);
  });

  it("keeps what is no mark: globs, tags with underscores, apostrophes", () => {
    expect(words("subscribe shop/** a_b:_c_1 don't")).toEqual(["subscribe", "shop/**", "a_b:_c_1", "don't"]);
    expect(words("lock production – a reason")).toEqual(["lock", "production", "–", "a", "reason"]);
  });

  it("takes a quoted reason verbatim, as one word", () => {
    expect(splitWords('x because "*so* --force, please"').at(-1)).toEqual({
      text: "*so* --force, please",
      isQuoted: true,
    });
  });

  it("is nothing where nothing was said", () => {
    for (const typed of ["", "  ", "please", ", !"]) expect(words(typed)).toEqual([]);
  });
});
