import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../demo/shared/json-object.ts";
import { validateBlocks } from "../../demo/slack/validate-blocks.ts";
import { validateView } from "../../demo/slack/validate-view.ts";
import { clientFor, defaults, refusal, startWorld } from "./slack-tiny-bot.ts";

const plain = (text: string) => ({ type: "plain_text", text });
const mrkdwn = (text: string) => ({ type: "mrkdwn", text });
// A letter outside the first plane: two UTF-16 units, one code point.
const letters = (n: number) => "𝒜".repeat(n);
const many = <T>(n: number, make: (index: number) => T) =>
  Array.from({ length: n }, (_, index) => make(index));
const url = (n: number) => `https://x/${"a".repeat(n - 10)}`;
const button = (over: JsonObject = {}) => ({ type: "button", action_id: "go", text: plain("Go"), ...over });
const actions = (...elements: readonly JsonObject[]) => [{ type: "actions", elements }];
const option = (n: number) => ({ text: plain(`o${n}`), value: `v${n}` });
const select = (over: JsonObject = {}) => ({
  type: "static_select",
  action_id: "s",
  options: [option(1)],
  ...over,
});
const confirm = (over: JsonObject) =>
  actions(
    button({
      confirm: { title: plain("t"), text: mrkdwn("x"), confirm: plain("y"), deny: plain("n"), ...over },
    }),
  );
const input = (over: JsonObject = {}) => ({
  type: "input",
  block_id: "i",
  label: plain("Reason"),
  element: { type: "plain_text_input", action_id: "a" },
  ...over,
});
const view = (over: JsonObject = {}) => ({
  type: "modal",
  title: plain("Title"),
  submit: plain("Go"),
  blocks: [input()],
  ...over,
});

type Limit = readonly [name: string, limit: number, blocks: (n: number) => unknown[], pointer: string];

const inMessages: readonly Limit[] = [
  ["blocks of a message", 50, (n) => many(n, () => ({ type: "divider" })), "/blocks"],
  ["section text", 3000, (n) => [{ type: "section", text: mrkdwn(letters(n)) }], "/blocks/0/text/text"],
  [
    "section fields",
    10,
    (n) => [{ type: "section", fields: many(n, () => mrkdwn("f")) }],
    "/blocks/0/fields",
  ],
  ["field text", 2000, (n) => [{ type: "section", fields: [plain(letters(n))] }], "/blocks/0/fields/0/text"],
  ["header", 150, (n) => [{ type: "header", text: plain(letters(n)) }], "/blocks/0/text/text"],
  [
    "context elements",
    10,
    (n) => [{ type: "context", elements: many(n, () => mrkdwn("c")) }],
    "/blocks/0/elements",
  ],
  [
    "actions elements",
    25,
    (n) => actions(...many(n, (index) => button({ action_id: `a${index}` }))),
    "/blocks/0/elements",
  ],
  ["button text", 75, (n) => actions(button({ text: plain(letters(n)) })), "/blocks/0/elements/0/text/text"],
  ["button value", 2000, (n) => actions(button({ value: letters(n) })), "/blocks/0/elements/0/value"],
  ["button url", 3000, (n) => actions(button({ url: url(n) })), "/blocks/0/elements/0/url"],
  ["action_id", 255, (n) => actions(button({ action_id: letters(n) })), "/blocks/0/elements/0/action_id"],
  ["block_id", 255, (n) => [{ type: "divider", block_id: letters(n) }], "/blocks/0/block_id"],
  [
    "confirm title",
    100,
    (n) => confirm({ title: plain(letters(n)) }),
    "/blocks/0/elements/0/confirm/title/text",
  ],
  [
    "confirm text",
    300,
    (n) => confirm({ text: mrkdwn(letters(n)) }),
    "/blocks/0/elements/0/confirm/text/text",
  ],
  [
    "confirm answer",
    30,
    (n) => confirm({ confirm: plain(letters(n)) }),
    "/blocks/0/elements/0/confirm/confirm/text",
  ],
  ["confirm deny", 30, (n) => confirm({ deny: plain(letters(n)) }), "/blocks/0/elements/0/confirm/deny/text"],
  [
    "option text",
    75,
    (n) => actions(select({ options: [{ text: plain(letters(n)), value: "v" }] })),
    "/blocks/0/elements/0/options/0/text/text",
  ],
  [
    "option value",
    150,
    (n) => actions(select({ options: [{ text: plain("t"), value: letters(n) }] })),
    "/blocks/0/elements/0/options/0/value",
  ],
  [
    "select options",
    100,
    (n) => actions(select({ options: many(n, option) })),
    "/blocks/0/elements/0/options",
  ],
  [
    "overflow options",
    5,
    (n) => actions({ type: "overflow", action_id: "o", options: many(n, option) }),
    "/blocks/0/elements/0/options",
  ],
  ["image_url", 3000, (n) => [{ type: "image", image_url: url(n), alt_text: "a" }], "/blocks/0/image_url"],
  [
    "image alt_text",
    2000,
    (n) => [{ type: "image", image_url: "https://x/a", alt_text: letters(n) }],
    "/blocks/0/alt_text",
  ],
  ["input label", 2000, (n) => [input({ label: plain(letters(n)) })], "/blocks/0/label/text"],
  ["input hint", 2000, (n) => [input({ hint: plain(letters(n)) })], "/blocks/0/hint/text"],
];

