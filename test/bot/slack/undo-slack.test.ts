import { describe, expect, it } from "vitest";
import { splitWords } from "../../../src/bot/commands/typed/split-words.ts";
import { mentionedIn, undoSlack } from "../../../src/bot/slack/undo-slack.ts";

const us = "U0ACRBOT01";
const names = new Map([
  ["U0LENA0001", "Lena Novák"],
  ["U0EVIL0001", 'x" --break-glass to production <!channel>'],
]);
const undone = (text: string) => undoSlack(text, [us], names).trim();

describe("what Slack makes of a message", () => {
  it("loses the mention of us, wherever it stands, and no other", () => {
    expect(undone(`<@${us}> lock staging <@U0LENA0001> is on it`)).toBe("lock staging @Lena_Novák is on it");
    expect(undone(`show web <@${us}|acr>`)).toBe("show web");
    expect(mentionedIn(`<@${us}> x <@U0LENA0001> <@W0NOBODY01|w>`)).toEqual([us, "U0LENA0001", "W0NOBODY01"]);
  });

  it.each([
    ["<@U0NOBODY01>", "@U0NOBODY01"],
    ["<@U0NOBODY01|sam.d>", "@sam.d"],
    ["<!subteam^S0614TZR7|@on call>", "@on_call"],
    ["<!subteam^S0614TZR7>", "@S0614TZR7"],
    ["<!here>", "@here"],
    ["<!channel|channel>", "@channel"],
    ["<#C0RELEASES|releases>", "#releases"],
    ["<#C0RELEASES>", "#C0RELEASES"],
    ["<!date^1^{date}|yesterday>", "yesterday"],
    ["<http://contoso.azurecr.io/web:1|contoso.azurecr.io/web:1>", "contoso.azurecr.io/web:1"],
    ["<https://portal.azure.com/#view/x>", "https://portal.azure.com/#view/x"],
  ])("%s is %s", (typed, left) => {
    expect(undone(typed)).toBe(left);
  });

  it("a name is one word, whatever it holds", () => {
    expect(
      splitWords(undone("deploy web:1 to staging because <@U0EVIL0001> asked")).map(({ text }) => text),
    ).toEqual([
      "deploy",
      "web:1",
      "to",
      "staging",
      "because",
      "@x_--break-glass_to_production_channel",
      "asked",
    ]);
  });
});
