import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mrkdwn } from "../../src/cards/slack/mrkdwn.ts";
import { cleanLine } from "../../src/cards/text/clean-text.ts";
import { codePoints, cutEnd, cutMiddle } from "../../src/cards/text/cut-text.ts";
import { safeUrl } from "../../src/cards/text/safe-url.ts";
import { code, text } from "../../src/nouns/text.ts";
import { hidden, longHostileText } from "./hostile-text.ts";

const family = "👩‍👩‍👧‍👦";

describe("a cut text", () => {
  it("never exceeds its limit and never ends inside a surrogate pair", () => {
    fc.assert(
      fc.property(longHostileText, fc.integer({ min: 0, max: 50 }), (said, max) => {
        for (const cut of [cutEnd(cleanLine(said), max), cutMiddle(cleanLine(said), max)]) {
          expect(codePoints(cut)).toBeLessThanOrEqual(max);
          expect(cut.isWellFormed()).toBe(true);
        }
      }),
    );
  });

  it("is whole at the limit and cut one below", () => {
    expect([cutEnd("abcde", 5), cutEnd("abcde", 4)]).toEqual(["abcde", "abc…"]);
    expect([cutMiddle("abcde", 5), cutMiddle("abcde", 4)]).toEqual(["abcde", "ab…e"]);
    expect([cutEnd("🚢🚢🚢", 3), cutEnd("🚢🚢🚢", 2)]).toEqual(["🚢🚢🚢", "🚢…"]);
  });

  it("does not take a family apart", () => {
    expect(cutEnd(`ab${family}cd`, 8)).toBe("ab…");
    expect(cutEnd(`${family}${family}`, 13)).toBe(`${family}…`);
  });

  it("does not cut an entity, a code span or a mention", () => {
    expect(mrkdwn(text("<<<<"), 9)).toBe("&lt;&lt;…");
    expect(mrkdwn(text("<<"), 8)).toBe("&lt;&lt;");
    expect(mrkdwn(text(code("abcdef")), 6)).toBe("`abc`…");
    expect(
      mrkdwn(
        text("by ", {
          kind: "person",
          who: { platform: "slack", tenant: "T", userId: "U0MAYA0001", name: "M" },
        }),
        8,
      ),
    ).toBe("by …");
  });

  it("is made of a megabyte in no time", () => {
    const started = performance.now();
    expect(codePoints(mrkdwn(text("<🚢".repeat(400_000)), 3000))).toBeLessThanOrEqual(3000);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe("a cleaned line", () => {
  it("has nothing hidden in it and is clean already when cleaned again", () => {
    fc.assert(
      fc.property(longHostileText, (said) => {
        expect(cleanLine(said)).not.toMatch(hidden);
        expect(cleanLine(cleanLine(said))).toBe(cleanLine(said));
      }),
    );
  });

  it("keeps what is one emoji, and words of any script", () => {
    for (const said of [family, "🏳️‍🌈", "👍🏽", "1️⃣", "héllo", "日本語", "नमस्ते", "שלום"])
      expect(cleanLine(said)).toBe(said);
  });
});

describe("an address", () => {
  it.each([
    ["https://github.com/contoso/shop", "https://github.com/contoso/shop"],
    ["http://127.0.0.1:3000/x", "http://127.0.0.1:3000/x"],
    ["https://x.example/a|b?c=<d>#(e)", "https://x.example/a%7Cb?c=%3Cd%3E#%28e%29"],
    ["https://x.example/?q={{DATE(1)}}", "https://x.example/?q=%7B%7BDATE%281%29%7D%7D"],
  ])("%s is a link", (address, url) => {
    expect(safeUrl(address)).toBe(url);
  });

  it.each([
    "http://x.example",
    "javascript:alert(1)",
    "https://user:word@x.example",
    "https://",
    "mailto:a@b.c",
    "//x.example",
    "",
    "git@github.com:a/b.git",
    `https://x.example/${"a".repeat(3000)}`,
    "data:text/html,x",
    "slack://open",
    "http://127.0.0.1.evil.example/",
  ])("%s is none", (address) => {
    expect(safeUrl(address)).toBeUndefined();
  });

  it("stays within its limit after encoding", () => {
    expect(safeUrl(`https://x.example/${"|".repeat(1500)}`)).toBeUndefined();
    expect(safeUrl(`https://x.example/${"a".repeat(3000 - 18)}`)).toHaveLength(3000);
  });
});