const inViews: readonly (readonly [string, number, (n: number) => JsonObject, string])[] = [
  ["blocks of a view", 100, (n) => view({ blocks: many(n, () => ({ type: "divider" })) }), "/view/blocks"],
  ["title", 24, (n) => view({ title: plain(letters(n)) }), "/view/title/text"],
  ["submit", 24, (n) => view({ submit: plain(letters(n)) }), "/view/submit/text"],
  ["close", 24, (n) => view({ close: plain(letters(n)) }), "/view/close/text"],
  ["private_metadata", 3000, (n) => view({ private_metadata: letters(n) }), "/view/private_metadata"],
  ["callback_id", 255, (n) => view({ callback_id: letters(n) }), "/view/callback_id"],
];

describe("Block Kit's limits, through Slack's own client", () => {
  it.each(inMessages)(
    "%s: %i are taken, one more is refused by name",
    async (_name, limit, blocks, pointer) => {
      await using world = await startWorld();
      const post = (n: number) =>
        // The client's types refuse what these tests are about.
        world.client.apiCall("chat.postMessage", { channel: "C0RELEASES", text: "t", blocks: blocks(n) });
      expect(await refusal(post(limit))).toEqual({ error: "none", messages: [] });
      const refused = await refusal(post(limit + 1));
      expect(refused.error).toBe("invalid_blocks");
      expect(refused.messages).toHaveLength(1);
      expect(refused.messages[0]).toContain(`[json-pointer:${pointer}]`);
      expect(world.workspace.messages("C0RELEASES")).toHaveLength(1);
    },
  );

  it.each(inViews)(
    "%s of a view: %i are taken, one more is refused by name",
    async (_name, limit, make, pointer) => {
      await using world = await startWorld();
      const open = async (n: number) => {
        const asked = { channel: "C0RELEASES", user: "U0MAYA0001", text: "/acr" };
        const { triggerId } = await world.workspace.command(asked);
        return world.client.apiCall("views.open", { trigger_id: triggerId, view: make(n) });
      };
      expect(await refusal(open(limit))).toEqual({ error: "none", messages: [] });
      const refused = await refusal(open(limit + 1));
      expect(refused.error).toBe("invalid_arguments");
      expect(refused.messages).toHaveLength(1);
      expect(refused.messages[0]).toContain(`[json-pointer:${pointer}]`);
    },
  );
});

