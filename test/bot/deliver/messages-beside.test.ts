import { describe, expect, it } from "vitest";
import { messagesBeside } from "../../../src/bot/deliver/messages-beside.ts";
import type { ChannelId } from "../../../src/nouns/channel.ts";
import type { Operation } from "../../../src/nouns/operation.ts";
import { artifact, beforeDigest, minutes, operation, thisDigest, view } from "../../cards/example-view.ts";

const subject = `contoso/shop/checkout@${thisDigest}`;
const now = minutes(10);

function slots(
  changes: Partial<Operation>,
  channel: ChannelId = "slack:C1",
  of = subject,
): readonly string[] {
  const seen = view({ artifact: artifact(), operations: [operation(changes)] });
  const root = { channel, subject: of, incarnation: 1, slot: "root" } as const;
  return messagesBeside(root, seen, now).map(({ slot }) => slot);
}

describe("beside a card stands", () => {
  it("a call for what awaits approval, where people can answer", () => {
    expect(slots({ state: "awaiting-approval" })).toEqual(["approval:op-1"]);
    expect(slots({ state: "awaiting-approval" }, "slack-webhook:default")).toEqual([]);
    expect(slots({ state: "queued" })).toEqual([]);
    expect(slots({ state: "succeeded" })).toEqual([]);
  });

  it("a reply about what was cancelled or declined before it ran, where it was asked for", () => {
    const cancelled = { state: "cancelled", finishedAt: minutes(9) } as const;
    expect(slots(cancelled)).toEqual(["operation:op-1"]);
    expect(slots({ ...cancelled, channel: "slack:C1" })).toEqual(["operation:op-1"]);
    expect(slots({ ...cancelled, channel: "slack:C2" })).toEqual([]);
    expect(slots({ ...cancelled, finishedAt: minutes(9) - 25 * 60 * 60_000 })).toEqual([]);
  });

  it("one message when the glass was broken and one when that ended, everywhere, while it is news", () => {
    const broken = { breakGlassUntil: minutes(65) } as const;
    expect(slots({ ...broken, state: "running" })).toEqual(["glass:op-1"]);
    expect(slots(broken, "teams-workflow:default")).toEqual(["glass:op-1", "glass:op-1/ended"]);
    expect(slots({ ...broken, requestedAt: now - 25 * 60 * 60_000 })).toEqual([]);
  });

  it("what a roll back needs, on the card of what it takes away and on no other", () => {
    const back = { kind: "rollback", state: "awaiting-approval", digest: beforeDigest } as const;
    expect(slots({ ...back, digestBefore: thisDigest })).toEqual(["approval:op-1"]);
    const other = `contoso/shop/checkout@${beforeDigest}`;
    expect(slots({ ...back, digestBefore: thisDigest }, "slack:C1", other)).toEqual([]);
  });
});
