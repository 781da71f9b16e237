import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Node, parseMrkdwn } from "../../../demo/page/slack/parse-mrkdwn.ts";
import { slackBold, slackCode, slackLabel, slackText } from "../../../src/cards/slack/escape-slack.ts";
import { mrkdwn } from "../../../src/cards/slack/mrkdwn.ts";
import { cleanWords } from "../../../src/cards/text/clean-text.ts";
import { type Span, text } from "../../../src/nouns/text.ts";
import { hidden, hostileText } from "../hostile-text.ts";

function kinds(nodes: readonly Node[]): readonly string[] {
  return nodes.flatMap((node) => ["children" in node ? kinds(node.children) : [], node.kind].flat());
}

function inside(nodes: readonly Node[]): string {
  return nodes
    .map((node) => ("children" in node ? inside(node.children) : "text" in node ? node.text : ""))
    .join("");
}

const kindsOf = (rendered: string): ReadonlySet<string> => new Set(kinds(parseMrkdwn(rendered)));
const within = (allowed: readonly string[], found: ReadonlySet<string>): boolean =>
  [...found].every((kind) => allowed.includes(kind));

describe("hostile text in Slack", () => {
  it("as plain text is text and code, nothing else", () => {
    fc.assert(
      fc.property(hostileText, (said) => {
        const rendered = slackText(said);
        expect(within(["text", "code"], kindsOf(rendered)), rendered).toBe(true);
        expect(rendered).not.toMatch(/[<>]/);
        expect(rendered).not.toMatch(hidden);
        expect(rendered).not.toMatch(/\n/);
      }),
      { numRuns: 2000 },
    );
  });

  it("as code is one code span and nothing else", () => {
    fc.assert(
      fc.property(hostileText, (said) => {
        const rendered = slackCode(said);
        expect(within(["code"], kindsOf(rendered)), rendered).toBe(true);
        expect(rendered.replace(/^`|`$/g, "")).not.toMatch(/[`<>\n]/);
        expect(rendered).not.toMatch(hidden);
      }),
    );
  });

  it("as bold is bold, or text and code", () => {
    fc.assert(
      fc.property(hostileText, (said) => {
        const rendered = slackBold(said);
        expect(within(["bold", "text", "code"], kindsOf(rendered)), rendered).toBe(true);
        expect(rendered).not.toMatch(hidden);
      }),
      { numRuns: 2000 },
    );
  });

  it("as the text of a link stays in it", () => {
    fc.assert(
      fc.property(hostileText, (said) => {
        const [node, ...others] = parseMrkdwn(`<https://ours.example|${slackLabel(said) || "x"}>`);
        expect(others).toEqual([]);
        expect(node).toMatchObject({ kind: "link", url: "https://ours.example" });
      }),
    );
  });

  it("in a plain_text object has no angle brackets and nothing hidden", () => {
    fc.assert(
      fc.property(hostileText, (said) => {
        expect(cleanWords(said)).not.toMatch(/[<>]/);
        expect(cleanWords(said)).not.toMatch(hidden);
      }),
    );
  });

  it("anywhere in a Text makes no mention, link or command, and never exceeds the limit", () => {
    const span = hostileText.chain((said) =>
      fc.constantFrom<Span>(
        { kind: "plain", text: said },
        { kind: "bold", text: said },
        { kind: "code", text: said },
        { kind: "link", text: said, url: `ftp://x.example/${said}` },
        { kind: "person", who: { platform: "slack", tenant: said, userId: said, name: said } },
        { kind: "person", who: { platform: "teams", tenant: "t", userId: "U1", name: said } },
        { kind: "time", at: said.length * 1e13 - 5 },
      ),
    );
    fc.assert(
      fc.property(fc.array(span, { maxLength: 8 }), fc.integer({ min: 1, max: 200 }), (spans, max) => {
        // Spaces between, as every template of ours has them.
        const rendered = mrkdwn(
          spans.flatMap((one) => [...text(" "), one]),
          max,
        );
        expect([...rendered].length).toBeLessThanOrEqual(max);
        expect(within(["text", "code", "bold", "date"], kindsOf(rendered)), rendered).toBe(true);
        expect(rendered).not.toMatch(hidden);
      }),
      { numRuns: 3000 },
    );
  });
});

describe("text in Slack", () => {
  it.each([
    ["a plain reason", "a plain reason"],
    ["snake_case_name and a*b", "snake_case_name and a*b"],
    ["1.4.2 & <b>", "1.4.2 &amp; &lt;b&gt;"],
    ["*now* please", "`*now*` please"],
    ["see https://x.example/a_b", "see `https://x.example/a_b`"],
    ["> quoted", "`&gt;` quoted"],
    ["it is `code`", "it is 'code'"],
    [":rocket: 12:04", "`:rocket:` 12:04"],
    ["two\nlines", "two lines"],
  ])("%j is %j", (said, rendered) => {
    expect(slackText(said)).toBe(rendered);
  });

  it("reads the same as it was written", () => {
    for (const said of ["*now* please", "a < b & c", "> x", "see https://x.example"])
      expect(inside(parseMrkdwn(slackText(said)))).toBe(said);
  });

  it("mentions a person of Slack only, by a well-formed id", () => {
    const who = { platform: "slack", tenant: "T1", userId: "U0MAYA0001", name: "Maya" } as const;
    expect(mrkdwn([{ kind: "person", who }], 100)).toBe("<@U0MAYA0001>");
    expect(mrkdwn([{ kind: "person", who: { ...who, platform: "teams" } }], 100)).toBe("Maya");
    expect(mrkdwn([{ kind: "person", who: { ...who, userId: "U1> <!channel" } }], 100)).toBe("Maya");
  });

  it("shows a time in the viewer's zone, and one that is none in words", () => {
    expect(mrkdwn([{ kind: "time", at: 1_794_225_600_000 }], 100)).toBe(
      "<!date^1794225600^{date_short_pretty} at {time}|2026-11-09 12:00 UTC>",
    );
    for (const at of [Number.NaN, -1, 9e15, Number.POSITIVE_INFINITY])
      expect(mrkdwn([{ kind: "time", at }], 100)).toBe("an unknown time");
  });
});
