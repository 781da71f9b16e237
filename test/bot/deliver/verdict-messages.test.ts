import { describe, expect, it } from "vitest";
import { messagesOfVerdict } from "../../../src/bot/deliver/verdict-messages.ts";
import type { ChannelId } from "../../../src/nouns/channel.ts";
import type { Message } from "../../../src/nouns/message.ts";
import type { Operation } from "../../../src/nouns/operation.ts";
import type { Order, Request } from "../../../src/nouns/request.ts";
import type { Verdict } from "../../../src/nouns/verdict.ts";
import { aRoute } from "../../artifacts/sightings.ts";
import { anArtifact, anOperation, aTag, rulesWith, somebody } from "../../policy/questions.ts";

const artifact = anArtifact();
const subject = `contoso/shop/checkout@${artifact.digest}`;
const routes = [
  aRoute({ repositories: ["shop/**"], tags: ["v*"], to: ["slack:C1", "slack-webhook:ops"] }),
  aRoute({ repositories: ["shop/*"], tags: ["v*"], to: ["teams:19:r"] }),
  aRoute({ repositories: ["web/**"], to: ["slack:C3"] }),
];
const context = { routes, targets: rulesWith().targets, now: 7 };
const wish = {
  kind: "deploy",
  registry: "contoso",
  repository: "shop/checkout",
  digest: artifact.digest,
} as const;
const audit: Verdict["audit"] = {
  detail: "",
  id: "a",
  at: 7,
  what: "deploy",
  outcome: "allowed",
  rule: "r",
  configRevision: "c",
};

function request(order: Order, channel?: ChannelId): Request {
  return { id: "q", who: somebody, order, at: 1, ...(channel === undefined ? {} : { channel }) };
}

const root = (channel: ChannelId): Message => ({
  ...{ id: channel, channel, subject, incarnation: 1, slot: "root", state: "shown" },
  ...{ wantedVersion: 1, shownVersion: 1, dueAt: 0, attempts: 0, createdAt: 0 },
});

/** `slot in channel` of each message that a new operation calls for. */
function ofNew(changes: Partial<Operation>, cards: readonly ChannelId[] = [], tags = [aTag()]) {
  const operation = anOperation({ state: "queued", ...changes });
  const told = { artifact, tags, messages: cards.map(root), operation };
  const verdict = { operation, audit, outcome: "accepted", answer: "" } as const;
  return messagesOfVerdict(request(wish, operation.channel), verdict, told, context).map(
    ({ slot, channel }) => `${slot} in ${channel}`,
  );
}

describe("a new operation is told", () => {
  it("on the card in the channel where it was asked for, and on those that are there", () => {
    expect(ofNew({ channel: "slack:C1" })).toEqual(["root in slack:C1"]);
    expect(ofNew({ channel: "slack:C9" }, ["teams:19:r"])).toEqual([
      "root in slack:C9",
      "root in teams:19:r",
    ]);
    expect(ofNew({}, ["teams:19:r"])).toEqual(["root in teams:19:r"]);
  });

  it("on a card where its pushes are announced, else wherever the repository has a channel, if asked privately", () => {
    expect(ofNew({}, [], [aTag({ tag: "v1" })])).toEqual(["root in slack:C1", "root in teams:19:r"]);
    expect(ofNew({})).toEqual(["root in slack:C1", "root in teams:19:r"]);
  });

  it("to those who may approve it, wherever people of the repository can answer", () => {
    expect(ofNew({ channel: "slack:C9", state: "awaiting-approval" })).toEqual([
      "root in slack:C9",
      "approval:o1 in slack:C1",
      "approval:o1 in teams:19:r",
      "approval:o1 in slack:C9",
    ]);
  });

  it("to everybody, if the glass was broken", () => {
    expect(ofNew({ channel: "slack:C9", breakGlassUntil: 9 })).toEqual([
      "root in slack:C9",
      "glass:o1 in slack:C1",
      "glass:o1 in slack-webhook:ops",
      "glass:o1 in teams:19:r",
      "glass:o1 in slack:C9",
    ]);
  });
});

it("what was declined before it ran is told where it was asked for, and everywhere if the glass was broken", () => {
  const declined = (changes: Partial<Operation>) => {
    const operation = anOperation({ channel: "slack:C1", state: "cancelled", ...changes });
    const told = { artifact, tags: [], messages: [root("slack:C1"), root("slack:C2")], operation };
    const verdict = { audit, outcome: "accepted", answer: "" } as const;
    const order = { kind: "cancel", operationId: "o1" } as const;
    return messagesOfVerdict(request(order, "slack:C2"), verdict, told, context).map(
      ({ slot, channel }) => `${slot} in ${channel}`,
    );
  };
  expect(declined({})).toEqual(["operation:o1 in slack:C1"]);
  expect(declined({ state: "running" })).toEqual([]);
  expect(declined({ breakGlassUntil: 9 })).toContain("glass:o1/ended in teams:19:r");
});

it("a lock is told in every channel of the target's repositories but the one that has the answer", () => {
  const lockOf = (order: Order, channel?: ChannelId) =>
    messagesOfVerdict(
      request(order, channel),
      { audit, outcome: "accepted", answer: "" },
      undefined,
      context,
    );
  const staging = { kind: "target", target: "staging" } as const;
  expect(lockOf({ kind: "lock", scope: staging, reason: "x" }).map(({ channel }) => channel)).toEqual([
    "slack:C1",
    "slack-webhook:ops",
    "teams:19:r",
  ]);
  expect(lockOf({ kind: "unlock", scope: staging }, "slack:C1")[0]).toEqual({
    ...{ channel: "slack-webhook:ops", subject: "locks", incarnation: 1, slot: "lock:q" },
  });
  expect(lockOf({ kind: "lock", scope: { kind: "all" }, reason: "x" })).toHaveLength(4);
});
