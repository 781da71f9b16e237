import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapeMarkdown } from "../../../src/cards/teams/escape-markdown.ts";
import { teamsMarkdown } from "../../../src/cards/teams/teams-markdown.ts";
import { mentionable, mentionsIn } from "../../../src/cards/teams/teams-people.ts";
import type { Principal } from "../../../src/nouns/principal.ts";
import { hidden, hostileText } from "../hostile-text.ts";

/** The text without what a backslash made harmless: what is left must not be markup. */
const unescaped = (rendered: string): string => rendered.replace(/\\[!-/:-@[-`{-~]/g, "¤");

const entraId = "6d3b0e5c-7a41-4a3e-9c55-1f0f5e3b9a10";
const ada: Principal = { platform: "teams", tenant: "t", userId: entraId, name: "Ada Nowak" };

describe("hostile text in Teams", () => {
  it("has no markup left once its escapes are taken away", () => {
    fc.assert(
      fc.property(hostileText, (said) => {
        const left = unescaped(escapeMarkdown(said));
        expect(left).not.toMatch(/[*`~[\]<>{}|\\]/);
        expect(left).not.toMatch(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/u);
        expect(left).not.toMatch(/^\s*([-+#]|\d+[.)])(\s|$)/);
        expect(left).not.toMatch(/:\/\/|www\.|\w@\w+\.\w/i);
        expect(escapeMarkdown(said).replaceAll("\u2060", "")).not.toMatch(hidden);
        expect(escapeMarkdown(said)).not.toMatch(/\n|<at>|\{\{/);
      }),
      { numRuns: 3000 },
    );
  });

  it("cannot leave the text or the address of a link", () => {
    fc.assert(
      fc.property(hostileText, hostileText, (label, rest) => {
        const rendered = teamsMarkdown(
          [{ kind: "link", text: label, url: `https://ours.example/${rest}` }],
          9000,
        );
        const linked = /^\[((?:[^\\[\]]|\\.)*)\]\((https:\/\/ours\.example\/[^()\s<>[\]]*)\)$/u.exec(
          rendered,
        );
        expect(linked !== null || !unescaped(rendered).includes("]("), rendered).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it("never exceeds the limit", () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 1, max: 60 }), (said, max) => {
        const rendered = teamsMarkdown(
          [
            { kind: "bold", text: said },
            { kind: "plain", text: said },
            { kind: "code", text: said },
          ],
          max,
        );
        expect([...rendered].length).toBeLessThanOrEqual(max);
        expect(rendered.replace(/\\\\/g, "")).not.toMatch(/\\$/);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("text in Teams", () => {
  it.each([
    ["shop/checkout:1.4.2-rc.1", "shop/checkout:1.4.2-rc.1"],
    ["snake_case", "snake_case"],
    ["[x](y)", "\\[x\\](y)"],
    ["- item", "\\- item"],
    ["12. item", "12\\. item"],
    ["https://x.example", "https:\u2060//x.example"],
    ["contoso.azurecr.io/shop@sha256:9f86", "contoso.azurecr.io/shop@sha256:9f86"],
    ["{{DATE(2026-01-01T00:00:00Z)}}", "\\{\\{DATE(2026-01-01T00:00:00Z)\\}\\}"],
    ["&lt;at&gt; & more", "\\&lt;at\\&gt; & more"],
  ])("%j is %j", (said, rendered) => {
    expect(escapeMarkdown(said)).toBe(rendered);
  });

  it("shows a time by the client's own functions", () => {
    expect(teamsMarkdown([{ kind: "time", at: 1_794_225_600_123 }], 200)).toBe(
      "{{DATE(2026-11-09T12:00:00Z, SHORT)}} {{TIME(2026-11-09T12:00:00Z)}}",
    );
  });
});

describe("a mention in Teams", () => {
  const spans = [{ kind: "person", who: ada }] as const;

  it("has its entity beside it", () => {
    const people = mentionable([spans]);
    const rendered = teamsMarkdown(spans, 100, people);
    expect(rendered).toBe("<at>Ada Nowak</at>");
    expect(mentionsIn(JSON.stringify(rendered), people)).toEqual([
      { type: "mention", text: "<at>Ada Nowak</at>", mentioned: { id: entraId, name: "Ada Nowak" } },
    ]);
  });

  it("is left out with its entity where the text was cut", () => {
    const people = mentionable([spans]);
    const rendered = teamsMarkdown(spans, 5, people);
    expect(rendered).toBe("…");
    expect(mentionsIn(JSON.stringify(rendered), people)).toEqual([]);
  });

  it("is not made of people of Slack, of odd ids or of names with markup", () => {
    for (const who of [
      { ...ada, platform: "slack" as const },
      { ...ada, userId: "<at>" },
      { ...ada, name: "</at><at>Boss" },
    ])
      expect(mentionable([[{ kind: "person", who }]]).size).toBe(0);
  });

  it("is made once for two people of one name", () => {
    const other = { ...ada, userId: entraId.replace("6", "7") };
    expect(mentionable([spans, [{ kind: "person", who: other }]]).size).toBe(1);
  });
});
