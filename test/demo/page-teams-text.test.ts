import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { personsOf } from "../../demo/page/persons.ts";
import { noteIn, problemsIn } from "../../demo/page/teams/invoke-answer.ts";
import { markdownHtml } from "../../demo/page/teams/markdown-html.ts";
import { groupsOf, placesFor } from "../../demo/page/teams/places.ts";
import { threadsIn } from "../../demo/page/teams/threads.ts";
import { escapeMarkdown } from "../../src/cards/teams/escape-markdown.ts";
import { cleanLine } from "../../src/cards/text/clean-text.ts";

const people = new Set(["Maya Lindqvist"]);
const html = (source: string): string => markdownHtml(source, people);

const ours =
  /<\/?(?:p|ul|ol|li|b|i|a)>|<span class="teams-mention">|<\/span>|<a href="https:\/\/[^"<>\s]+" target="_blank" rel="noopener noreferrer">/g;

/** What a browser would show: our tags away, then our five entities back. */
const shownIn = (markup: string): string =>
  markup
    .replace(ours, "")
    .replace(
      /&(amp|lt|gt|quot|#39);/g,
      (_all, name: string) => ({ amp: "&", lt: "<", gt: ">", quot: '"' })[name] ?? "'",
    );

const marks = "*_[]()<>&\"'\\`~|{}#+-.!/:at1 aé\n".split("");
const markupLike = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...marks),
    fc.constantFrom("**", "](", "https://", "<at>", "</at>", "<script>", "javascript:", "- "),
  ),
  maxLength: 80,
});

