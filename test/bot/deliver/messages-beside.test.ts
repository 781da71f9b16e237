import { expect, it } from "vitest";
import { messagesBeside } from "../../../src/bot/deliver/messages-beside.ts";
import { artifact, minutes, placement, thisDigest, view } from "../../cards/example-view.ts";

const subject = `contoso/shop/checkout@${thisDigest}`;
const root = { channel: "slack:C1", subject, incarnation: 1, slot: "root" } as const;

it("beside the card of an image that was deleted stands an alert while it runs somewhere", () => {
  const gone = { artifact: artifact({ deletedAt: minutes(5) }) };
  expect(messagesBeside(root, view(gone), minutes(10))).toEqual([]);
  const running = view({ ...gone, placements: [placement("staging", {})] });
  expect(messagesBeside(root, running, minutes(10))).toEqual([
    { ...root, slot: "alert:deleted", dueAt: minutes(10) },
  ]);
  expect(messagesBeside(root, view(), minutes(10))).toEqual([]);
});
