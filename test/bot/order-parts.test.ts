import { describe, expect, it } from "vitest";
import { reasonIn, takeFlags } from "../../src/bot/commands/flags.ts";
import { parseCommand } from "../../src/bot/commands/parse.ts";
import { dialogOfNotice } from "../../src/bot/converse/refusal-notice.ts";
import { holdsOf } from "../../src/bot/deliver/holds-on-card.ts";
import { messageLink } from "../../src/bot/deliver/message-link.ts";
import type { Lock } from "../../src/nouns/lock.ts";
import { aRetagTarget } from "../support/a-target.ts";

describe("dashes that clients make of two", () => {
  it.each(["--plan", "—plan", "–plan", "\u2015plan"])("%s is a flag", (flag) => {
    const { words } = parseCommand(`deploy a to b ${flag} go`);
    expect(takeFlags(words, ["plan"])).toEqual({ words: ["a", "to", "b", "go"], flags: new Set(["plan"]) });
  });

  it("one between words stays what it is", () => {
    expect(parseCommand("lock production – a reason").words).toEqual(["production", "–", "a", "reason"]);
    expect(parseCommand("show a–b").words).toEqual(["a–b"]);
  });
});

describe("a reason", () => {
  it("is the rest of the words, without a leading because, and at most 500 characters", () => {
    expect(reasonIn(["because", "of", "it"])).toBe("of it");
    expect(reasonIn(["it", "is", "because"])).toBe("it is because");
    expect(reasonIn([])).toBeUndefined();
    expect(reasonIn(["because"])).toBeUndefined();
    expect([...(reasonIn(["🙂".repeat(600)]) ?? "")]).toHaveLength(500);
  });

  it("may hold a flag that the command does not have", () => {
    expect(takeFlags(["x", "--force"], ["plan"]).words).toEqual(["x", "--force"]);
  });
});

describe("what holds a target, on its card", () => {
  const now = Date.UTC(2026, 10, 20, 15, 30); // a Friday
  const by = { platform: "slack", tenant: "T1", userId: "U1", name: "Maya" } as const;
  const lock: Lock = { scope: { kind: "all" }, reason: "stocktaking", by, at: now };
  const target = aRetagTarget({ name: "production" });

  it("is a lock of it or of everything, while it holds", () => {
    expect(holdsOf([target], [lock], { freeze: [] }, now).get("production")).toBe(
      "Everything is frozen by Maya: stocktaking",
    );
    const own: Lock = { ...lock, scope: { kind: "target", target: "production" }, until: now + 60_000 };
    expect(holdsOf([target], [own], { freeze: [] }, now).get("production")).toBe(
      "production is locked by Maya until 2026-11-20 15:31 UTC: stocktaking",
    );
    expect(holdsOf([target], [own], { freeze: [] }, now + 60_000).size).toBe(0);
    const other: Lock = { ...lock, scope: { kind: "target", target: "staging" } };
    expect(holdsOf([target], [other], { freeze: [] }, now).size).toBe(0);
  });

  it("is a freeze, its own before everybody's", () => {
    const window = "Fri 16:00 - Mon 08:00 Europe/Berlin";
    expect(holdsOf([target], [], { freeze: [window] }, now).get("production")).toBe(
      `production is in a freeze (${window}) until 2026-11-23 07:00 UTC`,
    );
  });
});

describe("the address of a card", () => {
  const slack = { channel: "slack:C0RELEASES", externalId: "1795300000.000100" } as const;

  it("is for people of its platform alone", () => {
    expect(messageLink(slack, { platform: "slack", tenant: "T1" })).toBe(
      "https://slack.com/archives/C0RELEASES/p1795300000000100",
    );
    expect(messageLink(slack, { platform: "teams", tenant: "t" })).toBeUndefined();
    const onTeams = { channel: "teams:19:x@thread.tacv2", externalId: "17" } as const;
    expect(messageLink(onTeams, { platform: "teams", tenant: "t" })).toBe(
      "https://teams.microsoft.com/l/message/19%3Ax%40thread.tacv2/17?tenantId=t",
    );
    expect(messageLink({ channel: "slack:C1" }, { platform: "slack", tenant: "T1" })).toBeUndefined();
  });
});

describe("a private word as a dialog", () => {
  it("is one only where there is something to press", () => {
    const words = { tone: "warning", icon: "⛔", lines: [], buttons: [] } as const;
    expect(dialogOfNotice(words)).toBeUndefined();
    const button = {
      kind: "act",
      verb: "suggest",
      label: "Suggest to x",
      style: "default",
      reference: "r",
    } as const;
    expect(dialogOfNotice({ ...words, buttons: [button] })).toMatchObject({ reference: "r", inputs: [] });
  });
});