describe("Teams' Markdown", () => {
  it.each([
    ["plain 10:30:22 # no heading `no code`", "<p>plain 10:30:22 # no heading `no code`</p>"],
    ["**bold** *it* _it_", "<p><b>bold</b> <i>it</i> <i>it</i></p>"],
    ["**a *b* c**", "<p><b>a <i>b</i> c</b></p>"],
    ["snake_case_name 2 * 3 * 4 **", "<p>snake_case_name 2 * 3 * 4 **</p>"],
    ["- a\n- **b**\n1. c\n\nend", "<ul><li>a</li><li><b>b</b></li></ul><ol><li>c</li></ol><p>end</p>"],
    [
      "[a *b*](https://c.d/?e=1&f)",
      '<p><a href="https://c.d/?e=1&amp;f" target="_blank" rel="noopener noreferrer">a <i>b</i></a></p>',
    ],
    ["[a](http://b.c) [a](javascript:x)", "<p>[a](http://b.c) [a](javascript:x)</p>"],
    ['[a](https://b.c"onclick=x)', "<p>[a](https://b.c&quot;onclick=x)</p>"],
    ["<at>Maya Lindqvist</at>", '<p><span class="teams-mention">Maya Lindqvist</span></p>'],
    ["<at>Nobody</at> <b>x</b>", "<p>&lt;at&gt;Nobody&lt;/at&gt; &lt;b&gt;x&lt;/b&gt;</p>"],
    ["\\*\\*a\\*\\* \\[b\\](https://c.d) \\&amp;", "<p>**a** [b](https://c.d) &amp;amp;</p>"],
  ])("reads %j", (source, wanted) => {
    expect(html(source)).toBe(wanted);
  });

  it("makes no tag but its own, whatever the text holds", () => {
    fc.assert(
      fc.property(markupLike, (source) => {
        expect(html(source).replace(ours, "")).not.toMatch(/[<>"']/);
      }),
      { numRuns: 2000 },
    );
  });

  it("shows any text that the cards escaped as that text, without one tag in it", () => {
    fc.assert(
      fc.property(fc.oneof(markupLike, fc.string({ unit: "grapheme" })), (said) => {
        const line = cleanLine(said).trim();
        const drawn = html(escapeMarkdown(line)).replaceAll("\u2060", "");
        expect(drawn.replace(/<\/?p>/g, "")).not.toContain("<");
        expect(shownIn(drawn)).toBe(line);
      }),
      { numRuns: 2000 },
    );
  });

  it("reads marks without end in a time that grows with the text", () => {
    const started = performance.now();
    for (const mark of ["*", "**a ", "_a ", "[", "[a](https://", "<at>", "*_"]) html(mark.repeat(20_000));
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe("threads of a channel", () => {
  it("are in the order of their root posts, each with its replies; a lost reply stands alone", () => {
    const said = (id: string, at: number | string, replyToId?: string) => ({
      id,
      at,
      ...(replyToId ? { replyToId } : {}),
    });
    const threads = threadsIn([
      said("late", 50),
      said("b", 30, "root"),
      said("a", "1970-01-01T00:00:00.020Z", "root"),
      said("root", 10, "root"),
      said("lost", 40, "gone"),
    ]);
    expect(threads.map(({ root, replies }) => [root.id, replies.map(({ id }) => id)])).toEqual([
      ["root", ["a", "b"]],
      ["lost", []],
      ["late", []],
    ]);
  });
});

describe("places", () => {
  const teams = {
    conversations: { "19:x@thread.tacv2": [], "19:y@thread.v2": [], "a:z": [] },
    places: [
      { id: "a:z", name: "acr", kind: "personal", members: ["29:maya"] },
      { id: "19:r@thread.tacv2", name: "releases", kind: "channel", team: "Contoso" },
    ],
  } as const;

  it("are what a person is a member of, and conversations that have no place yet", () => {
    expect(placesFor(teams, "29:maya").map(({ id }) => id)).toEqual([
      "a:z",
      "19:r@thread.tacv2",
      "19:x@thread.tacv2",
      "19:y@thread.v2",
    ]);
    expect(placesFor(teams, "29:priya").map(({ id }) => id)).not.toContain("a:z");
    expect(placesFor(teams, undefined).every(({ kind }) => kind === "channel")).toBe(true);
  });

  it("stand under their team, chats by themselves", () => {
    const groups = groupsOf(placesFor(teams, "29:maya"));
    expect(groups.map(({ team, places }) => [team, places.length])).toEqual([
      [undefined, 2],
      ["Contoso", 1],
      ["Teams", 1],
    ]);
  });
});

describe("persons", () => {
  const account = (platform: string, id: string, name: string, person?: string) => ({
    platform,
    id,
    name,
    roles: [`${platform} role`],
    ...(person ? { person } : {}),
  });

  it("have their accounts of both platforms, by person or by name", () => {
    const persons = personsOf([
      account("teams", "29:a", "Maya L.", "maya"),
      account("slack", "U1", "Maya Lindqvist", "maya"),
      account("slack", "U2", "Tomás"),
      account("teams", "29:b", "Tomás"),
      account("teams", "29:c", "Tomás"),
    ]);
    expect(persons).toMatchObject([
      { id: "U1", slack: "U1", teams: "29:a", roles: ["teams role", "slack role"] },
      { id: "U2", slack: "U2", teams: "29:b" },
      { id: "29:c", teams: "29:c" },
    ]);
  });
});

describe("the bot's answer to a click", () => {
  const value = "You need deployer.";

  it.each([
    [{ statusCode: 200, type: "application/vnd.microsoft.activity.message", value }],
    [{ ok: true, body: { task: { type: "message", value } } }],
    [{ ok: false, error: value }],
  ])("says it from %j", (answer) => {
    expect(noteIn(answer)).toBe(value);
  });

  it("says nothing where a dialog opens or nothing came", () => {
    expect(noteIn({ body: { task: { type: "continue", value: { title: "x" } } } })).toBeUndefined();
    expect(noteIn("")).toBeUndefined();
  });

  it("names what is wrong with a dialog by input, or as a whole", () => {
    expect(problemsIn({ errors: { reason: "Too short." } })).toEqual({ reason: "Too short." });
    expect(problemsIn({ ok: false, error: "Frozen." })).toEqual({ "": "Frozen." });
    expect(problemsIn({ ok: true })).toEqual({});
  });
});
