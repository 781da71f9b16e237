import fc from "fast-check";

const fragments = [
  "<!channel>",
  "<!here|here>",
  "<@U1>",
  "<@U0MAYA0001>",
  "<#C1>",
  "<https://evil.example|portal>",
  "](",
  "[x](https://evil.example)",
  "![x](https://evil.example)",
  "<at>Boss</at>",
  "{{DATE(2026-01-01T00:00:00Z)}}",
  "&lt;!channel&gt;",
  "&amp;",
  "&",
  "*bold*",
  "_it_",
  "~no~",
  "`",
  "```",
  "**",
  "__",
  "\\",
  "> quote",
  "# head",
  "- item",
  "1. one",
  ":rocket:",
  "https://evil.example/a",
  "www.evil.example",
  "a@evil.example",
  "@here",
  "#general",
  "\n",
  "\r\n",
  "\u2028",
  "\t",
  "\0",
  "\u202E",
  "\u2066",
  "\u200F",
  "\u200B",
  "\u00AD",
  "\uFEFF",
  "\uD800",
  "\uDC00",
  "🚢",
  "👩‍👩‍👧‍👦",
  "🏳️‍🌈",
  "e\u0301\u0301\u0301\u0301\u0301\u0301\u0301",
  "\u3164",
  "|",
  "^",
  " ",
  "word",
  "snake_case",
  "1.4.2",
  "\u{E0041}",
];

/** Texts that try to mention, link, format, command, hide or break. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(fc.constantFrom(...fragments), fc.string({ unit: "binary", maxLength: 6 }), fc.constant(" ")),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

/** The same, now and then ten kilobytes of it. */
export const longHostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: hostileText },
  {
    weight: 1,
    arbitrary: hostileText.map((text) =>
      (text === "" ? "x" : text).repeat(Math.ceil(10_000 / Math.max(1, text.length))),
    ),
  },
);

/** What may not be left in anything that is shown: it would hide text or turn it round. */
export const hidden = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u3164]--[\n\u200D]]/v;
