import { describe, expect, it } from "vitest";
import { dialogOfNotice } from "../../src/bot/converse/refusal-notice.ts";
import { holdsOf } from "../../src/bot/deliver/holds-on-card.ts";
import { messageLink } from "../../src/bot/deliver/message-link.ts";
import type { Lock } from "../../src/nouns/lock.ts";
import { aRetagTarget } from "../support/a-target.ts";

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
