import { describe, expect, it } from "vitest";
import type { Block } from "../../demo/page/block-kit.ts";
import { missingIn, slackValues } from "../../demo/page/modal/values.ts";
import { freeTag, newestTag, nextTag } from "../../demo/page/registry/next-tag.ts";
import { timeline } from "../../demo/page/slack/timeline.ts";

const plain = (text: string) => ({ type: "plain_text", text }) as const;
const option = (value: string) => ({ text: plain(value), value });

const blocks: readonly Block[] = [
  {
    type: "input",
    block_id: "why",
    label: plain("Why"),
    element: { type: "plain_text_input", action_id: "write", min_length: 3 },
  },
  {
    type: "section",
    block_id: "where",
    accessory: { type: "static_select", action_id: "choose", options: [option("a"), option("b")] },
  },
  {
    type: "input",
    block_id: "which",
    label: plain("Which"),
    element: {
      type: "checkboxes",
      action_id: "tick",
      options: [option("x"), option("y")],
      initial_options: [option("y")],
    },
  },
];

describe("the values of a dialog", () => {
  it("are null or what they began with when nothing was entered", () => {
    expect(slackValues(blocks, {})).toEqual({
      why: { write: { type: "plain_text_input", value: null } },
      where: { choose: { type: "static_select", selected_option: null } },
      which: { tick: { type: "checkboxes", selected_options: [option("y")] } },
    });
  });

  it("name what is missing or too short, and nothing else", () => {
    expect(missingIn(blocks, { which: { tick: [] } })).toEqual({
      why: "Please complete this required field.",
      which: "Please complete this required field.",
    });
    expect(missingIn(blocks, { why: { write: "ab" } })).toEqual({
      why: "Please enter at least 3 characters.",
    });
    expect(missingIn(blocks, { why: { write: "abc" } })).toEqual({});
  });
});

describe("tags", () => {
  it.each([
    ["1.4.2", "1.4.3"],
    ["1.9", "1.10"],
    ["v2-rc9", "v2-rc10"],
    ["2026-009", "2026-010"],
    ["latest", "latest"],
  ])("counts %s up to %s", (tag, next) => {
    expect(nextTag(tag)).toBe(next);
  });

  it("finds a free tag, and the newest one by its numbers", () => {
    expect(freeTag("1.4.2", new Set(["1.4.2", "1.4.3"]))).toBe("1.4.4");
    expect(freeTag("latest", new Set(["latest"]))).toBe("latest");
    expect(newestTag({ "1.9.0": "a", "1.10.0": "b", staging: "b" })).toBe("1.10.0");
    expect(newestTag({ latest: "a" })).toBeUndefined();
  });
});

describe("timeline", () => {
  const said = (ts: string, thread_ts?: string) => ({
    ts,
    user: "U1",
    text: ts,
    ...(thread_ts ? { thread_ts } : {}),
  });

  it("puts replies under their root, and what only one sees where it belongs", () => {
    const only = { channel: "C1", user: "U1", text: "psst", ts: "4", thread_ts: "1", key: "k", author: "UB" };
    const entries = timeline([said("3"), said("1", "1"), said("2", "1"), said("5", "gone")], [only]);
    expect(entries.map(({ ts }) => ts)).toEqual(["1", "3", "5"]);
    expect(entries[0]).toMatchObject({
      replies: [
        { kind: "reply", ts: "2" },
        { kind: "ephemeral", ts: "4" },
      ],
    });
  });
});