describe("what Block Kit refuses", () => {
  const refused: readonly (readonly [string, unknown, string])[] = [
    ["an unknown block", [{ type: "marquee" }], "unsupported type: marquee [json-pointer:/blocks/0/type]"],
    ["a block without a type", [{}], "missing required field: type [json-pointer:/blocks/0]"],
    ["a type that every object has", [{ type: "constructor" }], "unsupported type: constructor"],
    [
      "an unknown element",
      actions({ type: "lever" }),
      "unsupported type: lever [json-pointer:/blocks/0/elements/0/type]",
    ],
    [
      "an input's field in actions",
      actions({ type: "plain_text_input" }),
      "unsupported type: plain_text_input",
    ],
    ["a header without text", [{ type: "header" }], "missing required field: text [json-pointer:/blocks/0]"],
    ["a mrkdwn header", [{ type: "header", text: mrkdwn("x") }], "[json-pointer:/blocks/0/text/type]"],
    [
      "a mrkdwn button",
      actions(button({ text: mrkdwn("x") })),
      "[json-pointer:/blocks/0/elements/0/text/type]",
    ],
    ["an unknown property", actions(button({ disabled: true })), "invalid additional property: disabled"],
    [
      "empty text",
      [{ type: "section", text: mrkdwn("") }],
      "must be more than 0 characters [json-pointer:/blocks/0/text/text]",
    ],
    ["an empty section", [{ type: "section" }], "missing required field: text or fields"],
    ["no actions", actions(), "must provide at least 1 items [json-pointer:/blocks/0/elements]"],
    ["a script as url", actions(button({ url: "javascript:alert(1)" })), "invalid url"],
    ["a relative image", [{ type: "image", image_url: "/a.png", alt_text: "a" }], "invalid url"],
    [
      "an image without words",
      [{ type: "image", image_url: "https://x/a" }],
      "missing required field: alt_text",
    ],
    [
      "a third style",
      actions(button({ style: "default" })),
      "must be a valid enum value [json-pointer:/blocks/0/elements/0/style]",
    ],
    [
      "one action_id twice",
      actions(button(), button()),
      '`action_id` "go" already exists [json-pointer:/blocks/0/elements/1/action_id]',
    ],
    [
      "one block_id twice",
      [
        { type: "divider", block_id: "d" },
        { type: "divider", block_id: "d" },
      ],
      '`block_id` "d" already exists [json-pointer:/blocks/1/block_id]',
    ],
    [
      "a choice not offered",
      actions(select({ initial_option: option(2) })),
      "must be one of the provided options",
    ],
    [
      "mrkdwn in a menu's option",
      actions(select({ options: [{ text: mrkdwn("x"), value: "v" }] })),
      "/options/0/text/type]",
    ],
    ["a menu with no options", actions({ type: "static_select", action_id: "s" }), "exactly one of: options"],
    ["no list", "hello", "must provide an array [json-pointer:/blocks]"],
  ];

  it.each(refused)("%s", (_name, blocks, problem) => {
    const problems = validateBlocks(blocks, "message");
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
  });

  it("takes one action_id in two blocks, and the option chosen with Slack's emoji default", () => {
    const chosen = { ...option(1), text: { ...option(1).text, emoji: true } };
    const blocks = [...actions(button()), ...actions(button(), select({ initial_option: chosen }))];
    expect(validateBlocks(blocks, "message")).toEqual([]);
  });

  it("reports every problem at once", () => {
    const blocks = [{ type: "header", text: mrkdwn("") }, ...actions(button({ style: "x" }))];
    expect(validateBlocks(blocks, "message")).toHaveLength(3);
  });

  it("refuses a view with an input and no submit, in Slack's words", () => {
    const { submit: _submit, ...without } = view();
    expect(validateView(without)).toEqual([
      "must define `submit` to use an `input` block in modals [json-pointer:/view/blocks/0/input]",
    ]);
  });

  it("refuses a mrkdwn title and an unknown property of a view", () => {
    const problems = validateView(view({ title: mrkdwn("x"), width: 3 }));
    expect(problems.join("\n")).toMatch(/view\/title\/type[\s\S]*invalid additional property: width/);
  });

  it("words a refusal as Slack does", async () => {
    await using world = await startWorld();
    const blocks = [{ type: "header", text: plain("x".repeat(151)) }];
    const call = clientFor(world.workspace, defaults.tokens[0].token).apiCall("chat.postMessage", {
      channel: "C0RELEASES",
      text: "t",
      blocks,
    });
    expect((await refusal(call)).messages).toEqual([
      "[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]",
    ]);
  });
});
