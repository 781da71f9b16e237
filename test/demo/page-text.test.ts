import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatSlackDate } from "../../demo/page/slack/dates.ts";
import { withEmoji } from "../../demo/page/slack/emoji.ts";
import type { Node } from "../../demo/page/slack/parse-mrkdwn.ts";
import { parseMrkdwn } from "../../demo/page/slack/parse-mrkdwn.ts";

const text = (said: string): Node => ({ kind: "text", text: said });

const wordsOf = (nodes: readonly Node[]): string =>
  nodes
    .map((node) => ("children" in node ? wordsOf(node.children) : "text" in node ? node.text : ""))
    .join("");

describe("parseMrkdwn", () => {
  it.each<[string, readonly Node[]]>([
    ["plain 10:30:22 # not a heading", [text("plain 10:30:22 # not a heading")]],
    [
      "*bold* _it_",
      [{ kind: "bold", children: [text("bold")] }, text(" "), { kind: "italic", children: [text("it")] }],
    ],
    ["snake_case_name 2*3*4", [text("snake_case_name 2*3*4")]],
    ["`a *b* &lt;x&gt;`", [{ kind: "code", text: "a *b* <x>" }]],
    ["```one\n*two*```", [{ kind: "block", text: "one\n*two*" }]],
    ["<https://a.b/?x=1&amp;y=2|label>", [{ kind: "link", url: "https://a.b/?x=1&y=2", label: "label" }]],
    ["<javascript:alert(1)|x>", [text("<javascript:alert(1)|x>")]],
    ["<@U0MAYA0001>", [{ kind: "user", id: "U0MAYA0001" }]],
    ["<!here>", [{ kind: "everyone", id: "here" }]],
    ["&lt;!here&gt; &amp;lt;", [text("<!here> &lt;")]],
    ["&gt; said\nnext", [{ kind: "quote", children: [text("said")] }, text("next")]],
    [
      "<!date^1700000000^{date} at {time}|then>",
      [{ kind: "date", unix: 1_700_000_000, format: "{date} at {time}", fallback: "then" }],
    ],
  ])("reads %j", (source, nodes) => {
    expect(parseMrkdwn(source)).toEqual(nodes);
  });

  it("makes nothing but text of any text that was escaped, whatever it holds", () => {
    const anything = fc.string({ unit: fc.constantFrom(..."<>&!@#|^UC1 a:/;\n".split("")), maxLength: 60 });
    fc.assert(
      fc.property(anything, (raw) => {
        const escaped = raw.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
        const nodes = parseMrkdwn(`x${escaped.replaceAll("\n", " ")}`);
        expect(nodes.every((node) => node.kind === "text")).toBe(true);
        expect(wordsOf(nodes)).toBe(`x${raw.replaceAll("\n", " ")}`);
      }),
    );
  });

  it("never fails", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(..."<>&!@#|^*_~`U1 a\n".split("")), maxLength: 200 }),
        (raw) => {
          expect(Array.isArray(parseMrkdwn(raw))).toBe(true);
        },
      ),
    );
  });
});

it("puts pictures for the short names it knows, and leaves other words alone", () => {
  expect(withEmoji(":rocket: :1.4: :constructor: 10:30:22")).toBe("🚀 :1.4: :constructor: 10:30:22");
});

describe("formatSlackDate", () => {
  const noon = new Date(2026, 10, 9, 12);
  const unix = (date: Date): number => date.getTime() / 1000;

  it("says today and yesterday in the viewer's own time", () => {
    expect(formatSlackDate(unix(noon), "{date_short_pretty}", "x", noon)).toBe("today");
    expect(formatSlackDate(unix(new Date(2026, 10, 8, 23)), "{date_pretty}!", "x", noon)).toBe("yesterday!");
  });

  it("leaves unknown words as they are, and gives the fallback for no date", () => {
    expect(formatSlackDate(unix(noon), "{what} {toString}", "x", noon)).toBe("{what} {toString}");
    expect(formatSlackDate(Number.MAX_VALUE, "{date}", "fallback", noon)).toBe("fallback");
  });
});
